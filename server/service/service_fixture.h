#ifndef BANGFU_SERVER_SERVICE_SERVICE_FIXTURE_H_
#define BANGFU_SERVER_SERVICE_SERVICE_FIXTURE_H_

#include <grpcpp/create_channel.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/time/clock.h"
#include "base/clock.h"
#include "base/error.h"
#include "google/rpc/error_details.pb.h"
#include "server/identity/session_tokens.h"
#include "server/service/read_services.h"
#include "server/service/rights.h"
#include "server/service/sync_service.h"
#include "server/sync/sync_fixture.h"
#include "server/tls/bundle.h"
#include "server/tls/certificate_authority.h"
#include "tests/support/people.h"

namespace bangfu::server {

// An authority that knows nobody: accounts and certificates are no matter of these tests.
class NoAuthority : public IdentityAuthority {
 public:
  absl::StatusOr<v1::SignInResponse> SignIn(const Asker&, const v1::SignInRequest&) override {
    return Refusal();
  }
  absl::Status SignOut(const Asker&) override { return Refusal(); }
  absl::Status ChangePassword(const Asker&, const v1::ChangePasswordRequest&) override {
    return Refusal();
  }
  absl::StatusOr<v1::CreateAccountResponse> CreateAccount(
      const Asker&, const v1::CreateAccountRequest&) override {
    return Refusal();
  }
  absl::StatusOr<v1::UpdateAccountResponse> UpdateAccount(
      const Asker&, const v1::UpdateAccountRequest&) override {
    return Refusal();
  }
  absl::StatusOr<v1::ResetCredentialsResponse> ResetCredentials(
      const Asker&, const v1::ResetCredentialsRequest&) override {
    return Refusal();
  }
  absl::StatusOr<v1::ListAccountsResponse> ListAccounts(const Asker&,
                                                        const v1::ListAccountsRequest&) override {
    return Refusal();
  }
  absl::StatusOr<v1::IssueCertificateResponse> IssueCertificate(
      const Asker&, const v1::IssueCertificateRequest&) override {
    return Refusal();
  }
  absl::Status RevokeNode(const Asker&, const v1::RevokeNodeRequest&) override { return Refusal(); }

 private:
  static absl::Status Refusal() { return NotPermitted(); }
};

// The audit log of the node, which can be made to fail.
class FailingAudit final : public AuditStore {
 public:
  explicit FailingAudit(AuditStore& store) : store_(store) {}
  void Fail(bool failing) { failing_ = failing; }

  absl::Status Append(const std::vector<v1::AuditEntry>& entries) override {
    if (failing_) return absl::InternalError("the disk is full");
    const absl::Status status = store_.Append(entries);
    const std::lock_guard<std::mutex> lock(mutex_);
    if (status.ok()) entries_.insert(entries_.end(), entries.begin(), entries.end());
    return status;
  }
  absl::StatusOr<Chained> Chain(
      int limit,
      absl::FunctionRef<std::string(const AuditHead& head, absl::string_view entry)> link)
      override {
    return store_.Chain(limit, link);
  }
  absl::StatusOr<std::vector<v1::ChainedAuditEntry>> Read(int64_t after, int limit) override {
    return store_.Read(after, limit);
  }
  absl::StatusOr<std::vector<v1::ChainedAuditEntry>> List(const AuditQuery& query) override {
    return store_.List(query);
  }
  absl::StatusOr<AuditHead> Head() override { return store_.Head(); }

  // What was written by this node's calls.
  std::vector<v1::AuditEntry> Entries() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return entries_;
  }

 private:
  AuditStore& store_;
  std::atomic<bool> failing_{false};
  mutable std::mutex mutex_;
  std::vector<v1::AuditEntry> entries_;  // guarded by mutex_
};

// What one node's certificate opens, and the session of the person who sits there.
struct Caller {
  explicit Caller(const std::shared_ptr<grpc::Channel>& line)
      : channel(line),
        archives(v1::ArchiveService::NewStub(channel)),
        aid(v1::AidService::NewStub(channel)),
        conflicts(v1::ConflictService::NewStub(channel)),
        orgs(v1::OrgService::NewStub(channel)),
        sync(v1::SyncService::NewStub(channel)) {}

