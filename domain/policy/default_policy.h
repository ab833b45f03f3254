#ifndef BANGFU_DOMAIN_POLICY_DEFAULT_POLICY_H_
#define BANGFU_DOMAIN_POLICY_DEFAULT_POLICY_H_

namespace bangfu::domain {

// The text of default_policy.json, built into the program; part of policy_file.h.
const char* DefaultPolicyJson();

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_POLICY_DEFAULT_POLICY_H_
