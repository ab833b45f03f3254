#ifndef BANGFU_DOMAIN_CHECK_POLICY_PREVIEW_H_
#define BANGFU_DOMAIN_CHECK_POLICY_PREVIEW_H_

#include <vector>

#include "absl/types/span.h"
#include "domain/rules/case.h"
#include "domain/rules/finding.h"

namespace bangfu::domain {

// What a change of policy does to one archive.
struct PolicyEffect {
  const v1::Archive* archive = nullptr;
  Findings added;    // findings under `after` that are not there under `before`
  Findings removed;  // the other way round
};

// Compares what the rules say about each case under two policies on the same day; cases without a
// difference are left out, the rest keep their order. Another last day is a difference, another
// message is none.
std::vector<PolicyEffect> PreviewPolicy(absl::Span<const Case> cases, const RuleContext& before,
                                        const RuleContext& after);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_CHECK_POLICY_PREVIEW_H_
