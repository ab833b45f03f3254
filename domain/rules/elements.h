#ifndef BANGFU_DOMAIN_RULES_ELEMENTS_H_
#define BANGFU_DOMAIN_RULES_ELEMENTS_H_

#include <algorithm>
#include <vector>

#include "google/protobuf/repeated_ptr_field.h"

namespace bangfu::domain {

// The elements of a list in the order of their ids, the order in which records are kept: what the
// rules say must not depend on the order in which a writer happens to send them. Elements of the
// same id (an error, see CheckValues) keep theirs.
template <typename Element>
std::vector<const Element*> InOrderOfId(
    const google::protobuf::RepeatedPtrField<Element>& elements) {
  std::vector<const Element*> sorted;
  sorted.reserve(static_cast<size_t>(elements.size()));
  for (const Element& element : elements) sorted.push_back(&element);
  const auto comes_before = [](const Element* a, const Element* b) { return a->id() < b->id(); };
  // Sorting takes memory of its own, which records in their usual order do not need.
  if (!std::is_sorted(sorted.begin(), sorted.end(), comes_before)) {
    std::stable_sort(sorted.begin(), sorted.end(), comes_before);
  }
  return sorted;
}

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_RULES_ELEMENTS_H_
