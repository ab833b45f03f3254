#ifndef BANGFU_DOMAIN_RULES_FINDING_H_
#define BANGFU_DOMAIN_RULES_FINDING_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "bangfu/v1/finding.pb.h"
#include "base/error.h"

namespace bangfu::domain {

// What the rules have to say about one record, in the order of the fields in the proto; elements of
// a list in the order of their keys, whatever order the record holds them in.
using Findings = std::vector<v1::Finding>;

// A finding that stops the record (Error) or only asks somebody to look (Warning). `rule` is the
// rule of the notice or its reading ("R63", "A15"), `field` the path in the record, `text` says
// what is wrong and what to do and never holds the value of a field that is not plain.
v1::Finding Error(absl::string_view rule, v1::FindingCode code, absl::string_view field,
                  const Text& text);
v1::Finding Warning(absl::string_view rule, v1::FindingCode code, absl::string_view field,
                    const Text& text);

// Whether one of them is an error.
bool HasErrors(const Findings& findings);

// Moves `from` to the end of `to`.
void Append(Findings& to, Findings from);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_RULES_FINDING_H_
