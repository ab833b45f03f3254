#ifndef BANGFU_SERVER_SERVICE_WATCH_CALL_H_
#define BANGFU_SERVER_SERVICE_WATCH_CALL_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include "bangfu/v1/sync_service.pb.h"
#include "server/service/node.h"

namespace bangfu::server {

// Begins a watch of the caller's scope: it holds no thread, and ends when the caller goes, when
// the node drains, or at once with UNAUTHENTICATED UNKNOWN_NODE, RESOURCE_EXHAUSTED
// TOO_MANY_STREAMS or UNAVAILABLE SHUTTING_DOWN. News that come while the last word is still on its
// way are one word. The reactor owns itself.
grpc::ServerWriteReactor<v1::WatchResponse>* StartWatch(Node& node,
                                                        grpc::CallbackServerContext& context,
                                                        const v1::WatchRequest& request);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_WATCH_CALL_H_
