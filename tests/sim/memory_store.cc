#include "tests/sim/memory_store.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/limits.h"
#include "domain/digest/record_digest.h"
#include "domain/rules/org_tree.h"
#include "server/sync/pull.h"
#include "tests/sim/memory_transaction.h"

namespace bangfu::sim {
namespace {

using domain::IsWithin;
using server::DigestSide;
using server::QueueEntry;
using server::StoredRecord;
using Line = MemoryState::Line;

absl::Status Unavailable() {
  return ErrorBuilder(absl::StatusCode::kUnavailable, v1::ERROR_REASON_STORE_UNAVAILABLE,
                      {"数据库不可用。", "The database is not available."})
      .Build();
}

class MemorySequencer final : public server::SequencerSession {
 public:
  explicit MemorySequencer(MemoryState& state) : state_(state) {}
  absl::StatusOr<bool> Lead() override { return true; }
  absl::StatusOr<int64_t> Sequence(int limit) override { return state_.Sequence(limit); }
  absl::Status Wait(absl::Duration) override { return absl::OkStatus(); }

 private:
  MemoryState& state_;
};

class MemoryListener final : public server::FeedListener {
 public:
  explicit MemoryListener(const MemoryState& state) : state_(state), seen_(state.head) {}
  absl::StatusOr<server::FeedNews> Wait(absl::Duration) override {
    server::FeedNews news;
    std::set<std::string> orgs;
    for (const MemoryState::FeedRow& row : state_.feed) {
      if (row.seq > seen_) orgs.insert(row.entry.org);
    }
    news.head = seen_ = state_.head;
    news.orgs = {orgs.begin(), orgs.end()};
    return news;
  }

 private:
  const MemoryState& state_;
  int64_t seen_;
};

// Fills one page, row by row.
class PageBuilder {
 public:
  PageBuilder(const MemoryState& state, absl::string_view scope) : state_(state), scope_(scope) {}

  // False when the row does not fit any more.
  bool Add(const MemoryState::FeedRow& row, server::FeedPage& page) {
    const QueueEntry& entry = row.entry;
    if (entry.kind == QueueEntry::Kind::kConflict ||
        entry.kind == QueueEntry::Kind::kConflictLeave) {
      AddConflict(entry, page);
      return true;
    }
    const StoredRecord* record = state_.Record(entry.record_id);
    const bool inside = record != nullptr && IsWithin(record->org, scope_);
    const bool present =
        entry.kind == QueueEntry::Kind::kUpsert && inside && record->revision == entry.revision;
    const bool left = entry.kind == QueueEntry::Kind::kLeave && !inside;
    if (!present && !left) return true;
    if (present) {
      const auto bytes = static_cast<int64_t>(record->body.size());
      if (!first_ && bytes_ + bytes > server::kMaxFeedPageBytes) return false;
      bytes_ += bytes;
      first_ = false;
    }
    if (!seen_.insert(entry.record_id).second) return true;
    if (left) {
      page.left_record_ids.push_back(entry.record_id);
    } else {
      *page.records.Add() = server::ToWire(StoredRecord(*record));
    }
    return true;
  }

 private:
  void AddConflict(const QueueEntry& entry, server::FeedPage& page) {
    const auto it = state_.conflicts.find(entry.record_id);
    const bool inside =
        it != state_.conflicts.end() && IsWithin(it->second.conflict->org(), scope_);
    if (!inside && entry.kind == QueueEntry::Kind::kConflict) return;
    if (!seen_.insert(entry.record_id).second) return;
    if (inside) {
      page.conflicts.push_back(*it->second.conflict);
    } else {
      page.left_conflict_ids.push_back(entry.record_id);
    }
  }

