#include "server/main/serve.h"

#include <grpcpp/health_check_service_interface.h>
#include <signal.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/limits.h"
#include "client/transport/grpc_identity_link.h"
#include "client/transport/grpc_server_link.h"
#include "server/cluster/private_cluster.h"
#include "server/health/metrics.h"
#include "server/health/stall_detector.h"
#include "server/log/event_log.h"
#include "server/main/grpc_listener.h"
#include "server/main/grpc_log.h"
#include "server/main/metrics_endpoint.h"
#include "server/main/node_database.h"
#include "server/main/node_people.h"
#include "server/main/org_file.h"
#include "server/main/policy_file.h"
#include "server/seal/master_key.h"
#include "server/service/account_service.h"
#include "server/service/audit_service.h"
#include "server/service/enrollment_service.h"
#include "server/service/feed_hub.h"
#include "server/service/maintenance.h"
#include "server/service/node.h"
#include "server/service/read_services.h"
#include "server/service/sync_service.h"
#include "server/store/postgres/postgres_store.h"
#include "server/sync/org_move.h"
#include "server/sync/sequencer.h"
#include "server/tls/bundle.h"
#include "server/tls/certificate_facts.h"
#include "server/tls/live_bundle.h"
#include "server/upstream/placement.h"
#include "server/upstream/upstream_link.h"

