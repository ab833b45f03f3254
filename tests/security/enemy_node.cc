#include "tests/security/enemy_node.h"

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "server/authz/people_book.h"
#include "server/identity/identity_errors.h"
#include "server/identity/session_tokens.h"
#include "server/seal/master_key.h"
#include "server/seal/sealed_value.h"
#include "server/store/postgres/migrator.h"
#include "server/sync/pull.h"
#include "server/tls/bundle.h"
#include "server/tls/certificate_authority.h"
#include "tests/security/orgs.h"

namespace bangfu::security {
namespace {

constexpr char kWriter[] = "writer";
constexpr char kPersonKey[] = "a key for tests";
constexpr int kSequencedAtOnce = 1000;

// Accounts and certificates are no matter of this scenario.
class NoAuthority final : public server::IdentityAuthority {
 public:
  absl::StatusOr<v1::SignInResponse> SignIn(const server::Asker&,
                                            const v1::SignInRequest&) override {
    return server::WrongCredentials();
  }
  absl::Status SignOut(const server::Asker&) override { return server::WrongCredentials(); }
  absl::Status ChangePassword(const server::Asker&, const v1::ChangePasswordRequest&) override {
    return server::WrongCredentials();
  }
  absl::StatusOr<v1::CreateAccountResponse> CreateAccount(
      const server::Asker&, const v1::CreateAccountRequest&) override {
    return server::WrongCredentials();
  }
  absl::StatusOr<v1::UpdateAccountResponse> UpdateAccount(
      const server::Asker&, const v1::UpdateAccountRequest&) override {
    return server::WrongCredentials();
  }
  absl::StatusOr<v1::ResetCredentialsResponse> ResetCredentials(
      const server::Asker&, const v1::ResetCredentialsRequest&) override {
    return server::WrongCredentials();
  }
  absl::StatusOr<v1::ListAccountsResponse> ListAccounts(const server::Asker&,
                                                        const v1::ListAccountsRequest&) override {
    return server::WrongCredentials();
  }
  absl::StatusOr<v1::IssueCertificateResponse> IssueCertificate(
      const server::Asker&, const v1::IssueCertificateRequest&) override {
    return server::WrongCredentials();
  }
  absl::Status RevokeNode(const server::Asker&, const v1::RevokeNodeRequest&) override {
    return server::WrongCredentials();
  }
};

}  // namespace

void Pauses::Set(std::function<void()> pause) {
  const std::lock_guard<std::mutex> lock(mutex_);
  pause_ = std::move(pause);
}

void Pauses::Reach() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (pause_) pause_();
}

class EnemyNode::PausingIdentity final : public server::IdentityStore {
 public:
  PausingIdentity(server::IdentityStore& store, Pauses& pauses) : store_(store), pauses_(pauses) {}

  absl::StatusOr<int64_t> DirectoryVersion() override {
    pauses_.Reach();
    auto version = store_.DirectoryVersion();
    pauses_.Reach();
    return version;
  }
  absl::StatusOr<v1::Directory> LoadDirectory() override { return store_.LoadDirectory(); }
  absl::Status SaveDirectory(const v1::Directory& directory) override {
    return store_.SaveDirectory(directory);
  }
  absl::Status RevokeNode(const v1::RevokedNode& node, const v1::AuditEntry& audit) override {
    return store_.RevokeNode(node, audit);
  }
  absl::StatusOr<std::optional<server::StoredAccount>> GetAccount(
      absl::string_view person_id) override {
    return store_.GetAccount(person_id);
  }
  absl::StatusOr<std::vector<server::StoredAccount>> ListAccounts(absl::string_view scope,
                                                                  absl::string_view after_id,
                                                                  int limit) override {
    return store_.ListAccounts(scope, after_id, limit);
  }
  absl::Status ChangeAccount(
      absl::string_view person_id,
      absl::FunctionRef<absl::Status(std::optional<server::StoredAccount>&, v1::AuditEntry&)>
          change) override {
    return store_.ChangeAccount(person_id, change);
  }
  absl::StatusOr<int64_t> MoveAccounts(absl::string_view from, absl::string_view to) override {
    return store_.MoveAccounts(from, to);
  }
  absl::StatusOr<std::vector<server::StoredTokenKey>> LoadTokenKeys() override {
    return store_.LoadTokenKeys();
  }
  absl::Status AddTokenKey(const server::StoredTokenKey& key, absl::Time drop_before,
                           const v1::AuditEntry& audit) override {
    return store_.AddTokenKey(key, drop_before, audit);
  }
  absl::Status AddEnrollment(const server::StoredEnrollment& enrollment,
                             const v1::AuditEntry& audit) override {
    return store_.AddEnrollment(enrollment, audit);
  }
  absl::StatusOr<std::vector<server::StoredEnrollment>> ListEnrollments(absl::string_view scope,
                                                                        v1::EnrollmentState state,
                                                                        absl::string_view before_id,
                                                                        int limit) override {
    return store_.ListEnrollments(scope, state, before_id, limit);
  }
  absl::Status ChangeEnrollment(
      EnrollmentKey key, absl::string_view value,
      absl::FunctionRef<absl::Status(std::optional<server::StoredEnrollment>&, v1::AuditEntry&)>
          change) override {
    return store_.ChangeEnrollment(key, value, change);
  }