  // Adds the session to a call.
  void SignIn(grpc::ClientContext& context) const {
    if (!session.empty()) context.AddMetadata("authorization", "Bearer " + session);
  }

  std::shared_ptr<grpc::Channel> channel;
  std::unique_ptr<v1::ArchiveService::Stub> archives;
  std::unique_ptr<v1::AidService::Stub> aid;
  std::unique_ptr<v1::ConflictService::Stub> conflicts;
  std::unique_ptr<v1::OrgService::Stub> orgs;
  std::unique_ptr<v1::SyncService::Stub> sync;
  std::string session{};
  std::string serial{};  // of the certificate
};

// The ErrorReason of an answer, "NOT_FOUND".
inline std::string ReasonOnTheWire(const grpc::Status& status) {
  google::rpc::Status details;
  details.ParseFromString(status.error_details());
  for (const auto& detail : details.details()) {
    google::rpc::ErrorInfo info;
    if (detail.UnpackTo(&info)) return info.reason();
  }
  return "";
}

inline bool HasRetryInfo(const grpc::Status& status) {
  google::rpc::Status details;
  details.ParseFromString(status.error_details());
  return std::any_of(details.details().begin(), details.details().end(), [](const auto& detail) {
    return detail.template Is<google::rpc::RetryInfo>();
  });
}

