#ifndef BANGFU_SERVER_STORE_POSTGRES_POSTGRES_AUDIT_STORE_H_
#define BANGFU_SERVER_STORE_POSTGRES_POSTGRES_AUDIT_STORE_H_

#include <string>
#include <vector>

#include "server/store/audit_store.h"
#include "server/store/postgres/pooled_statements.h"

namespace bangfu::server {

// The audit log on PostgreSQL. Thread-safe. PostgresStore::audit() is one.
class PostgresAuditStore final : public AuditStore {
 public:
  explicit PostgresAuditStore(PooledStatements& statements) : statements_(statements) {}

  absl::Status Append(const std::vector<v1::AuditEntry>& entries) override;
  absl::StatusOr<Chained> Chain(
      int limit,
      absl::FunctionRef<std::string(const AuditHead& head, absl::string_view entry)> link) override;
  absl::StatusOr<std::vector<v1::ChainedAuditEntry>> Read(int64_t after, int limit) override;
  // Of a person: entries where they acted, also in a push that a node brought. Entries without an
  // org are listed for a scope of one level (the city) only.
  absl::StatusOr<std::vector<v1::ChainedAuditEntry>> List(const AuditQuery& query) override;
  absl::StatusOr<AuditHead> Head() override;

 private:
  PooledStatements& statements_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_POSTGRES_AUDIT_STORE_H_
