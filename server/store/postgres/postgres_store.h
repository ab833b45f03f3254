#ifndef BANGFU_SERVER_STORE_POSTGRES_POSTGRES_STORE_H_
#define BANGFU_SERVER_STORE_POSTGRES_POSTGRES_STORE_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "server/store/person_key.h"
#include "server/store/postgres/connection_pool.h"
#include "server/store/postgres/sql_failure.h"
#include "server/store/store.h"

namespace bangfu::server {

struct PostgresOptions {
  std::string connection_string = {};              // libpq URI or keywords
  int connections = limits::kStoreConnections;     // at most; a sequencer has one more of its own
  std::string application_name = "bangfu-server";  // in pg_stat_activity
  absl::Duration statement_timeout = limits::kStatementTimeout;
  absl::Duration lock_timeout = limits::kLockTimeout;
  absl::Duration connection_wait = kConnectionWait;
};

// The store on PostgreSQL. Thread-safe. Beyond the errors of the interface: RESOURCE_EXHAUSTED
// STORE_UNAVAILABLE when the disk, memory or connections of the database are used up; UNAVAILABLE
// carries RetryInfo when it is only busy.
class PostgresStore final : public Store {
 public:
  // Connects and checks that the schema is that of this binary (CheckSchema, migrator.h, whose
  // errors these are).
  static absl::StatusOr<std::unique_ptr<PostgresStore>> Open(const PostgresOptions& options);

  // Whether the persons in this database were hashed with the key of `keyer`: with another one, one
  // person could get two archives. The first key that a database sees is the one it keeps.
  // FAILED_PRECONDITION when it is another.
  absl::Status CheckPersonKey(const PersonKeyer& keyer);

  absl::Status Transact(absl::FunctionRef<absl::Status(Transaction&)> body) override;

  absl::StatusOr<FeedState> GetFeedState() override;
  absl::StatusOr<FeedPage> ReadFeed(absl::string_view scope, int64_t after_seq, int limit) override;
  absl::StatusOr<std::unique_ptr<SequencerSession>> OpenSequencer() override;
  absl::StatusOr<std::unique_ptr<FeedListener>> OpenFeedListener() override;

  absl::Status BeginEpoch() override;
  absl::StatusOr<bool> BeginEpochIfMoved() override;
  absl::StatusOr<int64_t> CompactFeed(absl::Time live_after, int limit) override;
  absl::Status NoteChild(const ChildContact& contact) override;
  absl::StatusOr<std::vector<ChildContact>> ListChildren(absl::string_view scope) override;

  absl::StatusOr<std::vector<v1::DigestSum>> DigestSums(absl::string_view scope, DigestSide side,
                                                        v1::DigestLevel level,
                                                        const std::vector<int>& buckets) override;
  absl::StatusOr<std::vector<v1::DigestLeaf>> DigestLeaves(
      absl::string_view scope, DigestSide side, const std::vector<int>& buckets) override;
  absl::StatusOr<std::vector<StoredRecord>> GetRecords(
      absl::string_view scope, const std::vector<std::string>& ids) override;
  absl::StatusOr<Whereabouts> FindRecords(absl::string_view scope,
                                          const std::vector<std::string>& ids) override;
  absl::StatusOr<std::map<std::string, int64_t>> CountByOrg(absl::string_view scope) override;

  absl::StatusOr<std::vector<ChangeTrace>> TraceChanges(
      const std::vector<std::string>& change_ids) override;
  absl::StatusOr<std::vector<std::string>> UnsettledChanges(int limit) override;

  absl::StatusOr<std::optional<StoredRecord>> GetRecord(absl::string_view scope,
                                                        absl::string_view id) override;
  absl::StatusOr<std::optional<StoredRecord>> GetArchiveByNumber(absl::string_view scope,
                                                                 absl::string_view number) override;
  absl::StatusOr<std::vector<StoredRecord>> ListRecords(const RecordQuery& query) override;

  absl::StatusOr<std::optional<v1::Conflict>> GetConflict(absl::string_view scope,
                                                          absl::string_view id) override;
  absl::StatusOr<ConflictPage> ListConflicts(const ConflictQuery& query) override;

  absl::StatusOr<v1::OrgTree> LoadOrgTree() override;
  absl::Status SaveOrgTree(const v1::OrgTree& tree) override;

  absl::StatusOr<v1::PolicySet> LoadPolicySet() override;
  absl::Status SavePolicySet(const v1::PolicySet& set) override;

  absl::StatusOr<std::vector<UpstreamChange>> ReadUpstream(int limit) override;
  absl::StatusOr<UpstreamState> GetUpstreamState() override;
  absl::Status NoteUpstreamSync(absl::Time now) override;
  absl::Status NoteUpstreamVerified(absl::Time now) override;
  absl::StatusOr<int64_t> RequeueSent() override;
  absl::StatusOr<int64_t> PurgeSent(absl::Time before, int limit) override;
  absl::StatusOr<std::vector<std::string>> PendingRecords(int limit) override;

 private:
  // Addresses of the database, with the settings of each kind of session.
  struct Addresses {
    std::string pool, sequencer, listener;
  };

  PostgresStore(const PostgresOptions& options, Addresses addresses);

  // Runs `statements` once on a connection: each statement in a transaction of its own, or all in
  // one.
  template <typename Result, typename Statements>
  absl::StatusOr<Result> Read(absl::string_view operation, Statements statements) {
    return Run<Result>(operation, [&](pqxx::connection& connection) -> absl::StatusOr<Result> {
      pqxx::nontransaction session(connection);
      return statements(session);
    });
  }
  template <typename Result, typename Statements>
  absl::StatusOr<Result> Change(absl::string_view operation, Statements statements) {
    return Run<Result>(operation, [&](pqxx::connection& connection) -> absl::StatusOr<Result> {
      pqxx::work work(connection);
      Result result = statements(work);
      work.commit();
      return result;
    });
  }
  template <typename Result, typename Statements>
  absl::StatusOr<Result> Run(absl::string_view operation, Statements statements) {
    absl::StatusOr<ConnectionPool::Lease> lease = pool_.Acquire(operation);
    if (!lease.ok()) return lease.status();
    try {
      return statements(**lease);
    } catch (...) {
      const SqlFailure failure = CurrentSqlFailure(operation);
      if (failure.connection_broken) lease->MarkBroken();
      return failure.status;
    }
  }
  // One statement that returns nothing.
  template <typename... Parameters>
  absl::Status Execute(absl::string_view operation, const char* query,
                       const Parameters&... parameters) {
    return Read<bool>(operation,
                      [&](pqxx::transaction_base& session) {
                        session.exec_params(query, parameters...);
                        return true;
                      })
        .status();
  }

  // One run of a body. nullopt: committed, or ended with `result`; otherwise what went wrong.
  std::optional<SqlFailure> TransactOnce(absl::FunctionRef<absl::Status(Transaction&)> body,
                                         absl::Status& result);

  const Addresses addresses_;
  ConnectionPool pool_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_POSTGRES_STORE_H_
