#ifndef BANGFU_SERVER_STORE_POSTGRES_POSTGRES_TRANSACTION_H_
#define BANGFU_SERVER_STORE_POSTGRES_POSTGRES_TRANSACTION_H_

#include <map>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <utility>
#include <vector>

#include "server/seal/sealer.h"
#include "server/store/postgres/connection.h"
#include "server/store/postgres/sql_failure.h"
#include "server/store/store.h"

namespace bangfu::server {

// The statements of one transaction. After the first failure every method returns that failure:
// PostgreSQL has given the transaction up, whatever its owner does next.
class PostgresTransaction final : public Transaction {
 public:
  // `work` is a transaction of `connection`.
  PostgresTransaction(Connection& connection, pqxx::transaction_base& work, const Sealer& sealer)
      : connection_(connection), work_(work), sealer_(sealer) {}

  absl::StatusOr<std::map<std::string, LoggedChange>> FindChanges(
      const std::vector<std::string>& change_ids) override;
  absl::StatusOr<std::map<std::string, StoredRecord>> LockRecords(
      const std::vector<std::string>& ids) override;
  absl::StatusOr<std::vector<Revision>> RevisionsSince(
      const std::vector<std::pair<std::string, int64_t>>& records) override;
  absl::StatusOr<std::map<std::string, PersonHolder>> FindPersons(
      const std::vector<std::string>& keys) override;
  absl::StatusOr<std::vector<StoredRecord>> ChildrenOf(
      const std::vector<std::string>& archive_ids) override;
  absl::StatusOr<std::map<std::string, std::string>> FindNumbers(
      const std::vector<std::string>& numbers) override;
  absl::StatusOr<std::map<CounterKey, int>> LockCounters(
      const std::vector<CounterKey>& keys) override;
  absl::StatusOr<std::map<std::string, std::vector<v1::Change>>> PendingUpstream(
      const std::vector<std::string>& record_ids) override;
  absl::StatusOr<std::map<std::string, v1::Conflict>> LockConflicts(
      const std::vector<std::string>& ids) override;
  absl::StatusOr<std::vector<v1::Conflict>> LockConflictsOf(
      const std::vector<std::string>& record_ids) override;
  absl::StatusOr<std::map<std::string, std::vector<std::string>>> FormerOrgs(
      const std::vector<std::string>& record_ids) override;
  absl::Status Write(const WriteSet& writes) override;

  // Whether it has written into the queue of the sequencer.
  bool queued() const { return queued_; }
  // The first failure, if there was one.
  const std::optional<SqlFailure>& failure() const { return failure_; }

 private:
  // Runs `statements`, which may throw, and returns what they return.
  template <typename Result, typename Statements>
  absl::StatusOr<Result> Run(absl::string_view operation, Statements statements);

  // Runs a statement, prepared.
  template <typename... Parameters>
  pqxx::result Query(const char* statement, const Parameters&... parameters);

  Connection& connection_;
  pqxx::transaction_base& work_;
  const Sealer& sealer_;
  std::optional<SqlFailure> failure_;
  bool queued_ = false;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_POSTGRES_TRANSACTION_H_
