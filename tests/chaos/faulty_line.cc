#include "tests/chaos/faulty_line.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "bangfu/v1/account_service.grpc.pb.h"
#include "bangfu/v1/conflict_service.grpc.pb.h"
#include "bangfu/v1/org_service.grpc.pb.h"
#include "bangfu/v1/sync_service.grpc.pb.h"
#include "base/limits.h"
#include "client/transport/identity_link.h"

namespace bangfu::chaos {
namespace {

constexpr int64_t kMaxLateMilliseconds = 300;
constexpr int64_t kMaxDelayMilliseconds = 50;
constexpr absl::Duration kLateTimeout = absl::Seconds(20);

}  // namespace

class FaultyLine::Services {
 public:
  Services(World& world, const client::LinkCredentials& credentials, const std::string& server)
      : sync(*this), org(*this), conflicts(*this), accounts(*this), world_(world) {
    grpc::SslCredentialsOptions tls;
    tls.pem_root_certs = credentials.ca_pem;
    tls.pem_cert_chain = credentials.cert_pem;
    tls.pem_private_key = credentials.key_pem;
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(limits::kMaxMessageBytes);
    arguments.SetMaxSendMessageSize(limits::kMaxMessageBytes);
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
    arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 200);
    const auto channel = grpc::CreateCustomChannel(server, grpc::SslCredentials(tls), arguments);
    sync_stub_ = v1::SyncService::NewStub(channel);
    org_stub_ = v1::OrgService::NewStub(channel);
    conflict_stub_ = v1::ConflictService::NewStub(channel);
    account_stub_ = v1::AccountService::NewStub(channel);
  }

  ~Services() { JoinLate(); }

  // ---- What the child calls.

  template <typename Stub, typename Request, typename Response>
  grpc::Status Relay(grpc::ServerContext& context, Stub& stub,
                     grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                     const Request& request, Response* response) {
    const auto call = grpc::ClientContext::FromServerContext(context);
    PassSession(context, *call);
    const Running running(*this, *call, /*watch=*/false);
    if (running.cut) return Broken();
    const grpc::Status status = (stub.*method)(call.get(), request, response);
    return IsCut(/*watch=*/false) ? Broken() : status;
  }

  template <typename Reader, typename Request, typename Response>
  grpc::Status RelayStream(grpc::ServerContext& context, bool watch,
                           Reader (v1::SyncService::Stub::*method)(grpc::ClientContext*,
                                                                   const Request&),
                           const Request& request, grpc::ServerWriter<Response>& writer) {
    const auto call = grpc::ClientContext::FromServerContext(context);
    const Running running(*this, *call, watch);
    if (running.cut) return Broken();
    const auto reader = (*sync_stub_.*method)(call.get(), request);
    Response response;
    while (reader->Read(&response)) {
      if (!writer.Write(response)) call->TryCancel();
    }
    const grpc::Status status = reader->Finish();
    return IsCut(watch) ? Broken() : status;
  }