 private:
  server::IdentityStore& store_;
  Pauses& pauses_;
};

class EnemyNode::PausingAudit final : public server::AuditStore {
 public:
  PausingAudit(server::AuditStore& store, Pauses& pauses) : store_(store), pauses_(pauses) {}

  absl::Status Append(const std::vector<v1::AuditEntry>& entries) override {
    pauses_.Reach();
    return store_.Append(entries);
  }
  absl::StatusOr<Chained> Chain(
      int limit,
      absl::FunctionRef<std::string(const server::AuditHead&, absl::string_view)> link) override {
    return store_.Chain(limit, link);
  }
  absl::StatusOr<std::vector<v1::ChainedAuditEntry>> Read(int64_t after, int limit) override {
    return store_.Read(after, limit);
  }
  absl::StatusOr<std::vector<v1::ChainedAuditEntry>> List(
      const server::AuditQuery& query) override {
    return store_.List(query);
  }
  absl::StatusOr<server::AuditHead> Head() override { return store_.Head(); }

 private:
  server::AuditStore& store_;
  Pauses& pauses_;
};

EnemyNode::EnemyNode() : authority_(folder_.Join("ca")), orgs_(ShippedOrgs()) {
  Must(server::InitAuthority(authority_, "security", absl::Now()), "authority");
  database_.emplace(Must(server::TestDatabase::Create(), "database"));
  Must(server::Migrate(database_->connection_string()), "schema");
  server::PostgresOptions options;
  options.connection_string = database_->connection_string();
  options.master_key =
      Must(server::MasterKey::FromBytes(std::string(server::kSealKeyBytes, 'm')), "master key");
  store_ = Must(server::PostgresStore::Open(options), "store");
  identity_ = std::make_unique<PausingIdentity>(store_->identity(), pauses_);
  audit_ = std::make_unique<PausingAudit>(store_->audit(), pauses_);
  accounts_ = std::make_unique<NoAuthority>();
  org_directory_ = std::make_unique<server::OrgDirectory>(*store_);
  Must(org_directory_->Replace(orgs_.proto()), "orgs");
  policy_ = std::make_unique<server::PolicyDirectory>(*store_);
  people_ = std::make_unique<server::PeopleDirectory>(*identity_);
  push_ = std::make_unique<server::PushHandler>(
      *store_, machine_clock_, server::PersonKeyer(kPersonKey), server::NodeRole{});
  stalls_ = std::make_unique<server::StallDetector>(machine_clock_, log_);
  feed_ = std::make_unique<server::FeedHub>(server::FeedSourceOf(*store_), log_);
  token_key_ = Must(server::MakeTokenKey(absl::Now()), "key");
  node_.reset(new server::Node{{"city", kCity},
                               *store_,
                               *identity_,
                               *audit_,
                               *org_directory_,
                               *policy_,
                               *people_,
                               *accounts_,
                               *push_,
                               machine_clock_,
                               machine_clock_,
                               log_,
                               *stalls_,
                               metrics_,
                               *feed_});
  archive_service_ = std::make_unique<server::ArchiveService>(*node_);
  sync_service_ = std::make_unique<server::SyncService>(*node_);
  sequencer_ = Must(store_->OpenSequencer(), "sequencer");
  Must(sequencer_->Lead().status(), "sequencer");
  server::NodeCertificateRequest request;
  request.node_name = "city";
  request.org = kCity;
  request.ip_addresses = {"127.0.0.1"};
  request.now = absl::Now();
  Must(server::IssueCertificate(authority_, request, folder_.Join("tls")), "certificate");
  const server::TlsBundle bundle =
      Must(server::LoadBundle(folder_.Join("tls"), absl::Now()), "bundle");
  grpc::SslServerCredentialsOptions tls(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  tls.pem_root_certs = bundle.ca_pem;
  tls.pem_key_cert_pairs.push_back({bundle.key_pem, bundle.cert_pem});
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(tls), &port_);
  builder.RegisterService(archive_service_.get());
  builder.RegisterService(sync_service_.get());
  server_ = builder.BuildAndStart();
}

