#include "server/main/grpc_listener.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/server_builder_option.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/server_builder.h>

#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/limits.h"
#include "server/service/live_credentials.h"

namespace bangfu::server {
namespace {

// Threads that wait for calls. With gRPC's 1 and 2 nearly every call makes one and ends one.
constexpr int kMinPollers = 2;
constexpr int kMaxPollers = 8;

// A silent line is pinged this often, and closed when no answer comes.
constexpr absl::Duration kKeepaliveTime = absl::Minutes(1);
constexpr absl::Duration kKeepaliveTimeout = absl::Seconds(20);

// Whoever joins sends a code and a certificate request, and asks again now and then.
constexpr int kEnrollmentThreads = 16;
constexpr int kMaxEnrollmentMessageBytes = 64 * 1024;
constexpr int64_t kEnrollmentMemoryBytes = 16 * 1024 * 1024;
constexpr int kMaxEnrollmentStreams = 4;  // of one connection
constexpr absl::Duration kMaxEnrollmentConnectionAge = absl::Minutes(1);
constexpr absl::Duration kEnrollmentConnectionIdle = absl::Seconds(20);

struct Load {
  const char* name;
  int message_bytes;
  int threads;
  int64_t memory_bytes;
  int streams;  // of one connection
  absl::Duration connection_age;
  absl::Duration idle;  // after which a connection without calls is closed
};
constexpr Load kOfNodes{"bangfu",
                        limits::kMaxMessageBytes,
                        limits::kServerThreads,
                        limits::kServerMemoryBytes,
                        limits::kMaxStreamsPerConnection,
                        limits::kMaxConnectionAge,
                        limits::kMaxConnectionAge};
constexpr Load kOfJoining{"bangfu-enrollment",      kMaxEnrollmentMessageBytes,
                          kEnrollmentThreads,       kEnrollmentMemoryBytes,
                          kMaxEnrollmentStreams,    kMaxEnrollmentConnectionAge,
                          kEnrollmentConnectionIdle};

int Milliseconds(absl::Duration duration) {
  return static_cast<int>(absl::ToInt64Milliseconds(duration));
}

// gRPC's reflection joins every server of a program that is linked with it; what strangers reach
// goes without.
class WithoutReflection final : public grpc::ServerBuilderOption {
 public:
  void UpdateArguments(grpc::ChannelArguments*) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override {
    plugins->clear();
  }
};

absl::StatusOr<GrpcListener> ListenWith(grpc::ServerBuilder& builder, const std::string& address,
                                        std::shared_ptr<grpc::ServerCredentials> credentials,
                                        const Load& load,
                                        const std::vector<grpc::Service*>& services) {
  GrpcListener listener;
  listener.credentials = std::move(credentials);
  builder.AddListeningPort(address, listener.credentials, &listener.port);
  builder.SetMaxReceiveMessageSize(load.message_bytes);
  builder.SetMaxSendMessageSize(load.message_bytes);
  grpc::ResourceQuota quota(load.name);
  quota.SetMaxThreads(load.threads);
  quota.Resize(static_cast<size_t>(load.memory_bytes));
  builder.SetResourceQuota(quota);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, load.streams);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, Milliseconds(load.connection_age));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS,
                             Milliseconds(limits::kConnectionAgeGrace));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, Milliseconds(load.idle));
  // Children ping a silent line once a minute (client/transport), and so do we.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                             Milliseconds(limits::kMinPingInterval));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, Milliseconds(kKeepaliveTime));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, Milliseconds(kKeepaliveTimeout));
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  builder.SetSyncServerOption(grpc::ServerBuilder::MIN_POLLERS, kMinPollers);
  builder.SetSyncServerOption(grpc::ServerBuilder::MAX_POLLERS, kMaxPollers);
  for (grpc::Service* service : services) builder.RegisterService(service);
  std::unique_ptr<grpc::ServerCompletionQueue> queue = builder.AddCompletionQueue();
  listener.server = builder.BuildAndStart();
  if (listener.server != nullptr) listener.poller = std::make_unique<Poller>(std::move(queue));
  if (listener.server == nullptr || listener.port == 0) {
    return UserError(
        absl::StatusCode::kUnavailable,
        {absl::StrCat("无法监听 ", address, "；地址有误或端口已被占用。"),
         absl::StrCat("Cannot listen on ", address, ": wrong address or the port is taken.")});
  }
  return listener;
}

}  // namespace

Poller::Poller(std::unique_ptr<grpc::ServerCompletionQueue> queue)
    : queue_(std::move(queue)), thread_([this] {
        void* tag = nullptr;
        bool ok = false;
        while (queue_->Next(&tag, &ok)) {
        }
      }) {}

Poller::~Poller() {
  queue_->Shutdown();
  thread_.join();
}

absl::StatusOr<GrpcListener> Listen(const std::string& address, LiveBundle& bundle,
                                    const std::vector<grpc::Service*>& services) {
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  return ListenWith(builder, address, LiveServerCredentials(bundle, ClientCertificates::kRequired),
                    kOfNodes, services);
}

absl::StatusOr<GrpcListener> ListenForEnrollment(const std::string& address, LiveBundle& bundle,
                                                 const std::vector<grpc::Service*>& services) {
  grpc::EnableDefaultHealthCheckService(true);
  grpc::ServerBuilder builder;
  builder.SetOption(std::make_unique<WithoutReflection>());
  return ListenWith(builder, address, LiveServerCredentials(bundle, ClientCertificates::kNone),
                    kOfJoining, services);
}

}  // namespace bangfu::server