// The services of the city over mutual TLS, with the people of PeopleOf.
class ServiceTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(mkdtemp(folder_.data()), nullptr);
    ASSERT_TRUE(InitAuthority(folder_ + "/ca", "test", absl::Now()).ok());
    ASSERT_TRUE(orgs_.Replace(HangzhouOrgs().proto()).ok());
    auto key = MakeTokenKey(absl::Now());
    ASSERT_TRUE(key.ok()) << key.status();
    token_key_ = *std::move(key);
    directory_ = DirectoryOf(HangzhouOrgs().proto());
    *directory_.add_token_keys() = token_key_.key;
    Publish();
    const TlsBundle bundle = BundleOf("city", kCityOrg);
    grpc::SslServerCredentialsOptions tls(
        GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
    tls.pem_root_certs = bundle.ca_pem;
    tls.pem_key_cert_pairs.push_back({bundle.key_pem, bundle.cert_pem});
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(tls), &port_);
    builder.RegisterService(&archive_service_);
    builder.RegisterService(&aid_service_);
    builder.RegisterService(&conflict_service_);
    builder.RegisterService(&org_service_);
    builder.RegisterService(&sync_service_);
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
  }
  void TearDown() override {
    if (server_ != nullptr) server_->Shutdown(std::chrono::system_clock::now());
    std::filesystem::remove_all(folder_);
  }

  // ---- The directory.

  // Saves directory_ as the parent's next edition would be, past the node's own memory: as another
  // process on the same database does it.
  void PublishBehindTheNode() {
    directory_.set_version(directory_.version() + 1);
    const absl::Status saved = city_.store().identity().SaveDirectory(directory_);
    ASSERT_TRUE(saved.ok()) << saved;
  }
  void Publish() {
    PublishBehindTheNode();
    ASSERT_TRUE(people_.Refresh().ok());
  }
  v1::Person& PersonOfDirectory(const std::string& id) {
    for (v1::Person& person : *directory_.mutable_people()) {
      if (person.id() == id) return person;
    }
    ADD_FAILURE() << "nobody is called " << id;
    return *directory_.add_people();
  }
  // Of every certificate of the node until now.
  void AddRevocation(const std::string& node) {
    v1::RevokedNode& revoked = *directory_.add_revoked_nodes();
    revoked.set_node(node);
    *revoked.mutable_revoked_time() = ToProto(absl::Now());
  }

  // ---- Who calls.

  TlsBundle BundleOf(const std::string& name, const std::string& org,
                     NodeKind kind = NodeKind::kServer) {
    const std::string folder = absl::StrCat(folder_, "/", org, "-", name);
    NodeCertificateRequest request;
    request.node_name = name;
    request.org = org;
    request.kind = kind;
    request.dns_names = {"city.example"};
    request.now = absl::Now();
    if (!std::filesystem::exists(folder)) {
      const absl::Status issued = IssueCertificate(folder_ + "/ca", request, folder);
      EXPECT_TRUE(issued.ok()) << issued;
    }
    auto bundle = LoadBundle(folder, absl::Now());
    EXPECT_TRUE(bundle.ok()) << bundle.status();
    return bundle.value_or(TlsBundle());
  }

  Caller CallerWith(const TlsBundle& bundle) {
    grpc::SslCredentialsOptions tls;
    tls.pem_root_certs = bundle.ca_pem;
    tls.pem_cert_chain = bundle.cert_pem;
    tls.pem_private_key = bundle.key_pem;
    grpc::ChannelArguments arguments;
    arguments.SetSslTargetNameOverride("city.example");
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    // The window of a stream stays 64 KiB, so that a reader that does not read stalls soon.
    arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    Caller caller(grpc::CreateCustomChannel(absl::StrCat("127.0.0.1:", port_),
                                            grpc::SslCredentials(tls), arguments));
    const auto principal = PrincipalOfCertificate(bundle.cert_pem);
    EXPECT_TRUE(principal.ok()) << principal.status();
    if (principal.ok()) caller.serial = principal->serial;
    return caller;
  }
  // A server of the org.
  Caller CallerOf(const std::string& name, const std::string& org) {
    return CallerWith(BundleOf(name, org));
  }
  // A desk of the org, where the holder of the office of `person_org` (of the org itself when it is
  // empty) has signed in; nobody when there is no office.
  Caller DeskOf(const std::string& name, const std::string& org, const std::string& office = "",
                const std::string& person_org = "") {
    Caller caller = CallerWith(BundleOf(name, org, NodeKind::kDesk));
    if (!office.empty()) {
      caller.session = SessionOf(AccountOf(office, person_org.empty() ? org : person_org),
                                 absl::StrCat(org, "/", name));
    }
    return caller;
  }
  std::string SessionOf(const std::string& person, const std::string& desk,
                        absl::Time now = absl::Now()) {
    auto session = SignSession(token_key_, PersonOfDirectory(person), desk, now);
    EXPECT_TRUE(session.ok()) << session.status();
    return session.value_or("");
  }

  // Entries of the audit log about an action, oldest first.
  std::vector<v1::AuditEntry> EntriesOf(v1::Action action) const {
    std::vector<v1::AuditEntry> entries;
    for (const v1::AuditEntry& entry : audit_.Entries()) {
      if (entry.action() == action) entries.push_back(entry);
    }
    return entries;
  }

  std::string folder_ = testing::TempDir() + "bangfu_services_XXXXXX";
  SettableClock clock_;
  const SystemClock security_clock_;
  ChangeMaker make_;
  TestNode city_{clock_, NodeRole{}};
  OrgDirectory orgs_{city_.store()};
  PushHandler push_{city_.store(), clock_, PersonKeyer("a key for tests"), NodeRole{}};
  EventLog log_;
  PolicyDirectory policy_{city_.store()};
  PeopleDirectory people_{city_.store().identity()};
  FailingAudit audit_{city_.store().audit()};
  NoAuthority authority_;
  StallDetector stalls_{clock_, log_};
  Metrics metrics_;
  FeedHub feed_{FeedSourceOf(city_.store()), log_};
  Node node_{{"city", kCityOrg},
             city_.store(),
             city_.store().identity(),
             audit_,
             orgs_,
             policy_,
             people_,
             authority_,
             push_,
             clock_,
             security_clock_,
             log_,
             stalls_,
             metrics_,
             feed_};
  ArchiveService archive_service_{node_};
  AidService aid_service_{node_};
  ConflictService conflict_service_{node_};
  OrgService org_service_{node_};
  SyncService sync_service_{node_};
  v1::Directory directory_;
  StoredTokenKey token_key_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_SERVICE_FIXTURE_H_
