#ifndef BANGFU_CLIENT_CLI_ONE_TIME_CODE_H_
#define BANGFU_CLIENT_CLI_ONE_TIME_CODE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

// One-time codes of accounts whose secret lies in a file: six digits, one for each 30 seconds
// (RFC 6238, HMAC-SHA1).
namespace bangfu::client {

inline constexpr absl::Duration kCodeStep = absl::Seconds(30);

// Number of the step that `now` lies in.
int64_t CodeStepOf(absl::Time now);

// The code of a step. INVALID_ARGUMENT when `secret` is not base32 (RFC 4648).
absl::StatusOr<std::string> OneTimeCode(const std::string& secret, int64_t step);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_CLI_ONE_TIME_CODE_H_