EnemyNode::~EnemyNode() {
  pauses_.Set({});
  node_->Drain();
  server_->Shutdown(absl::ToChronoTime(absl::Now() + absl::Seconds(5)));
}

std::string EnemyNode::address() const { return absl::StrCat("127.0.0.1:", port_); }

Credentials EnemyNode::OfDesk(const std::string& org, const std::string& name) const {
  CertificateWish wish;
  wish.uris = {absl::StrCat("bangfu://desk/", org, "/", name)};
  return MakeCertificate(authority_, wish);
}

std::string EnemyNode::SessionOf(const v1::Person& person, const std::string& desk) const {
  return Must(server::SignSession(token_key_, person, desk, absl::Now()), "session");
}

v1::Directory EnemyNode::EmptyDirectory() const {
  v1::Directory directory;
  *directory.add_token_keys() = token_key_.key;
  return directory;
}

void EnemyNode::Publish(v1::Directory directory) {
  directory.set_version(++version_);
  Must(store_->identity().SaveDirectory(directory), "directory");
}

void EnemyNode::Write(const v1::Archive& archive) {
  const auto stored = Must(store_->GetRecord(kCity, archive.id()), "record");
  v1::Change change;
  change.set_change_id(absl::StrFormat("01910000-0000-7000-8000-%012d", ++changes_));
  change.set_record_type(v1::RECORD_TYPE_ARCHIVE);
  change.set_record_id(archive.id());
  change.set_base_revision(stored.has_value() ? stored->revision : 0);
  change.mutable_actor()->set_person_id(kWriter);
  change.mutable_actor()->set_person_name("李某");
  change.mutable_actor()->set_org(archive.unit());
  change.mutable_entry_time()->set_seconds(absl::ToUnixSeconds(machine_clock_.Now()));
  change.mutable_put()->set_record(archive.SerializeAsString());
  if (stored.has_value()) change.mutable_put()->add_changed_fields("monthly_income_fen");
  v1::Directory writers;
  v1::Person& writer = *writers.add_people();
  writer.set_id(kWriter);
  writer.set_name("李某");
  writer.set_org(archive.unit());
  writer.add_roles(v1::ROLE_HANDLER);
  const auto outcomes = Must(
      push_->Push({"city", kCity}, orgs_, {}, server::PeopleBook(writers), {change}, {}), "write");
  if (outcomes.size() != 1 || outcomes[0].verdict() != v1::VERDICT_ACCEPTED)
    Must(absl::InternalError(outcomes[0].ShortDebugString()), "write");
  while (Must(sequencer_->Sequence(kSequencedAtOnce), "feed") > 0) {
  }
}

std::string EnemyNode::Head() {
  for (;;) {
    const auto batch = Must(server::ReadBatch(*store_, orgs_, {"desk", kUnit}, head_, 0), "feed");
    head_ = batch.next_cursor();
    if (batch.caught_up()) return head_;
  }
}

}  // namespace bangfu::security