namespace bangfu::server {
namespace {

constexpr char kPersonKeyFile[] = "person.key";

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

// What a start may find: a database that was restored or promoted, and an org tree that renamed
// orgs. Its answers are final only at the root, so only there records move.
absl::Status TakeUp(const NodeOptions& options, Store& store, const Clock& clock,
                    const PersonKeyer& keyer, const domain::OrgTree& orgs, EventLog& log) {
  const auto moved_database = store.BeginEpochIfMoved();
  if (!moved_database.ok()) return moved_database.status();
  if (*moved_database) log.Warning("epoch_began");
  if (!options.upstream.empty()) return absl::OkStatus();
  const auto moved = MoveFormerOrgs(store, clock, keyer, orgs);
  if (!moved.ok()) return moved.status();
  if (*moved > 0) log.Info("former_orgs_moved", {{"records", absl::StrCat(*moved)}});
  return absl::OkStatus();
}

client::LinkCredentials CredentialsOf(const TlsBundle& bundle) {
  return {bundle.ca_pem, bundle.cert_pem, bundle.key_pem};
}

// The node of a certificate.
absl::StatusOr<Principal> SelfOf(const CertificateFacts& facts) {
  if (facts.identity.kind != NodeKind::kServer) {
    return UserError(absl::StatusCode::kInvalidArgument,
                     {"--tls 中是桌面端证书；节点须使用服务器证书（bangfu://node/…）。",
                      "The certificate in --tls is a desk's; a node needs that of a server "
                      "(bangfu://node/…)."});
  }
  Principal self;
  self.node = facts.identity.node;
  self.org = facts.identity.org;
  self.kind = v1::NODE_KIND_SERVER;
  self.serial = facts.serial;
  self.issued = facts.issued;
  return self;
}

VerifyTimes VerifyTimesOf(int interval_seconds) {
  if (interval_seconds == 0) return {absl::InfiniteDuration(), absl::InfiniteDuration()};
  const absl::Duration interval = absl::Seconds(interval_seconds);
  return {std::min(VerifyTimes().first, interval), interval};
}

constexpr timespec kWatchInterval{1, 0};  // how often the private PostgreSQL is looked after

// Waits for SIGTERM or SIGINT, and calls `each_look` between two looks. An error when the private
// PostgreSQL ended by itself: a supervisor starts the node anew, which recovers it.
absl::Status WaitForEnd(const sigset_t& stop_signals, PrivateCluster* cluster,
                        absl::FunctionRef<void()> each_look) {
  while (sigtimedwait(&stop_signals, nullptr, &kWatchInterval) < 0) {
    each_look();
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
  const auto master_key = MasterKey::Open(MasterKeyFile(options));
  if (!master_key.ok()) return master_key.status();
  PostgresOptions postgres;
  postgres.connection_string = database->connection_string;
  postgres.master_key = *master_key;
  postgres.application_name = bundle->identity.node;
  auto store = PostgresStore::Open(postgres);
  if (!store.ok()) return store.status();
  if (absl::Status same = (*store)->CheckPersonKey(*keyer); !same.ok()) return same;
  OrgDirectory orgs(**store);
  if (absl::Status status = LoadOrgs(options, orgs); !status.ok()) return status;
  PolicyDirectory policy(**store);
  if (absl::Status status = LoadPolicy(options, *orgs.Tree(), policy); !status.ok()) return status;
  const auto self = SelfOf(bundle->facts);
  if (!self.ok()) return self.status();
  if (absl::Status status = CheckPlacement(*self, *orgs.Tree(), !options.upstream.empty());
      !status.ok()) {
    return status;
  }

  if (absl::Status status = TakeUp(options, **store, **clock, *keyer, *orgs.Tree(), log);
      !status.ok()) {
    return status;
  }

  StallDetector stalls(**clock, log, absl::Seconds(options.stall_after_seconds));
  Metrics metrics;
  std::unique_ptr<MetricsEndpoint> metrics_endpoint;
  if (!options.metrics.empty()) {
    auto endpoint = MetricsEndpoint::Open(options.metrics, metrics);
    if (!endpoint.ok()) return endpoint.status();
    metrics_endpoint = *std::move(endpoint);
  }
  Maintenance maintenance(**store, **clock, log, stalls, metrics);
  Sequencer sequencer(**store, [&log, &maintenance](const absl::Status& status) {
    log.Error("sequencer", status);
    maintenance.NoteSequencerFailure(status);
  });
  PushHandler push(**store, **clock, *keyer, NodeRole{!options.upstream.empty(), *self});

  const SystemClock machine_clock;
  LiveBundle live_bundle(options.tls, *bundle, machine_clock);
  std::unique_ptr<client::ServerLink> parent;
  std::unique_ptr<client::IdentityLink> parent_authority;
  if (!options.upstream.empty()) {
    client::LinkCredentials credentials = CredentialsOf(*bundle);
    credentials.latest = [&live_bundle] { return CredentialsOf(*live_bundle.Current()); };
    auto link = client::GrpcServerLink::Connect(options.upstream, credentials);
    if (!link.ok()) return link.status();
    parent = *std::move(link);
    auto identity_link = client::GrpcIdentityLink::Connect(options.upstream, credentials);
    if (!identity_link.ok()) return identity_link.status();
    parent_authority = *std::move(identity_link);
  }
  auto people = NodePeople::Open({options, *self, **store, orgs, live_bundle, *master_key,
                                  parent_authority.get(), machine_clock, log});
  if (!people.ok()) return people.status();
  std::unique_ptr<UpstreamLink> upstream;
  if (parent != nullptr) {
    upstream = std::make_unique<UpstreamLink>(*parent, *self, **store, **clock, *keyer, orgs,
                                              policy, (*people)->directory(), log, stalls,
                                              absl::Seconds(options.upstream_interval_seconds),
                                              VerifyTimesOf(options.verify_interval_seconds));
  }

  FeedHub feed(FeedSourceOf(**store), log);
  Node node{*self,
            **store,
            (*store)->identity(),
            (*store)->audit(),
            orgs,
            policy,
            (*people)->directory(),
            (*people)->authority(),
            push,
            **clock,
            machine_clock,
            log,
            stalls,
            metrics,
            feed,
            upstream != nullptr};
  node.on_push = [&upstream] {
    if (upstream != nullptr) upstream->Wake();
  };
  node.move_former_orgs = [&](const domain::OrgTree& tree) {
    return MoveFormerOrgs(**store, **clock, *keyer, tree);
  };
  SyncService sync_service(node);
  ArchiveService archive_service(node);
  AidService aid_service(node);
  ConflictService conflict_service(node);
  OrgService org_service(node);
  AccountService account_service(node);
  EnrollmentService enrollment_service(node, (*people)->enrollment());
  AuditService audit_service(node);
  const auto listener =
      Listen(options.listen, live_bundle,
             {&sync_service, &archive_service, &aid_service, &conflict_service, &org_service,
              &account_service, &enrollment_service, &audit_service});
  if (!listener.ok()) return listener.status();
  JoiningService joining_service((*people)->enrollment(), machine_clock, log);
  absl::StatusOr<GrpcListener> joining = GrpcListener();
  if (!options.enroll_listen.empty()) {
    joining = ListenForEnrollment(options.enroll_listen, live_bundle, {&joining_service});
    if (!joining.ok()) return joining.status();
  }
  const std::string address_file = absl::StrCat(options.data_dir, "/", kAddressFile);
  if (absl::Status status = WriteAddressFile(address_file, options.listen, listener->port);
      !status.ok()) {
    return status;
  }
  if (!options.clock.empty()) log.Warning("shifted_clock", {{"start", options.clock}});
  log.Info("serving", {{"node", node.self.Key()},
                       {"port", absl::StrCat(listener->port)},
                       {"upstream", options.upstream}});

  const absl::Status ended = WaitForEnd(stop_signals, database->cluster.get(), [&] {
    ReportHandshakeFailures(log, (*store)->audit(), machine_clock, self->org);
  });
  log.Info("draining");
  node.Drain();
  if (upstream != nullptr) upstream->Stop();  // ends while the calls of the children do
  if (joining->server != nullptr) joining->server->Shutdown(absl::ToChronoTime(absl::Now()));
  listener->server->GetHealthCheckService()->SetServingStatus(false);
  listener->server->Shutdown(absl::ToChronoTime(absl::Now() + limits::kDrainTimeout));
  upstream.reset();
  log.Info("stopped");
  return ended;
}

}  // namespace bangfu::server
