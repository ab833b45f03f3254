#ifndef BANGFU_CLIENT_TRANSPORT_GRPC_LINE_H_
#define BANGFU_CLIENT_TRANSPORT_GRPC_LINE_H_

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/limits.h"
#include "client/transport/backoff.h"
#include "client/transport/cancellation.h"
#include "client/transport/grpc_status.h"
#include "client/transport/grpc_streams.h"
#include "client/transport/link_credentials.h"
#include "client/transport/retry_delay.h"
#include "client/transport/server_address.h"

namespace bangfu::client {

// How often a call may be sent.
enum class Tries {
  kOnce,     // its effect is not to happen twice
  kPassing,  // up to limits::kMaxCallAttempts times while the answer may pass (MayPass)
};

// A connection to one server over mutual TLS, and calls over it: each with a deadline, and with
// errors in words for the user. Thread-safe.
class GrpcLine {
 public:
  // `address` is host:port. `name_override` is the name that the server's certificate must carry
  // when it is not the host of the address (tunnels, tests). Nothing is sent yet.
  // INVALID_ARGUMENT: the address cannot be read.
  static absl::StatusOr<std::unique_ptr<GrpcLine>> Open(absl::string_view address,
                                                        LinkCredentials credentials,
                                                        std::optional<std::string> name_override);

  // For one call: another one when the certificate has been renewed.
  std::shared_ptr<grpc::Channel> channel();
  Cancellation& cancellation() { return cancellation_; }

  // Runs attempt(grpc::ClientContext*, Response*) -> grpc::Status with growing pauses, longer ones
  // where the server asks for them, until its answer is one that does not pass or the tries are up.
  template <typename Response, typename Attempt>
  absl::StatusOr<Response> Call(Tries allowed, Attempt attempt) {
    Backoff backoff(std::random_device{}());
    const int most = allowed == Tries::kOnce ? 1 : limits::kMaxCallAttempts;
    for (int tries = 1;; ++tries) {
      grpc::ClientContext context;
      const Cancellation::Running running(cancellation_, context);
      SetDeadline(context, limits::kCallTimeout);
      Response response;
      const grpc::Status status = attempt(&context, &response);
      if (status.ok()) return response;
      const absl::Status answer = FromGrpcStatus(status);
      if (!MayPass(answer) || tries >= most) return Explain(status);
      cancellation_.Sleep(std::max(backoff.Next(), RetryDelayOf(answer)));
    }
  }

  // What a failed call means for the user.
  absl::Status Explain(const grpc::Status& status);

 private:
  GrpcLine(std::string target, ServerAddress address, LinkCredentials credentials,
           std::optional<std::string> name_override);

  const std::string target_;  // the address as it was given
  const ServerAddress address_;
  const std::optional<std::string> name_override_;
  Cancellation cancellation_;
  std::mutex mutex_;
  LinkCredentials credentials_;             // guarded by mutex_
  std::shared_ptr<grpc::Channel> channel_;  // guarded by mutex_
};

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_TRANSPORT_GRPC_LINE_H_