  grpc::Status Push(grpc::ServerContext& context, const v1::PushRequest& request,
                    v1::PushResponse* response) {
    ++pushes;
    PushFaults faults;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      faults = faults_;
      if (on_push_) on_push_(request);
    }
    const auto relay = [&] {
      return Relay(context, *sync_stub_, &v1::SyncService::Stub::Push, request, response);
    };
    int64_t draw = world_.Random(100);
    const auto meets = [&draw, &request, this](int percent) {
      const bool drawn = draw >= 0 && draw < percent;
      draw -= percent;
      if (drawn) ++spoilt;
      if (drawn) spoilt_changes += request.changes_size();
      return drawn;
    };
    if (meets(faults.lose_request)) return Broken();
    if (meets(faults.lose_answer)) {
      relay();
      return Broken();
    }
    if (meets(faults.twice)) {
      relay();
      response->Clear();
      return relay();
    }
    if (meets(faults.late)) {
      SendLater(request);
      return Broken();
    }
    if (meets(faults.delay)) {
      absl::SleepFor(absl::Milliseconds(world_.Random(kMaxDelayMilliseconds)));
    }
    return relay();
  }

  grpc::Status Handshake(grpc::ServerContext& context, const v1::HandshakeRequest& request,
                         v1::HandshakeResponse* response) {
    const grpc::Status status =
        Relay(context, *sync_stub_, &v1::SyncService::Stub::Handshake, request, response);
    if (const int version = server_version; version != 0) response->set_protocol_version(version);
    return status;
  }

  // ---- What the test asks for.

  void SetFaults(const PushFaults& faults) {
    const std::lock_guard<std::mutex> lock(mutex_);
    faults_ = faults;
  }

  void OnPush(std::function<void(const v1::PushRequest&)> on_push) {
    const std::lock_guard<std::mutex> lock(mutex_);
    on_push_ = std::move(on_push);
  }

  void Cut(bool watches_only) {
    const std::lock_guard<std::mutex> lock(mutex_);
    (watches_only ? watches_cut_ : cut_) = true;
    for (grpc::ClientContext* call : watches_) call->TryCancel();
    if (watches_only) return;
    for (grpc::ClientContext* call : calls_) call->TryCancel();
  }

  void Heal(bool watches_only) {
    const std::lock_guard<std::mutex> lock(mutex_);
    (watches_only ? watches_cut_ : cut_) = false;
  }

  void JoinLate() {
    std::vector<std::thread> late;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      late.swap(late_);
    }
    for (std::thread& thread : late) thread.join();
  }

  std::atomic<int64_t> pushes{0};
  std::atomic<int64_t> spoilt{0};
  std::atomic<int64_t> spoilt_changes{0};
  std::atomic<int> server_version{0};

  class Sync final : public v1::SyncService::Service {
   public:
    explicit Sync(Services& line) : line_(line) {}
    using Stub = v1::SyncService::Stub;
    grpc::Status Handshake(grpc::ServerContext* context, const v1::HandshakeRequest* request,
                           v1::HandshakeResponse* response) override {
      return line_.Handshake(*context, *request, response);
    }
    grpc::Status Push(grpc::ServerContext* context, const v1::PushRequest* request,
                      v1::PushResponse* response) override {
      return line_.Push(*context, *request, response);
    }
    grpc::Status Pull(grpc::ServerContext* context, const v1::PullRequest* request,
                      grpc::ServerWriter<v1::PullResponse>* writer) override {
      return line_.RelayStream(*context, false, &Stub::Pull, *request, *writer);
    }
    grpc::Status Watch(grpc::ServerContext* context, const v1::WatchRequest* request,
                       grpc::ServerWriter<v1::WatchResponse>* writer) override {
      return line_.RelayStream(*context, true, &Stub::Watch, *request, *writer);
    }
    grpc::Status GetDigest(grpc::ServerContext* context, const v1::GetDigestRequest* request,
                           v1::GetDigestResponse* response) override {
      return line_.Relay(*context, *line_.sync_stub_, &Stub::GetDigest, *request, response);
    }
    grpc::Status GetRecords(grpc::ServerContext* context, const v1::GetRecordsRequest* request,
                            v1::GetRecordsResponse* response) override {
      return line_.Relay(*context, *line_.sync_stub_, &Stub::GetRecords, *request, response);
    }
    grpc::Status GetReceipts(grpc::ServerContext* context, const v1::GetReceiptsRequest* request,
                             v1::GetReceiptsResponse* response) override {
      return line_.Relay(*context, *line_.sync_stub_, &Stub::GetReceipts, *request, response);
    }
    grpc::Status GetNodeStatus(grpc::ServerContext* context,
                               const v1::GetNodeStatusRequest* request,
                               v1::GetNodeStatusResponse* response) override {
      return line_.Relay(*context, *line_.sync_stub_, &Stub::GetNodeStatus, *request, response);
    }

   private:
    Services& line_;
  };

  class Org final : public v1::OrgService::Service {
   public:
    explicit Org(Services& line) : line_(line) {}
    using Stub = v1::OrgService::Stub;
    grpc::Status GetOrgTree(grpc::ServerContext* context, const v1::GetOrgTreeRequest* request,
                            v1::GetOrgTreeResponse* response) override {
      return line_.Relay(*context, *line_.org_stub_, &Stub::GetOrgTree, *request, response);
    }
    grpc::Status GetPolicySet(grpc::ServerContext* context, const v1::GetPolicySetRequest* request,
                              v1::GetPolicySetResponse* response) override {
      return line_.Relay(*context, *line_.org_stub_, &Stub::GetPolicySet, *request, response);
    }
    grpc::Status PreviewMove(grpc::ServerContext* context, const v1::PreviewMoveRequest* request,
                             v1::PreviewMoveResponse* response) override {
      return line_.Relay(*context, *line_.org_stub_, &Stub::PreviewMove, *request, response);
    }

   private:
    Services& line_;
  };

  class Conflicts final : public v1::ConflictService::Service {
   public:
    explicit Conflicts(Services& line) : line_(line) {}
    using Stub = v1::ConflictService::Stub;
    grpc::Status GetConflict(grpc::ServerContext* context, const v1::GetConflictRequest* request,
                             v1::GetConflictResponse* response) override {
      return line_.Relay(*context, *line_.conflict_stub_, &Stub::GetConflict, *request, response);
    }
    grpc::Status ListConflicts(grpc::ServerContext* context,
                               const v1::ListConflictsRequest* request,
                               v1::ListConflictsResponse* response) override {
      return line_.Relay(*context, *line_.conflict_stub_, &Stub::ListConflicts, *request, response);
    }

   private:
    Services& line_;
  };

  class Accounts final : public v1::AccountService::Service {
   public:
    explicit Accounts(Services& line) : line_(line) {}
    grpc::Status GetDirectory(grpc::ServerContext* context, const v1::GetDirectoryRequest* request,
                              v1::GetDirectoryResponse* response) override {
      return line_.Relay(*context, *line_.account_stub_, &v1::AccountService::Stub::GetDirectory,
                         *request, response);
    }

   private:
    Services& line_;
  };

  Sync sync;
  Org org;
  Conflicts conflicts;
  Accounts accounts;

 private:
  // A call that Cut can end.
  struct Running {
    Running(Services& services, grpc::ClientContext& call, bool watch)
        : line(services), context(call), calls(watch ? services.watches_ : services.calls_) {
      const std::lock_guard<std::mutex> lock(line.mutex_);
      cut = line.cut_ || (watch && line.watches_cut_);
      calls.insert(&context);
    }
    ~Running() {
      const std::lock_guard<std::mutex> lock(line.mutex_);
      calls.erase(&context);
    }
    Services& line;
    grpc::ClientContext& context;
    std::set<grpc::ClientContext*>& calls;
    bool cut = false;
  };

  // Of the person in whose name it is asked.
  static void PassSession(const grpc::ServerContext& context, grpc::ClientContext& call) {
    const auto [begin, end] = context.client_metadata().equal_range(client::kSessionMetadata);
    for (auto each = begin; each != end; ++each) {
      call.AddMetadata(client::kSessionMetadata, {each->second.data(), each->second.size()});
    }
  }

  bool IsCut(bool watch) {
    const std::lock_guard<std::mutex> lock(mutex_);
    return cut_ || (watch && watches_cut_);
  }

  // After neither does the child know whether anything arrived; the first it tries again by itself.
  grpc::Status Broken() {
    return world_.Chance(25) ? grpc::Status(grpc::StatusCode::UNAVAILABLE, "the line is cut")
                             : grpc::Status(grpc::StatusCode::DEADLINE_EXCEEDED, "no answer");
  }

  void SendLater(const v1::PushRequest& request) {
    const absl::Duration delay = absl::Milliseconds(world_.Random(kMaxLateMilliseconds));
    const std::lock_guard<std::mutex> lock(mutex_);
    late_.emplace_back([this, request, delay] {
      absl::SleepFor(delay);
      grpc::ClientContext call;
      call.set_deadline(absl::ToChronoTime(absl::Now() + kLateTimeout));
      v1::PushResponse ignored;
      sync_stub_->Push(&call, request, &ignored);
    });
  }

  World& world_;
  std::unique_ptr<v1::SyncService::Stub> sync_stub_;
  std::unique_ptr<v1::OrgService::Stub> org_stub_;
  std::unique_ptr<v1::ConflictService::Stub> conflict_stub_;
  std::unique_ptr<v1::AccountService::Stub> account_stub_;

  std::mutex mutex_;
  PushFaults faults_;                                    // guarded by mutex_
  std::function<void(const v1::PushRequest&)> on_push_;  // guarded by mutex_
  bool cut_ = false;                                     // guarded by mutex_
  bool watches_cut_ = false;                             // guarded by mutex_
  std::set<grpc::ClientContext*> calls_;                 // guarded by mutex_
  std::set<grpc::ClientContext*> watches_;               // guarded by mutex_
  std::vector<std::thread> late_;                        // guarded by mutex_
};

