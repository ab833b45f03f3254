#include "server/main/serve.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <signal.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/limits.h"
#include "client/transport/grpc_server_link.h"
#include "server/cluster/private_cluster.h"
#include "server/log/event_log.h"
#include "server/main/org_file.h"
#include "server/main/policy_file.h"
#include "server/service/node.h"
#include "server/service/read_services.h"
#include "server/service/sync_service.h"
#include "server/store/postgres/migrator.h"
#include "server/store/postgres/postgres_store.h"
#include "server/sync/sequencer.h"
#include "server/tls/bundle.h"
#include "server/upstream/placement.h"
#include "server/upstream/upstream_link.h"

namespace bangfu::server {
namespace {

constexpr char kDatabase[] = "bangfu";
constexpr char kPersonKeyFile[] = "person.key";
constexpr char kAddressFile[] = "address";

absl::StatusOr<std::unique_ptr<Clock>> ClockOf(const std::string& start) {
  if (start.empty()) return std::make_unique<SystemClock>();
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, start, &time, &error)) {
    return UserError(
        absl::StatusCode::kInvalidArgument,
        {absl::StrCat("--clock 须为 RFC 3339 时间，如 2014-03-12T09:00:00+08:00：", start),
         absl::StrCat("--clock takes an RFC 3339 time like 2014-03-12T09:00:00+08:00, not ",
                      start)});
  }
  return std::make_unique<ShiftedClock>(time);
}

// The node's database: the given one, or a private cluster in the data folder, which runs as long
// as this lives.
struct Database {
  std::unique_ptr<PrivateCluster> cluster;
  std::string connection_string;
};

absl::StatusOr<Database> OpenDatabase(const NodeOptions& options) {
  Database database;
  if (!options.database.empty()) {
    database.connection_string = options.database;
  } else {
    PrivateClusterOptions cluster_options;
    cluster_options.data_dir = options.data_dir;
    auto cluster = PrivateCluster::Start(cluster_options);
    if (!cluster.ok()) return cluster.status();
    if (absl::Status status = (*cluster)->CreateDatabaseIfMissing(kDatabase); !status.ok())
      return status;
    database.connection_string = (*cluster)->ConnectionString(kDatabase);
    database.cluster = std::move(*cluster);
  }
  if (absl::Status status = Migrate(database.connection_string); !status.ok()) return status;
  return database;
}

