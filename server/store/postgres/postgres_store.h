#ifndef BANGFU_SERVER_STORE_POSTGRES_POSTGRES_STORE_H_
#define BANGFU_SERVER_STORE_POSTGRES_POSTGRES_STORE_H_

#include <memory>
#include <string>

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

 private:
  PostgresStore(const PostgresOptions& options, std::string connection_string,
                std::string sequencer_connection_string);

  // Runs `statements` once on a connection, each statement in a transaction of its own.
  template <typename Result, typename Statements>
  absl::StatusOr<Result> Read(absl::string_view operation, Statements statements);

  // One run of a body. nullopt: committed, or ended with `result`; otherwise what went wrong.
  std::optional<SqlFailure> TransactOnce(absl::FunctionRef<absl::Status(Transaction&)> body,
                                         absl::Status& result);

  const std::string sequencer_connection_string_;
  ConnectionPool pool_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_POSTGRES_STORE_H_
