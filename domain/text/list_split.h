#ifndef BANGFU_DOMAIN_TEXT_LIST_SPLIT_H_
#define BANGFU_DOMAIN_TEXT_LIST_SPLIT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace bangfu::domain {

// The items of a list typed into one field (causes of hardship), each after NormalizeText, in the
// order written. Separators are 、 , ， ; ； / ／ and blanks of any kind, also several in a row;
// empty items do not exist. Repeated items are kept: the field's own rule judges them (A15).
std::vector<std::string> SplitList(absl::string_view text);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_TEXT_LIST_SPLIT_H_
