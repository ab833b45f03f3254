#ifndef BANGFU_DOMAIN_RULES_FINDING_H_
#define BANGFU_DOMAIN_RULES_FINDING_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "bangfu/v1/finding.pb.h"
#include "base/error.h"

namespace bangfu::domain {

using Findings = std::vector<v1::Finding>;

v1::Finding Error(absl::string_view rule, v1::FindingCode code, absl::string_view field, const Text& text);
v1::Finding Warning(absl::string_view rule, v1::FindingCode code, absl::string_view field, const Text& text);

bool HasErrors(const Findings& findings);
void Append(Findings& to, Findings from);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_RULES_FINDING_H_
