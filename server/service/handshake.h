#ifndef BANGFU_SERVER_SERVICE_HANDSHAKE_H_
#define BANGFU_SERVER_SERVICE_HANDSHAKE_H_

#include "absl/status/status.h"
#include "bangfu/v1/sync_service.pb.h"
#include "server/service/call.h"

namespace bangfu::server {

// Agrees on a version, names what this node can do, and notes what waits at the caller.
// Errors: INVALID_ARGUMENT BAD_REQUEST · FAILED_PRECONDITION PROTOCOL_VERSION · UNAVAILABLE
// STORE_UNAVAILABLE
absl::Status HandleHandshake(Node& node, Call& call, const v1::HandshakeRequest& request,
                             v1::HandshakeResponse& response);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_HANDSHAKE_H_
