#ifndef BANGFU_TESTS_SECURITY_LINE_H_
#define BANGFU_TESTS_SECURITY_LINE_H_

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/security/certificates.h"

namespace bangfu::security {

// A channel to a server: nothing is checked or tried again. Without certificate and key nothing is
// shown to the server.
std::shared_ptr<grpc::Channel> ChannelTo(const std::string& address,
                                         const Credentials& credentials);

inline constexpr absl::Duration kCallTimeout = absl::Seconds(20);

// One call with a session; empty: none.
template <typename Response, typename Stub, typename Request>
absl::StatusOr<Response> Ask(Stub& stub,
                             grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                          Response*),
                             const Request& request, const std::string& session = "");

void PrepareCall(grpc::ClientContext& context, const std::string& session);
absl::Status StatusOf(const grpc::Status& status);

template <typename Response, typename Stub, typename Request>
absl::StatusOr<Response> Ask(Stub& stub,
                             grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                          Response*),
                             const Request& request, const std::string& session) {
  grpc::ClientContext context;
  PrepareCall(context, session);
  Response response;
  const grpc::Status status = (stub.*method)(&context, request, &response);
  if (!status.ok()) return StatusOf(status);
  return response;
}

}  // namespace bangfu::security

#endif  // BANGFU_TESTS_SECURITY_LINE_H_
