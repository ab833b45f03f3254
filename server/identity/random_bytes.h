#ifndef BANGFU_SERVER_IDENTITY_RANDOM_BYTES_H_
#define BANGFU_SERVER_IDENTITY_RANDOM_BYTES_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"

namespace bangfu::server {

// `count` bytes nobody can foretell. INTERNAL when the system has none.
absl::StatusOr<std::string> RandomBytes(size_t count);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_IDENTITY_RANDOM_BYTES_H_
