#ifndef BANGFU_DOMAIN_LIFE_WITHDRAWAL_CHECK_H_
#define BANGFU_DOMAIN_LIFE_WITHDRAWAL_CHECK_H_

#include "bangfu/v1/change.pb.h"
#include "domain/rules/case.h"
#include "domain/rules/finding.h"

namespace bangfu::domain {

// Checks that the basis of a withdrawal is stated and holds on `context.today`: for R49 (one year
// without an entry of aid) and R52 (half a year without a new cause) that the timer of the case ran
// out, so `c` has to have all aid events of the archive. Errors: REQUIRED_MISSING or UNKNOWN_CODE
// of withdrawal_basis, BASIS_MISSING with the last day on which the duty can still be met, or
// without one when the timer does not run for this archive at all.
Findings CheckWithdrawalBasis(const Case& c, const v1::Withdraw& withdraw,
                              const RuleContext& context);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_LIFE_WITHDRAWAL_CHECK_H_
