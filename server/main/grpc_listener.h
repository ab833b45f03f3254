#ifndef BANGFU_SERVER_MAIN_GRPC_LISTENER_H_
#define BANGFU_SERVER_MAIN_GRPC_LISTENER_H_

#include <grpcpp/completion_queue.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "server/tls/live_bundle.h"

namespace bangfu::server {

// A thread that always waits for what comes in on a server's connections. gRPC's own threads, once
// a method has callbacks, look for a second and then sleep 0.1 s, both of them at the same time;
// the threads of the other methods leave the looking to them.
class Poller {
 public:
  explicit Poller(std::unique_ptr<grpc::ServerCompletionQueue> queue);
  // Of a server that is shut down.
  ~Poller();

 private:
  std::unique_ptr<grpc::ServerCompletionQueue> queue_;  // no call uses it
  std::thread thread_;
};

struct GrpcListener {
  std::shared_ptr<grpc::ServerCredentials> credentials;  // before the server, which asks them
  std::unique_ptr<Poller> poller;                        // before the server, which ends first
  std::unique_ptr<grpc::Server> server;
  int port = 0;
};

// Serves the services at `address` over mutual TLS (1.2 or later), with gRPC's health check and
// reflection, to whoever has a certificate of an authority in the bundle. New connections get the
// bundle as it is then. Connections end after limits::kMaxConnectionAge, so that old certificates
// go out of use; calls have limits::kConnectionAgeGrace to end. Lines on which nobody answers any
// more are found and closed, so that what they hold is free again. `bundle` outlives the listener.
// UNAVAILABLE: the address is wrong or taken.
absl::StatusOr<GrpcListener> Listen(const std::string& address, LiveBundle& bundle,
                                    const std::vector<grpc::Service*>& services);

// Serves those who have no certificate yet: TLS with the server's certificate only, the health
// check and these services, with small messages, few threads and short connections. Otherwise as
// Listen.
absl::StatusOr<GrpcListener> ListenForEnrollment(const std::string& address, LiveBundle& bundle,
                                                 const std::vector<grpc::Service*>& services);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_MAIN_GRPC_LISTENER_H_
