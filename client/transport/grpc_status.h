#ifndef BANGFU_CLIENT_TRANSPORT_GRPC_STATUS_H_
#define BANGFU_CLIENT_TRANSPORT_GRPC_STATUS_H_

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace bangfu::client {

// The status that the server built, with its reason, texts and details (google.rpc.Status in
// grpc-status-details-bin). A status without texts for people, from gRPC itself or from a program
// in between, gets texts of ours.
absl::Status FromGrpcStatus(const grpc::Status& status);

// Whether the server wrote the status itself: then it was reached.
bool IsFromServer(const grpc::Status& status);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_TRANSPORT_GRPC_STATUS_H_
