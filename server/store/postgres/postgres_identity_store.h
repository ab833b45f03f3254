#ifndef BANGFU_SERVER_STORE_POSTGRES_POSTGRES_IDENTITY_STORE_H_
#define BANGFU_SERVER_STORE_POSTGRES_POSTGRES_IDENTITY_STORE_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/seal/sealer.h"
#include "server/store/identity_store.h"
#include "server/store/postgres/pooled_statements.h"

namespace bangfu::server {

// People, nodes and keys on PostgreSQL. Thread-safe. PostgresStore::identity() is one.
//
// Beyond the errors of the interface: ABORTED TRANSACTION_CONFLICT, when somebody else made the
// same thing at the same time; DATA_LOSS, when a sealed value does not open.
class PostgresIdentityStore final : public IdentityStore {
 public:
  // What is secret is sealed at "account/<id>" and "token_key/<id>".
  PostgresIdentityStore(PooledStatements& statements, std::shared_ptr<const Sealer> sealer)
      : statements_(statements), sealer_(std::move(sealer)) {}

  absl::StatusOr<int64_t> DirectoryVersion() override;
  absl::StatusOr<v1::Directory> LoadDirectory() override;
  // FAILED_PRECONDITION in a database with accounts: it is that of a root.
  absl::Status SaveDirectory(const v1::Directory& directory) override;
  absl::Status RevokeNode(const v1::RevokedNode& node, const v1::AuditEntry& audit) override;

  absl::StatusOr<std::optional<StoredAccount>> GetAccount(absl::string_view person_id) override;
  absl::StatusOr<std::vector<StoredAccount>> ListAccounts(absl::string_view scope,
                                                          absl::string_view after_id,
                                                          int limit) override;
  // `change` runs once, while a connection of the pool waits for it. An account that it leaves must
  // have the id; one that it resets is removed.
  absl::Status ChangeAccount(
      absl::string_view person_id,
      absl::FunctionRef<absl::Status(std::optional<StoredAccount>& account, v1::AuditEntry& audit)>
          change) override;
  // All of the subtree get the org `to` itself.
  absl::StatusOr<int64_t> MoveAccounts(absl::string_view from, absl::string_view to) override;

  absl::StatusOr<std::vector<StoredTokenKey>> LoadTokenKeys() override;
  absl::Status AddTokenKey(const StoredTokenKey& key, absl::Time drop_before,
                           const v1::AuditEntry& audit) override;

  absl::Status AddEnrollment(const StoredEnrollment& enrollment,
                             const v1::AuditEntry& audit) override;
  absl::StatusOr<std::vector<StoredEnrollment>> ListEnrollments(absl::string_view scope,
                                                                v1::EnrollmentState state,
                                                                absl::string_view before_id,
                                                                int limit) override;
  absl::Status ChangeEnrollment(
      EnrollmentKey key, absl::string_view value,
      absl::FunctionRef<absl::Status(std::optional<StoredEnrollment>& enrollment,
                                     v1::AuditEntry& audit)>
          change) override;

 private:
  StoredAccount AccountFrom(const pqxx::row& row) const;
  void WriteAccount(pqxx::transaction_base& work, const StoredAccount& account) const;
  std::optional<StoredAccount> LockAccount(pqxx::transaction_base& work,
                                           const std::string& id) const;
  // What became of an account, and the next version of the directory when its person differs.
  void WriteChange(pqxx::transaction_base& work, const std::optional<v1::Person>& before,
                   const std::optional<StoredAccount>& account) const;

  PooledStatements& statements_;
  const std::shared_ptr<const Sealer> sealer_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_POSTGRES_IDENTITY_STORE_H_
