#ifndef BANGFU_SERVER_MAIN_POLICY_FILE_H_
#define BANGFU_SERVER_MAIN_POLICY_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "bangfu/v1/policy.pb.h"

namespace bangfu::server {

// Reads policy data from a file in the JSON form of bangfu.v1.PolicySet.
// Errors: NOT_FOUND; INVALID_ARGUMENT with the place of the mistake.
absl::StatusOr<v1::PolicySet> ReadPolicyFile(const std::string& path);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_MAIN_POLICY_FILE_H_
