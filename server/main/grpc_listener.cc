#include "server/main/grpc_listener.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/server_builder.h>

#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/limits.h"

namespace bangfu::server {
namespace {

// A silent line is pinged this often, and closed when no answer comes.
constexpr absl::Duration kKeepaliveTime = absl::Minutes(1);
constexpr absl::Duration kKeepaliveTimeout = absl::Seconds(20);

int Milliseconds(absl::Duration duration) {
  return static_cast<int>(absl::ToInt64Milliseconds(duration));
}

std::shared_ptr<grpc::ServerCredentials> CredentialsOf(const TlsBundle& bundle) {
  grpc::SslServerCredentialsOptions tls(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  tls.pem_root_certs = bundle.ca_pem;
  tls.pem_key_cert_pairs.push_back({bundle.key_pem, bundle.cert_pem});
  return grpc::SslServerCredentials(tls);
}

}  // namespace

absl::StatusOr<GrpcListener> Listen(const std::string& address, const TlsBundle& bundle,
                                    const std::vector<grpc::Service*>& services) {
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  GrpcListener listener;
  grpc::ServerBuilder builder;
  builder.AddListeningPort(address, CredentialsOf(bundle), &listener.port);
  builder.SetMaxReceiveMessageSize(limits::kMaxMessageBytes);
  builder.SetMaxSendMessageSize(limits::kMaxMessageBytes);
  grpc::ResourceQuota quota("bangfu");
  quota.SetMaxThreads(limits::kServerThreads);
  quota.Resize(static_cast<size_t>(limits::kServerMemoryBytes));
  builder.SetResourceQuota(quota);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  // Children ping a silent line once a minute (client/transport), and so do we.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                             Milliseconds(limits::kMinPingInterval));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, Milliseconds(kKeepaliveTime));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, Milliseconds(kKeepaliveTimeout));
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  for (grpc::Service* service : services) builder.RegisterService(service);
  listener.server = builder.BuildAndStart();
  if (listener.server == nullptr || listener.port == 0) {
    return UserError(
        absl::StatusCode::kUnavailable,
        {absl::StrCat("无法监听 ", address, "；地址有误或端口已被占用。"),
         absl::StrCat("Cannot listen on ", address, ": wrong address or the port is taken.")});
  }
  return listener;
}

}  // namespace bangfu::server
