#ifndef BANGFU_SERVER_MAIN_GRPC_LISTENER_H_
#define BANGFU_SERVER_MAIN_GRPC_LISTENER_H_

#include <grpcpp/server.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/tls/bundle.h"

namespace bangfu::server {

struct GrpcListener {
  std::unique_ptr<grpc::Server> server;
  int port = 0;
};

// Serves the services at `address` over mutual TLS, with gRPC's health check and reflection.
// Lines on which nobody answers any more are found and closed, so that what they hold is free
// again. UNAVAILABLE: the address is wrong or taken.
absl::StatusOr<GrpcListener> Listen(const std::string& address, const TlsBundle& bundle,
                                    const std::vector<grpc::Service*>& services);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_MAIN_GRPC_LISTENER_H_
