#ifndef BANGFU_CLIENT_TRANSPORT_GRPC_LOG_H_
#define BANGFU_CLIENT_TRANSPORT_GRPC_LOG_H_

namespace bangfu::client {

// Keeps gRPC's own lines off standard error: what they tell about a line that failed, the statuses
// of our calls tell in words. For the whole process; call before the first link exists.
void SilenceGrpcLog();

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_TRANSPORT_GRPC_LOG_H_
