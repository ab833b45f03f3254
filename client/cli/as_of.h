#ifndef BANGFU_CLIENT_CLI_AS_OF_H_
#define BANGFU_CLIENT_CLI_AS_OF_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"

namespace bangfu::client {

// The day of --as-of; `today` when it is empty. INVALID_ARGUMENT.
absl::StatusOr<absl::CivilDay> ReadAsOf(const std::string& as_of, absl::CivilDay today);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_CLI_AS_OF_H_
