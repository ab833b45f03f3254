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

std::shared_ptr<grpc::Channel> MakeChannel(const std::string& target,
                                           const LinkCredentials& credentials,
                                           const std::optional<std::string>& name_override) {
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = credentials.ca_pem;
  tls.pem_cert_chain = credentials.cert_pem;
  tls.pem_private_key = credentials.key_pem;
  return grpc::CreateCustomChannel(target, grpc::SslCredentials(tls),
                                   ChannelArguments(name_override));
}

}  // namespace

GrpcLine::GrpcLine(std::string target, ServerAddress address, LinkCredentials credentials,
                   std::optional<std::string> name_override)
    : target_(std::move(target)),
      address_(std::move(address)),
      name_override_(std::move(name_override)),
      credentials_(std::move(credentials)),
      channel_(MakeChannel(target_, credentials_, name_override_)) {}

absl::StatusOr<std::unique_ptr<GrpcLine>> GrpcLine::Open(absl::string_view address,
                                                         LinkCredentials credentials,
                                                         std::optional<std::string> name_override) {
  auto parsed = ParseServerAddress(address);
  if (!parsed.ok()) return parsed.status();
  return std::unique_ptr<GrpcLine>(new GrpcLine(std::string(address), *std::move(parsed),
                                                std::move(credentials), std::move(name_override)));
}

std::shared_ptr<grpc::Channel> GrpcLine::channel() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (credentials_.latest) {
    LinkCredentials latest = credentials_.latest();
    if (latest.cert_pem != credentials_.cert_pem || latest.ca_pem != credentials_.ca_pem) {
      latest.latest = std::move(credentials_.latest);
      credentials_ = std::move(latest);
      channel_ = MakeChannel(target_, credentials_, name_override_);
    }
  }
  return channel_;
}

absl::Status GrpcLine::Explain(const grpc::Status& status) {
  if (cancellation_.cancelled()) return FromGrpcStatus(grpc::Status::CANCELLED);
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE && !IsFromServer(status)) {
    const LinkCredentials credentials = [this] {
      const std::lock_guard<std::mutex> lock(mutex_);
      return credentials_;
    }();
    if (absl::Status cause =
            DiagnoseConnection(address_, name_override_.value_or(address_.host), credentials);
        !cause.ok()) {
      return cause;
    }
  }
  return FromGrpcStatus(status);
}

}  // namespace bangfu::client
