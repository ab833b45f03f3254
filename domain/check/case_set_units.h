#ifndef BANGFU_DOMAIN_CHECK_CASE_SET_UNITS_H_
#define BANGFU_DOMAIN_CHECK_CASE_SET_UNITS_H_

#include <vector>

#include "absl/types/span.h"
#include "domain/check/case_set.h"

namespace bangfu::domain {

// Parts of CheckCaseSet that are about units, without an order of their own.

// NUMBER_GAP: one finding for each prefix and year.
std::vector<SetFinding> CheckNumberGaps(absl::Span<const Case> cases, const RuleContext& context);

// DECEMBER_RUSH: one finding for each unit and year.
std::vector<SetFinding> CheckDecemberShare(absl::Span<const Case> cases,
                                           const RuleContext& context);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_CHECK_CASE_SET_UNITS_H_
