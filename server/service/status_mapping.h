#ifndef BANGFU_SERVER_SERVICE_STATUS_MAPPING_H_
#define BANGFU_SERVER_SERVICE_STATUS_MAPPING_H_

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace bangfu::server {

// The one place where a status of ours becomes one of gRPC: code and English text, and every
// payload (ErrorInfo, LocalizedMessage, BadRequest, RetryInfo) as a detail of google.rpc.Status. An
// error without ErrorInfo gets the reason INTERNAL, so that every error on the wire has one.
grpc::Status ToGrpc(const absl::Status& status);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_STATUS_MAPPING_H_