std::shared_ptr<grpc::ServerCredentials> CredentialsOf(const TlsBundle& bundle) {
  grpc::SslServerCredentialsOptions tls(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  tls.pem_root_certs = bundle.ca_pem;
  tls.pem_key_cert_pairs.push_back({bundle.key_pem, bundle.cert_pem});
  return grpc::SslServerCredentials(tls);
}

sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

absl::Status LoadOrgs(const NodeOptions& options, OrgDirectory& orgs) {
  if (!options.orgs.empty()) {
    auto tree = ReadOrgFile(options.orgs);
    if (!tree.ok()) return tree.status();
    if (absl::Status status = orgs.Replace(*tree); !status.ok()) return status;
  }
  if (absl::Status status = orgs.Load(); !status.ok()) return status;
  if (orgs.Tree()->City() != nullptr || !options.upstream.empty()) return absl::OkStatus();
  return UserError(
      absl::StatusCode::kInvalidArgument,
      {"还没有组织字典；请用 --orgs 指定组织文件（示例：deploy/orgs.hangzhou.json）。",
       "There is no org tree yet; name one with --orgs (example: deploy/orgs.hangzhou.json)."});
}

// A node with an upstream has its parent's policy; one without may bring a file of its own.
absl::Status LoadPolicy(const NodeOptions& options, const domain::OrgTree& orgs,
                        PolicyDirectory& policy) {
  if (options.policy.empty()) return policy.Load();
  if (!options.upstream.empty()) {
    return UserError(absl::StatusCode::kInvalidArgument,
                     {"政策文件由市级节点统一发布；有上级的节点请去掉 --policy。",
                      "Policy data comes from the city's node; leave out --policy on a node with "
                      "an upstream."});
  }
  auto set = ReadPolicyFile(options.policy);
  if (!set.ok()) return set.status();
  return policy.Replace(*set, orgs);
}

constexpr timespec kWatchInterval{1, 0};  // how often the private PostgreSQL is looked after

// Waits for SIGTERM or SIGINT. An error when the private PostgreSQL ended by itself: a supervisor
// starts the node anew, which recovers it.
absl::Status WaitForEnd(const sigset_t& stop_signals, PrivateCluster* cluster) {
  while (sigtimedwait(&stop_signals, nullptr, &kWatchInterval) < 0) {
    if (cluster != nullptr && !cluster->Running()) {
      return UserError(
          absl::StatusCode::kUnavailable,
          {"本节点的 PostgreSQL 已停止；请查看数据目录中的 postgresql.log 并重新启动节点。",
           "The node's PostgreSQL has ended; see postgresql.log in the data folder and start the "
           "node again."});
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status MigrateNode(const NodeOptions& options) { return OpenDatabase(options).status(); }

absl::Status Serve(const NodeOptions& options) {
  const sigset_t stop_signals = StopSignals();
  pthread_sigmask(SIG_BLOCK, &stop_signals,
                  nullptr);  // all threads inherit it; the main thread waits for them below

  EventLog log;
  auto clock = ClockOf(options.clock);
  if (!clock.ok()) return clock.status();
  auto bundle = LoadBundle(options.tls, absl::Now());
  if (!bundle.ok()) return bundle.status();
  auto database = OpenDatabase(options);
  if (!database.ok()) return database.status();
  auto keyer = PersonKeyer::Open(absl::StrCat(options.data_dir, "/", kPersonKeyFile));
  if (!keyer.ok()) return keyer.status();
  PostgresOptions postgres;
  postgres.connection_string = database->connection_string;
  postgres.application_name = bundle->identity.node;
  auto store = PostgresStore::Open(postgres);
  if (!store.ok()) return store.status();
  if (absl::Status same = (*store)->CheckPersonKey(*keyer); !same.ok()) return same;
  OrgDirectory orgs(**store);
  if (absl::Status status = LoadOrgs(options, orgs); !status.ok()) return status;
  PolicyDirectory policy(**store);
  if (absl::Status status = LoadPolicy(options, *orgs.Tree(), policy); !status.ok()) return status;
  const Principal self{bundle->identity.node, bundle->identity.org};
  if (absl::Status status = CheckPlacement(self, *orgs.Tree(), !options.upstream.empty());
      !status.ok()) {
    return status;
  }

  Sequencer sequencer(**store,
                      [&log](const absl::Status& status) { log.Error("sequencer", status); });
  PushHandler push(**store, **clock, *keyer, NodeRole{!options.upstream.empty()});

  std::unique_ptr<client::ServerLink> parent;
  std::unique_ptr<UpstreamLink> upstream;
  if (!options.upstream.empty()) {
    auto link = client::GrpcServerLink::Connect(
        options.upstream, {bundle->ca_pem, bundle->cert_pem, bundle->key_pem});
    if (!link.ok()) return link.status();
    parent = std::move(*link);
    upstream =
        std::make_unique<UpstreamLink>(*parent, self, **store, **clock, *keyer, orgs, policy, log,
                                       absl::Seconds(options.upstream_interval_seconds));
  }

  Node node{self, **store, orgs, policy, push, **clock, log, {}};
  node.on_push = [&upstream] {
    if (upstream != nullptr) upstream->Wake();
  };
  SyncService sync_service(node);
  ArchiveService archive_service(node);
  AidService aid_service(node);
  ConflictService conflict_service(node);
  OrgService org_service(node);

  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort(options.listen, CredentialsOf(*bundle), &port);
  builder.SetMaxReceiveMessageSize(limits::kMaxMessageBytes);
  builder.SetMaxSendMessageSize(limits::kMaxMessageBytes);
  grpc::ResourceQuota quota("bangfu");
  quota.SetMaxThreads(limits::kServerThreads);
  quota.Resize(static_cast<size_t>(limits::kServerMemoryBytes));
  builder.SetResourceQuota(quota);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  // Children ping a silent line once a minute (client/transport).
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                             static_cast<int>(absl::ToInt64Milliseconds(limits::kMinPingInterval)));
  builder.RegisterService(&sync_service);
  builder.RegisterService(&archive_service);
  builder.RegisterService(&aid_service);
  builder.RegisterService(&conflict_service);
  builder.RegisterService(&org_service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr || port == 0) {
    return UserError(absl::StatusCode::kUnavailable,
                     {absl::StrCat("无法监听 ", options.listen, "；地址有误或端口已被占用。"),
                      absl::StrCat("Cannot listen on ", options.listen,
                                   ": wrong address or the port is taken.")});
  }
  if (absl::Status status =
          WriteAddressFile(absl::StrCat(options.data_dir, "/", kAddressFile), options.listen, port);
      !status.ok()) {
    return status;
  }
  if (!options.clock.empty()) log.Warning("shifted_clock", {{"start", options.clock}});
  log.Info(
      "serving",
      {{"node", node.self.Key()}, {"port", absl::StrCat(port)}, {"upstream", options.upstream}});

  const absl::Status ended = WaitForEnd(stop_signals, database->cluster.get());
  log.Info("draining");
  node.draining = true;
  if (upstream != nullptr) upstream->Stop();  // ends while the calls of the children do
  server->GetHealthCheckService()->SetServingStatus(false);
  server->Shutdown(absl::ToChronoTime(absl::Now() + limits::kDrainTimeout));
  upstream.reset();
  log.Info("stopped");
  return ended;
}

}  // namespace bangfu::server