FaultyLine::FaultyLine(World& world, const std::string& child, const std::string& org,
                       NodeKind kind, const std::string& server)
    : services_(std::make_unique<Services>(world, world.CredentialsOf(child, org, kind), server)) {
  const client::LinkCredentials credentials = world.CredentialsOf("line", "hz", NodeKind::kServer);
  grpc::SslServerCredentialsOptions tls(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  tls.pem_root_certs = credentials.ca_pem;
  tls.pem_key_cert_pairs.push_back({credentials.key_pem, credentials.cert_pem});
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(tls), &port);
  builder.SetMaxReceiveMessageSize(limits::kMaxMessageBytes);
  builder.SetMaxSendMessageSize(limits::kMaxMessageBytes);
  builder.RegisterService(&services_->sync);
  builder.RegisterService(&services_->org);
  builder.RegisterService(&services_->conflicts);
  builder.RegisterService(&services_->accounts);
  server_ = builder.BuildAndStart();
  address_ = absl::StrCat("127.0.0.1:", port);
}

FaultyLine::~FaultyLine() {
  services_->JoinLate();
  server_->Shutdown(std::chrono::system_clock::now());
}

void FaultyLine::SetFaults(const PushFaults& faults) { services_->SetFaults(faults); }
void FaultyLine::Cut() { services_->Cut(/*watches_only=*/false); }
void FaultyLine::Heal() { services_->Heal(/*watches_only=*/false); }
void FaultyLine::CutWatches() { services_->Cut(/*watches_only=*/true); }
void FaultyLine::HealWatches() { services_->Heal(/*watches_only=*/true); }
void FaultyLine::SetServerVersion(int version) { services_->server_version = version; }
void FaultyLine::WaitForLatePushes() { services_->JoinLate(); }
void FaultyLine::OnPush(std::function<void(const v1::PushRequest&)> on_push) {
  services_->OnPush(std::move(on_push));
}
int64_t FaultyLine::pushes() const { return services_->pushes; }
int64_t FaultyLine::spoilt() const { return services_->spoilt; }
int64_t FaultyLine::spoilt_changes() const { return services_->spoilt_changes; }

}  // namespace bangfu::chaos
