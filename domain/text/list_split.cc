#include "domain/text/list_split.h"

#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "domain/text/normalize.h"

namespace bangfu::domain {

std::vector<std::string> SplitList(absl::string_view text) {
  // NormalizeText has made ASCII of the full-width separators and of blanks; 、 has no ASCII form.
  const std::string list = absl::StrReplaceAll(NormalizeText(text), {{"、", ","}});
  return absl::StrSplit(list, absl::ByAnyChar(",;/ "), absl::SkipEmpty());
}

}  // namespace bangfu::domain
