#ifndef BANGFU_DOMAIN_RULES_CASE_SET_H_
#define BANGFU_DOMAIN_RULES_CASE_SET_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "domain/rules/case.h"
#include "domain/rules/finding.h"

namespace bangfu::domain {

// A finding about one archive among others, or about a unit.
struct SetFinding {
  const v1::Archive* archive = nullptr;  // nullptr: about the unit
  std::string unit;                      // org path
  v1::Finding finding;
};

// Rules that compare archives with each other: a person in more than one live archive (one person,
// one archive; other archives by their union and a masked identity number), the same unified number
// twice and gaps in a sequence (R26; a gap only says that an archive is not in the set, so it is a
// warning), and units whose December filings are an unusual share of a year (R46, A30). Linear in
// the number of archives; the order of the result follows that of the cases, units last by path.
std::vector<SetFinding> CheckCaseSet(absl::Span<const Case> cases, const RuleContext& context);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_RULES_CASE_SET_H_
