#include "client/transport/grpc_line.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <utility>

#include "absl/time/time.h"
#include "client/transport/connection_diagnosis.h"

namespace bangfu::client {
namespace {

// Finds a line that went dead during a long pull. A server must allow pings this often.
constexpr absl::Duration kKeepaliveTime = absl::Minutes(1);
constexpr absl::Duration kKeepaliveTimeout = absl::Seconds(20);

int Milliseconds(absl::Duration duration) {
  return static_cast<int>(absl::ToInt64Milliseconds(duration));
}

grpc::ChannelArguments ChannelArguments(const std::optional<std::string>& name_override) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(limits::kMaxMessageBytes);
  arguments.SetMaxSendMessageSize(limits::kMaxMessageBytes);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, Milliseconds(kKeepaliveTime));
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, Milliseconds(kKeepaliveTimeout));
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, Milliseconds(limits::kFirstBackoff));
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, Milliseconds(limits::kMaxBackoff));
  // In spite of its name this is the time that one connection attempt may take.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, Milliseconds(limits::kConnectTimeout));
  // We try again ourselves; gRPC's own tries would multiply ours.
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  // Each line has its own connection, so that one made with a new certificate uses it.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  if (name_override.has_value()) arguments.SetSslTargetNameOverride(*name_override);
  return arguments;
}

}  // namespace

GrpcLine::GrpcLine(ServerAddress address, std::string expected_name, LinkCredentials credentials,
                   std::shared_ptr<grpc::Channel> channel)
    : address_(std::move(address)),
      expected_name_(std::move(expected_name)),
      credentials_(std::move(credentials)),
      channel_(std::move(channel)) {}

absl::StatusOr<std::unique_ptr<GrpcLine>> GrpcLine::Open(absl::string_view address,
                                                         LinkCredentials credentials,
                                                         std::optional<std::string> name_override) {
  auto parsed = ParseServerAddress(address);
  if (!parsed.ok()) return parsed.status();
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = credentials.ca_pem;
  tls.pem_cert_chain = credentials.cert_pem;
  tls.pem_private_key = credentials.key_pem;
  auto channel = grpc::CreateCustomChannel(std::string(address), grpc::SslCredentials(tls),
                                           ChannelArguments(name_override));
  std::string expected_name = name_override.value_or(parsed->host);
  return std::unique_ptr<GrpcLine>(new GrpcLine(*std::move(parsed), std::move(expected_name),
                                                std::move(credentials), std::move(channel)));
}

absl::Status GrpcLine::Explain(const grpc::Status& status) {
  if (cancellation_.cancelled()) return FromGrpcStatus(grpc::Status::CANCELLED);
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE && !IsFromServer(status)) {
    if (absl::Status cause = DiagnoseConnection(address_, expected_name_, credentials_);
        !cause.ok()) {
      return cause;
    }
  }
  return FromGrpcStatus(status);
}

}  // namespace bangfu::client