  const MemoryState& state_;
  const absl::string_view scope_;
  std::set<std::string> seen_;
  int64_t bytes_ = 0;
  bool first_ = true;
};

}  // namespace

MemoryStore::MemoryStore(const Clock& clock, std::function<std::string()> next_epoch)
    : clock_(clock), next_epoch_(std::move(next_epoch)) {
  state_.epoch = next_epoch_();
  state_.epoch_began = clock_.Now();
}

void MemoryStore::Restore(const MemoryState& backup) {
  state_ = backup;
  moved_ = true;
}

absl::Status MemoryStore::Transact(absl::FunctionRef<absl::Status(server::Transaction&)> body) {
  absl::Status status;
  for (int attempt = 0; attempt < limits::kMaxTxnAttempts; ++attempt) {
    MemoryTransaction transaction(state_, clock_.Now());
    status = body(transaction);
    if (!status.ok()) transaction.Undo();
    if (status.code() == absl::StatusCode::kAborted) continue;
    if (!status.ok() || !failure_.has_value() || !transaction.has_written()) return status;
    if (*std::exchange(failure_, std::nullopt) == Failure::kBeforeCommit) transaction.Undo();
    return Unavailable();
  }
  return status;
}

absl::StatusOr<server::FeedState> MemoryStore::GetFeedState() {
  server::FeedState feed;
  feed.epoch = state_.epoch;
  feed.epoch_began = state_.epoch_began;
  feed.head = state_.head;
  feed.floor = state_.floor;
  feed.unsequenced =
      std::min(static_cast<int64_t>(state_.queue.size()), server::kMaxUnsequencedCount);
  return feed;
}

absl::StatusOr<server::SealedFeedPage> MemoryStore::FetchFeed(absl::string_view scope,
                                                              int64_t after_seq, int limit) {
  server::FeedPage page;
  page.epoch = state_.epoch;
  page.floor = state_.floor;
  page.head = state_.head;
  page.next_seq = after_seq;
  PageBuilder builder(state_, scope);
  int rows = 0;
  bool full = false;
  for (const MemoryState::FeedRow& row : state_.feed) {
    if (row.seq <= after_seq || !IsWithin(row.entry.org, scope)) continue;
    full = rows == limit || !builder.Add(row, page);
    if (full) break;
    ++rows;
    page.next_seq = row.seq;
  }
  if (!full) page.next_seq = std::max(after_seq, state_.head);
  page.caught_up = page.next_seq >= state_.head;
  const server::FeedPlace place = page;
  return server::SealedFeedPage{place, [page = std::move(page)] { return page; }};
}

absl::StatusOr<std::unique_ptr<server::SequencerSession>> MemoryStore::OpenSequencer() {
  return std::unique_ptr<server::SequencerSession>(std::make_unique<MemorySequencer>(state_));
}

absl::StatusOr<std::unique_ptr<server::FeedListener>> MemoryStore::OpenFeedListener() {
  return std::unique_ptr<server::FeedListener>(std::make_unique<MemoryListener>(state_));
}

absl::Status MemoryStore::BeginEpoch() {
  state_.epoch = next_epoch_();
  state_.epoch_began = clock_.Now();
  for (auto& [key, child] : state_.children) child.acknowledged.reset();
  return absl::OkStatus();
}

absl::StatusOr<bool> MemoryStore::BeginEpochIfMoved() {
  if (!std::exchange(moved_, false)) return false;
  if (absl::Status status = BeginEpoch(); !status.ok()) return status;
  return true;
}

absl::StatusOr<int64_t> MemoryStore::CompactFeed(absl::Time live_after, int limit) {
  return state_.Compact(live_after, limit);
}

absl::Status MemoryStore::NoteChild(const server::ChildContact& contact) {
  server::ChildContact& child = state_.children[contact.key];
  child.key = contact.key;
  child.scope = contact.scope;
  child.seen = contact.seen;
  if (contact.acknowledged.has_value()) child.acknowledged = contact.acknowledged;
  if (contact.pending.has_value()) {
    child.pending = contact.pending;
    child.pending_records = contact.pending_records;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<server::ChildContact>> MemoryStore::ListChildren(
    absl::string_view scope) {
  std::vector<server::ChildContact> found;
  for (const auto& [key, child] : state_.children) {
    if (IsWithin(child.scope, scope)) found.push_back(child);
  }
  return found;
}

std::vector<v1::DigestLeaf> MemoryStore::Leaves(absl::string_view scope, DigestSide side) const {
  std::vector<v1::DigestLeaf> leaves;
  for (const auto& [id, record] : state_.records) {
    if (!IsWithin(record->org, scope)) continue;
    const int64_t revision =
        side == DigestSide::kOwn ? record->revision : record->upstream_revision;
    if (revision == 0) continue;
    v1::DigestLeaf& leaf = leaves.emplace_back();
    leaf.set_id(id);
    leaf.set_revision(revision);
    leaf.set_leaf(domain::DigestLeaf(id, revision, domain::BodyDigest(record->body)));
  }
  return leaves;
}

absl::StatusOr<std::vector<v1::DigestSum>> MemoryStore::DigestSums(
    absl::string_view scope, DigestSide side, v1::DigestLevel level,
    const std::vector<int>& buckets) {
  const std::set<int> wanted(buckets.begin(), buckets.end());
  std::map<int, v1::DigestSum> sums;
  for (const v1::DigestLeaf& leaf : Leaves(scope, side)) {
    const int bucket = domain::DigestBucket(leaf.id());
    const int top = domain::DigestTopBucket(bucket);
    if (level == v1::DIGEST_LEVEL_BUCKETS && wanted.count(top) == 0) continue;
    const int place = level == v1::DIGEST_LEVEL_TOP ? top : bucket;
    v1::DigestSum& sum = sums[place];
    sum.set_bucket(place);
    sum.set_records(sum.records() + 1);
    sum.set_sum(sum.sum() ^ leaf.leaf());
  }
  std::vector<v1::DigestSum> result;
  for (auto& [bucket, sum] : sums) result.push_back(std::move(sum));
  return result;
}

absl::StatusOr<std::vector<v1::DigestLeaf>> MemoryStore::DigestLeaves(
    absl::string_view scope, DigestSide side, const std::vector<int>& buckets) {
  const std::set<int> wanted(buckets.begin(), buckets.end());
  std::vector<v1::DigestLeaf> leaves = Leaves(scope, side);
  leaves.erase(std::remove_if(leaves.begin(), leaves.end(),
                              [&](const v1::DigestLeaf& leaf) {
                                return wanted.count(domain::DigestBucket(leaf.id())) == 0;
                              }),
               leaves.end());
  return leaves;
}

absl::StatusOr<std::vector<StoredRecord>> MemoryStore::GetRecords(
    absl::string_view scope, const std::vector<std::string>& ids) {
  std::vector<StoredRecord> found;
  int64_t bytes = 0;
  for (const std::string& id : std::set<std::string>(ids.begin(), ids.end())) {
    const StoredRecord* record = state_.Record(id);
    if (record == nullptr || !IsWithin(record->org, scope)) continue;
    bytes += static_cast<int64_t>(record->body.size());
    if (!found.empty() && bytes > server::kMaxFeedPageBytes) break;
    found.push_back(*record);
  }
  return found;
}

absl::StatusOr<server::Store::Whereabouts> MemoryStore::FindRecords(
    absl::string_view scope, const std::vector<std::string>& ids) {
  Whereabouts found;
  for (const std::string& id : std::set<std::string>(ids.begin(), ids.end())) {
    const StoredRecord* record = state_.Record(id);
    if (record != nullptr && IsWithin(record->org, scope)) {
      found.inside.push_back(id);
      continue;
    }
    const auto left = state_.left_orgs.find(id);
    if (left == state_.left_orgs.end()) continue;
    const bool once = std::any_of(left->second.begin(), left->second.end(),
                                  [&](const std::string& org) { return IsWithin(org, scope); });
    if (once) found.left.push_back(id);
  }
  return found;
}

absl::StatusOr<std::map<std::string, int64_t>> MemoryStore::CountByOrg(absl::string_view scope) {
  std::map<std::string, int64_t> counts;
  for (const auto& [id, record] : state_.records) {
    if (IsWithin(record->org, scope)) ++counts[record->org];
  }
  return counts;
}

absl::StatusOr<std::vector<server::ChangeTrace>> MemoryStore::TraceChanges(
    const std::vector<std::string>& change_ids) {
  std::set<std::string> waiting;
  for (const auto& [position, row] : state_.upstream) {
    if (row.line == Line::kWaiting) waiting.insert(row.change->change_id());
  }
  std::vector<server::ChangeTrace> traces;
  for (const std::string& id : change_ids) {
    const auto logged = state_.changes.find(id);
    if (logged == state_.changes.end()) continue;
    server::ChangeTrace& trace = traces.emplace_back();
    trace.logged = *logged->second;
    trace.waiting = waiting.count(id) > 0;
    const auto receipt = state_.receipts.find(id);
    if (receipt != state_.receipts.end()) trace.receipt = *receipt->second;
  }
  return traces;
}

absl::StatusOr<std::vector<std::string>> MemoryStore::UnsettledChanges(int limit) {
  std::vector<std::string> unsettled;
  for (const auto& [position, row] : state_.upstream) {
    if (static_cast<int>(unsettled.size()) == limit) break;
    const auto receipt = state_.receipts.find(row.change->change_id());
    if (receipt != state_.receipts.end() && !receipt->second->settled()) {
      unsettled.push_back(row.change->change_id());
    }
  }
  return unsettled;
}

absl::StatusOr<std::optional<StoredRecord>> MemoryStore::GetRecord(absl::string_view scope,
                                                                   absl::string_view id) {
  const StoredRecord* record = state_.Record(id);
  if (record == nullptr || !IsWithin(record->org, scope)) return std::optional<StoredRecord>();
  return std::optional<StoredRecord>(*record);
}

absl::StatusOr<std::optional<StoredRecord>> MemoryStore::GetArchiveByNumber(
    absl::string_view scope, absl::string_view number) {
  for (const auto& [id, record] : state_.records) {
    if (!number.empty() && record->columns.number == number && IsWithin(record->org, scope)) {
      return std::optional<StoredRecord>(*record);
    }
  }
  return std::optional<StoredRecord>();
}

absl::StatusOr<std::vector<StoredRecord>> MemoryStore::ListRecords(
    const server::RecordQuery& query) {
  std::vector<StoredRecord> found;
  for (const auto& [id, record] : state_.records) {
    if (static_cast<int>(found.size()) == query.limit) break;
    if (!IsWithin(record->org, query.scope) || record->type != query.type) continue;
    if (query.status != v1::ARCHIVE_STATUS_UNSPECIFIED && record->columns.status != query.status)
      continue;
    if (!query.archive_id.empty() && record->columns.archive_id != query.archive_id) continue;
    if (id <= query.after_id) continue;
    found.push_back(*record);
  }
  return found;
}

absl::StatusOr<std::optional<v1::Conflict>> MemoryStore::GetConflict(absl::string_view scope,
                                                                     absl::string_view id) {
  const auto it = state_.conflicts.find(std::string(id));
  if (it == state_.conflicts.end() || !IsWithin(it->second.conflict->org(), scope)) {
    return std::optional<v1::Conflict>();
  }
  return std::optional<v1::Conflict>(*it->second.conflict);
}

absl::StatusOr<server::ConflictPage> MemoryStore::ListConflicts(
    const server::ConflictQuery& query) {
  std::map<int64_t, const v1::Conflict*, std::greater<>> newest_first;
  for (const auto& [id, row] : state_.conflicts) {
    const v1::Conflict& conflict = *row.conflict;
    if (!IsWithin(conflict.org(), query.scope)) continue;
    if (!query.record_id.empty() && conflict.record_id() != query.record_id) continue;
    if (query.state != v1::CONFLICT_STATE_UNSPECIFIED && conflict.state() != query.state) continue;
    if (query.before != 0 && row.position >= query.before) continue;
    newest_first[row.position] = &conflict;
  }
  server::ConflictPage page;
  int64_t last = 0;
  for (const auto& [position, conflict] : newest_first) {
    if (static_cast<int>(page.conflicts.size()) == query.limit) {
      page.next_before = last;
      break;
    }
    page.conflicts.push_back(*conflict);
    last = position;
  }
  return page;
}

absl::StatusOr<v1::OrgTree> MemoryStore::LoadOrgTree() { return *state_.orgs; }

absl::Status MemoryStore::SaveOrgTree(const v1::OrgTree& tree) {
  auto built = domain::OrgTree::Build(tree);
  if (!built.ok()) return built.status();
  if (tree.version() <= state_.orgs->version()) return absl::OkStatus();
  for (const auto& [prefix, org] : state_.prefixes) {
    if (built->NumberPrefix(org) != prefix) {
      return absl::FailedPreconditionError("a prefix that was used would change");
    }
  }
  state_.orgs = std::make_shared<v1::OrgTree>(tree);
  return absl::OkStatus();
}

absl::StatusOr<v1::PolicySet> MemoryStore::LoadPolicySet() { return *state_.policy; }

absl::Status MemoryStore::SavePolicySet(const v1::PolicySet& set) {
  if (set.version() > state_.policy->version()) {
    state_.policy = std::make_shared<v1::PolicySet>(set);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<server::UpstreamChange>> MemoryStore::ReadUpstream(int limit) {
  std::vector<server::UpstreamChange> line;
  for (const auto& [position, row] : state_.upstream) {
    if (static_cast<int>(line.size()) == limit) break;
    if (row.line == Line::kWaiting) line.push_back({position, *row.change, row.reoffer});
  }
  return line;
}

absl::StatusOr<server::UpstreamState> MemoryStore::GetUpstreamState() {
  server::UpstreamState upstream;
  upstream.cursor = state_.cursor;
  for (const auto& [position, row] : state_.upstream) {
    if (row.line == Line::kRefused) ++upstream.refused;
    if (row.line != Line::kWaiting) continue;
    ++upstream.pending;
    if (upstream.first == 0) upstream.first = position;
  }
  upstream.synced = state_.synced;
  upstream.verified = state_.verified;
  return upstream;
}

absl::Status MemoryStore::NoteUpstreamSync(absl::Time now) {
  state_.synced = now;
  return absl::OkStatus();
}

absl::Status MemoryStore::NoteUpstreamVerified(absl::Time now) {
  state_.verified = now;
  return absl::OkStatus();
}

absl::StatusOr<int64_t> MemoryStore::RequeueSent() {
  int64_t requeued = 0;
  for (auto& [position, row] : state_.upstream) {
    if (row.line == Line::kWaiting) row.reoffer = true;  // it names revisions of the old epoch
    if (row.line != Line::kSent && !row.parked) continue;
    row.line = Line::kWaiting;
    row.parked = false;
    row.reoffer = true;
    ++requeued;
  }
  return requeued;
}

absl::StatusOr<int64_t> MemoryStore::PurgeSent(absl::Time before, int limit) {
  int64_t purged = 0;
  for (auto it = state_.upstream.begin(); it != state_.upstream.end();) {
    const bool old = it->second.line == Line::kSent && it->second.answered < before;
    if (old && purged < limit) {
      it = state_.upstream.erase(it);
      ++purged;
    } else {
      ++it;
    }
  }
  return purged;
}

absl::StatusOr<std::vector<std::string>> MemoryStore::PendingRecords(int limit) {
  std::set<std::string> ids;
  for (const auto& [position, row] : state_.upstream) {
    if (static_cast<int>(ids.size()) == limit) break;
    if (row.line == Line::kWaiting) ids.insert(row.change->record_id());
  }
  return std::vector<std::string>(ids.begin(), ids.end());
}

}  // namespace bangfu::sim
