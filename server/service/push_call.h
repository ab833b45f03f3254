#ifndef BANGFU_SERVER_SERVICE_PUSH_CALL_H_
#define BANGFU_SERVER_SERVICE_PUSH_CALL_H_

#include "absl/status/status.h"
#include "bangfu/v1/sync_service.pb.h"
#include "server/service/call.h"

namespace bangfu::server {

// Waits for the child's turn (PushAdmission) and applies its changes (PushHandler).
// Errors: those of both, and INVALID_ARGUMENT BAD_REQUEST (replica, reoffers).
absl::Status HandlePush(Node& node, Call& call, const v1::PushRequest& request,
                        v1::PushResponse& response);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_PUSH_CALL_H_
