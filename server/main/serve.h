#ifndef BANGFU_SERVER_MAIN_SERVE_H_
#define BANGFU_SERVER_MAIN_SERVE_H_

#include "absl/status/status.h"
#include "server/main/node_options.h"

namespace bangfu::server {

// Runs a node until SIGTERM or SIGINT, then drains: no new calls, running ones get
// limits::kDrainTimeout. Call from the main thread before any other thread exists.
absl::Status Serve(const NodeOptions& options);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_MAIN_SERVE_H_
