#ifndef BANGFU_SERVER_STORE_POSTGRES_POSTGRES_STORE_H_
#define BANGFU_SERVER_STORE_POSTGRES_POSTGRES_STORE_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "server/seal/master_key.h"
#include "server/seal/sealer.h"
#include "server/store/person_key.h"
#include "server/store/postgres/pooled_statements.h"
#include "server/store/postgres/postgres_audit_store.h"
#include "server/store/postgres/postgres_identity_store.h"
#include "server/store/postgres/queue_bell.h"
#include "server/store/store.h"

namespace bangfu::server {

// Connections that read for callers, beside those that do everything else.
inline constexpr int kReaderConnections = 4;

struct PostgresOptions {
  std::string connection_string = {};              // libpq URI or keywords
  int connections = limits::kStoreConnections;     // at most; a sequencer has one more of its own
  int reader_connections = kReaderConnections;     // at most
  std::string application_name = "bangfu-server";  // in pg_stat_activity
  absl::Duration statement_timeout = limits::kStatementTimeout;
  absl::Duration lock_timeout = limits::kLockTimeout;
  absl::Duration connection_wait = kConnectionWait;
  std::optional<MasterKey> master_key = {};  // opens the data keys; required
};

// The store on PostgreSQL. Thread-safe. Beyond the errors of the interface: RESOURCE_EXHAUSTED
// STORE_UNAVAILABLE when the disk, memory or connections of the database are used up; UNAVAILABLE
// carries RetryInfo when it is only busy.
class PostgresStore final : public Store {
 public:
  // Connects, checks that the schema is that of this binary (CheckSchema, migrator.h, whose errors
  // these are) and opens the data keys (OpenKeyRing, key_ring.h). INVALID_ARGUMENT without master
  // key, FAILED_PRECONDITION with another than the database was sealed with.
  static absl::StatusOr<std::unique_ptr<PostgresStore>> Open(const PostgresOptions& options);

  // Whether the persons in this database were hashed with the key of `keyer`: with another one, one
  // person could get two archives. The first key that a database sees is the one it keeps.
  // FAILED_PRECONDITION when it is another.
  absl::Status CheckPersonKey(const PersonKeyer& keyer);

  // Seals what lies in this database, under keys that it keeps up to date by itself.
  const std::shared_ptr<const Sealer>& sealer() const { return sealer_; }

  // People, nodes and keys, and the audit log, in the same database; as long as this lives.
  PostgresIdentityStore& identity() { return identity_; }
  PostgresAuditStore& audit() { return audit_; }

  absl::Status Transact(absl::FunctionRef<absl::Status(Transaction&)> body) override;

  absl::StatusOr<FeedState> GetFeedState() override;
  absl::StatusOr<SealedFeedPage> FetchFeed(absl::string_view scope, int64_t after_seq,
                                           int limit) override;
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

  absl::StatusOr<int64_t> ResealBatch(int limit) override;

 private:
  // Addresses of the database, with the settings of each kind of session.
  struct Addresses {
    std::string node, reader, sequencer, listener;
  };

  PostgresStore(const PostgresOptions& options, Addresses addresses,
                std::shared_ptr<const Sealer> sealer);

  // One run of a body. nullopt: committed, or ended with `result`; otherwise what went wrong.
  std::optional<SqlFailure> TransactOnce(absl::FunctionRef<absl::Status(Transaction&)> body,
                                         absl::Status& result);

  const Addresses addresses_;
  const std::shared_ptr<const Sealer> sealer_;
  PooledStatements node_;    // works as the server
  PooledStatements reader_;  // sees one subtree at a time
  QueueBell bell_;
  PostgresIdentityStore identity_;
  PostgresAuditStore audit_;
  std::atomic<int64_t> feed_head_{0};  // as last read: how large the feed is
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_POSTGRES_STORE_H_
