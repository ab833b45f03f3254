#ifndef BANGFU_TESTS_SIM_MEMORY_STATE_H_
#define BANGFU_TESTS_SIM_MEMORY_STATE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "bangfu/v1/org.pb.h"
#include "bangfu/v1/policy.pb.h"
#include "server/store/store.h"

namespace bangfu::sim {

// Everything that the database of a node holds. A value: a copy is a snapshot, a backup, or what a
// transaction that fails goes back to. What is large is shared and never changed.
struct MemoryState {
  template <typename T>
  using Shared = std::shared_ptr<const T>;

  struct ConflictRow {
    int64_t position = 0;
    Shared<v1::Conflict> conflict;
  };
  struct FeedRow {
    int64_t seq = 0;
    server::QueueEntry entry;
  };
  enum class Line { kWaiting, kRefused, kSent };
  struct UpstreamRow {
    Shared<v1::Change> change;
    Line line = Line::kWaiting;
    bool reoffer = false;
    bool parked = false;  // of one that is kRefused
    absl::Time answered;
  };

  std::map<std::string, Shared<server::StoredRecord>> records;
  std::map<std::string, std::vector<Shared<server::Revision>>> revisions;  // by record, ascending
  std::map<std::string, Shared<server::LoggedChange>> changes;
  std::map<std::string, ConflictRow> conflicts;
  std::map<std::string, std::string> persons;              // person key → archive
  std::map<std::string, std::set<std::string>> left_orgs;  // record → orgs that it has left
  std::map<server::CounterKey, int> counters;
  std::map<std::string, std::string> prefixes;  // prefix → org
  std::map<std::string, Shared<v1::Receipt>> receipts;
  int64_t last_conflict = 0;

  std::vector<server::QueueEntry> queue;
  std::vector<FeedRow> feed;
  std::string epoch;
  absl::Time epoch_began;
  int64_t head = 0;
  int64_t floor = 0;
  std::map<std::string, server::ChildContact> children;

  std::map<int64_t, UpstreamRow> upstream;  // by position
  int64_t last_upstream = 0;
  std::string cursor;
  absl::Time synced = absl::InfinitePast();
  absl::Time verified = absl::InfinitePast();

  Shared<v1::OrgTree> orgs = std::make_shared<v1::OrgTree>();
  Shared<v1::PolicySet> policy = std::make_shared<v1::PolicySet>();
  std::vector<Shared<v1::AuditEntry>> audit;

  // nullptr when there is none.
  const server::StoredRecord* Record(absl::string_view id) const;
  // Puts `writes` in; `now` is the clock of the database. ABORTED TRANSACTION_CONFLICT for what a
  // unique key forbids, INTERNAL for a reference to nothing, FAILED_PRECONDITION for a foreign
  // prefix.
  absl::Status Apply(const server::WriteSet& writes, absl::Time now);
  // Moves the first rows of the queue into the feed.
  int64_t Sequence(int limit);
  // See Store::CompactFeed.
  int64_t Compact(absl::Time live_after, int limit);

 private:
  absl::Status WriteRecords(const server::WriteSet& writes);
  absl::Status WriteHistory(const server::WriteSet& writes);
  absl::Status WritePersons(const server::WriteSet& writes);
  absl::Status WriteNumbers(const server::WriteSet& writes);
  void WriteConflicts(const server::WriteSet& writes);
  void WriteUpstream(const server::WriteSet& writes, absl::Time now);
  // The last row that every live child has acknowledged.
  int64_t Acknowledged(absl::Time live_after) const;
};

}  // namespace bangfu::sim

#endif  // BANGFU_TESTS_SIM_MEMORY_STATE_H_
