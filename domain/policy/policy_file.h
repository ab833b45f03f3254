#ifndef BANGFU_DOMAIN_POLICY_POLICY_FILE_H_
#define BANGFU_DOMAIN_POLICY_POLICY_FILE_H_

#include <cstddef>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "bangfu/v1/policy.pb.h"

namespace bangfu::domain {

// Size of a policy file.
inline constexpr size_t kMaxPolicyFileBytes = 1024 * 1024;  // bytes

// Reads policy data in the JSON form of bangfu.v1.PolicySet, with or without the byte order mark
// that editors on Windows put first. INVALID_ARGUMENT names the line or the field, also for fields
// that there are none of and for names that are there twice. What the values say is looked at by
// CheckPolicySet (policy.h).
absl::StatusOr<v1::PolicySet> ParsePolicySet(absl::string_view json);

// The policy data that the programs are shipped with (domain/policy/default_policy.json), for a
// desktop that never saw a server and a city that has no file of its own yet. Its values are marked
// as assumed where no document at hand states them.
const v1::PolicySet& DefaultPolicySet();

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_POLICY_POLICY_FILE_H_
