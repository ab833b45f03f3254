#include "tests/chaos/raw_line.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include "base/limits.h"
#include "client/transport/grpc_status.h"
#include "tests/support/people.h"

namespace bangfu::chaos {
namespace {

constexpr int kSmallWindow = 65'535;  // bytes, the first window of HTTP/2

}  // namespace

RawLine::RawLine(World& world, const std::string& node, const std::string& org,
                 const std::string& server, Window window)
    : session_(world.people().TokenOf(server::AccountOf("handler", org), node)) {
  const client::LinkCredentials credentials = world.CredentialsOf(node, org, NodeKind::kDesk);
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = credentials.ca_pem;
  tls.pem_cert_chain = credentials.cert_pem;
  tls.pem_private_key = credentials.key_pem;
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  if (window == Window::kSmall) {
    arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    arguments.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, kSmallWindow);
  }
  arguments.SetMaxReceiveMessageSize(limits::kMaxMessageBytes);
  stub_ = v1::SyncService::NewStub(
      grpc::CreateCustomChannel(server, grpc::SslCredentials(tls), arguments));
}

absl::StatusOr<v1::HandshakeResponse> RawLine::Handshake(const v1::HandshakeRequest& request) {
  grpc::ClientContext context;
  v1::HandshakeResponse response;
  const grpc::Status status = stub_->Handshake(&context, request, &response);
  if (!status.ok()) return client::FromGrpcStatus(status);
  return response;
}

absl::StatusOr<v1::Outcome> RawLine::Push(const v1::Change& change) {
  grpc::ClientContext context;
  v1::PushRequest request;
  *request.add_changes() = change;
  request.add_sessions(session_);
  v1::PushResponse response;
  const grpc::Status status = stub_->Push(&context, request, &response);
  if (!status.ok()) return client::FromGrpcStatus(status);
  if (response.outcomes_size() != 1) return absl::InternalError("not one outcome");
  return response.outcomes(0);
}

}  // namespace bangfu::chaos
