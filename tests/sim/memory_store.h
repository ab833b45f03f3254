#ifndef BANGFU_TESTS_SIM_MEMORY_STORE_H_
#define BANGFU_TESTS_SIM_MEMORY_STORE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "server/store/store.h"
#include "tests/sim/memory_state.h"

namespace bangfu::sim {

// The store of a node in memory, with the contract of server/store/store.h: one thread, nothing
// left to chance. It fails on demand, and goes back to a backup.
class MemoryStore final : public server::Store {
 public:
  // `clock` is that of the database. `next_epoch` names epochs.
  MemoryStore(const Clock& clock, std::function<std::string()> next_epoch);

  enum class Failure {
    kBeforeCommit,  // nothing was written
    kAfterCommit,   // everything was written, and the caller does not know
  };
  // The next transaction that writes fails with STORE_UNAVAILABLE.
  void FailNext(Failure failure) { failure_ = failure; }
  void ForgetFailure() { failure_.reset(); }

  MemoryState Backup() const { return state_; }
  // Puts an earlier backup in place: another database, as BeginEpochIfMoved finds out.
  void Restore(const MemoryState& backup);

  // What is in it, for checks.
  const MemoryState& state() const { return state_; }

  absl::Status Transact(absl::FunctionRef<absl::Status(server::Transaction&)> body) override;
  absl::StatusOr<server::FeedState> GetFeedState() override;
  absl::StatusOr<server::SealedFeedPage> FetchFeed(absl::string_view scope, int64_t after_seq,
                                                   int limit) override;
  absl::StatusOr<std::unique_ptr<server::SequencerSession>> OpenSequencer() override;
  absl::StatusOr<std::unique_ptr<server::FeedListener>> OpenFeedListener() override;
  absl::Status BeginEpoch() override;
  absl::StatusOr<bool> BeginEpochIfMoved() override;
  absl::StatusOr<int64_t> CompactFeed(absl::Time live_after, int limit) override;
  absl::Status NoteChild(const server::ChildContact& contact) override;
  absl::StatusOr<std::vector<server::ChildContact>> ListChildren(absl::string_view scope) override;
  absl::StatusOr<std::vector<v1::DigestSum>> DigestSums(absl::string_view scope,
                                                        server::DigestSide side,
                                                        v1::DigestLevel level,
                                                        const std::vector<int>& buckets) override;
  absl::StatusOr<std::vector<v1::DigestLeaf>> DigestLeaves(
      absl::string_view scope, server::DigestSide side, const std::vector<int>& buckets) override;
  absl::StatusOr<std::vector<server::StoredRecord>> GetRecords(
      absl::string_view scope, const std::vector<std::string>& ids) override;
  absl::StatusOr<Whereabouts> FindRecords(absl::string_view scope,
                                          const std::vector<std::string>& ids) override;
  absl::StatusOr<std::map<std::string, int64_t>> CountByOrg(absl::string_view scope) override;
  absl::StatusOr<std::vector<server::ChangeTrace>> TraceChanges(
      const std::vector<std::string>& change_ids) override;
  absl::StatusOr<std::vector<std::string>> UnsettledChanges(int limit) override;
  absl::StatusOr<std::optional<server::StoredRecord>> GetRecord(absl::string_view scope,
                                                                absl::string_view id) override;
  absl::StatusOr<std::optional<server::StoredRecord>> GetArchiveByNumber(
      absl::string_view scope, absl::string_view number) override;
  absl::StatusOr<std::vector<server::StoredRecord>> ListRecords(
      const server::RecordQuery& query) override;
  absl::StatusOr<std::optional<v1::Conflict>> GetConflict(absl::string_view scope,
                                                          absl::string_view id) override;
  absl::StatusOr<server::ConflictPage> ListConflicts(const server::ConflictQuery& query) override;
  absl::StatusOr<v1::OrgTree> LoadOrgTree() override;
  absl::Status SaveOrgTree(const v1::OrgTree& tree) override;
  absl::StatusOr<v1::PolicySet> LoadPolicySet() override;
  absl::Status SavePolicySet(const v1::PolicySet& set) override;
  absl::StatusOr<std::vector<server::UpstreamChange>> ReadUpstream(int limit) override;
  absl::StatusOr<server::UpstreamState> GetUpstreamState() override;
  absl::Status NoteUpstreamSync(absl::Time now) override;
  absl::Status NoteUpstreamVerified(absl::Time now) override;
  absl::StatusOr<int64_t> RequeueSent() override;
  absl::StatusOr<int64_t> PurgeSent(absl::Time before, int limit) override;
  absl::StatusOr<std::vector<std::string>> PendingRecords(int limit) override;

 private:
  // Leaves of a scope, by id.
  std::vector<v1::DigestLeaf> Leaves(absl::string_view scope, server::DigestSide side) const;

  const Clock& clock_;
  std::function<std::string()> next_epoch_;
  MemoryState state_;
  std::optional<Failure> failure_;
  bool moved_ = false;
};

}  // namespace bangfu::sim

#endif  // BANGFU_TESTS_SIM_MEMORY_STORE_H_
