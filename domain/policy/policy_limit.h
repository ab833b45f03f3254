#ifndef BANGFU_DOMAIN_POLICY_POLICY_LIMIT_H_
#define BANGFU_DOMAIN_POLICY_POLICY_LIMIT_H_

#include "bangfu/v1/policy.pb.h"
#include "domain/rules/finding.h"

namespace bangfu::domain {

// The warnings of CheckPolicySet about standards of tier B above twice the dibao line (R43), by
// standard, then line. Requires a set without errors.
Findings CheckStandardLimits(const v1::PolicySet& set);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_POLICY_POLICY_LIMIT_H_
