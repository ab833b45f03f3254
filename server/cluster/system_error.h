#ifndef BANGFU_SERVER_CLUSTER_SYSTEM_ERROR_H_
#define BANGFU_SERVER_CLUSTER_SYSTEM_ERROR_H_

#include "absl/status/status.h"
#include "base/error.h"

namespace bangfu::server {

// What the operating system refused: `error` is an errno value, which gives the code and ends both
// texts.
absl::Status SystemError(int error, const Text& text);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_CLUSTER_SYSTEM_ERROR_H_
