#ifndef BANGFU_SERVER_SERVICE_NODE_STATUS_H_
#define BANGFU_SERVER_SERVICE_NODE_STATUS_H_

#include "absl/status/status.h"
#include "bangfu/v1/sync_service.pb.h"
#include "server/service/call.h"

namespace bangfu::server {

// What the node waits for, and those of its children that lie in the caller's scope.
// UNAVAILABLE STORE_UNAVAILABLE.
absl::Status HandleGetNodeStatus(Node& node, Call& call, v1::GetNodeStatusResponse& response);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_NODE_STATUS_H_
