#include "server/sync/record_move.h"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/test_hooks.h"
#include "domain/record/record_type.h"

namespace bangfu::server {
namespace {

using Moves = std::map<std::string, MovedRecord>;

Attribution AttributionOf(const Revision& revision) {
  return {revision.change_id, revision.pushed_by, revision.actor, revision.entry_time,
          revision.received_time};
}

std::vector<std::string> IdsOf(const Moves& moves) {
  std::vector<std::string> ids;
  ids.reserve(moves.size());
  for (const auto& [id, move] : moves) ids.push_back(id);
  return ids;
}

// Aid events and visits whose archive stands in another org now.
absl::Status MoveChildren(Transaction& transaction, Batch& batch, const Moves& moves) {
  std::vector<std::string> archives;
  for (const auto& [id, move] : moves) {
    const WorkingRecord* record = batch.Find(id);
    if (record != nullptr && record->archive() != nullptr) archives.push_back(id);
  }
  if (archives.empty()) return absl::OkStatus();
  auto children = transaction.ChildrenOf(archives);
  if (!children.ok()) return children.status();
  std::vector<std::string> ids;
  for (const StoredRecord& child : *children) {
    // What the transaction has removed is still in the store.
    const auto left = moves.find(child.id);
    if (left == moves.end() || !left->second.to.empty()) ids.push_back(child.id);
  }
  if (absl::Status status = batch.Lock(transaction, ids); !status.ok()) return status;

  std::vector<std::pair<WorkingRecord*, WorkingRecord*>> to_move;  // with their archives
  for (const auto& [id, record] : batch.records()) {
    const std::string archive_id = domain::ParentIdOf(*record.message);
    if (archive_id.empty() || moves.count(archive_id) == 0) continue;
    WorkingRecord* archive = batch.Find(archive_id);
    if (archive == nullptr || archive->stored.org == record.stored.org) continue;
    to_move.emplace_back(batch.Find(id), archive);
  }
  for (const auto& [child, archive] : to_move) {
    std::unique_ptr<google::protobuf::Message> same(child->message->New());
    same->CopyFrom(*child->message);
    batch.Commit(child, child->stored.type, child->stored.id, archive->stored.org, std::move(same),
                 AttributionOf(archive->history.back()));
  }
  return absl::OkStatus();
}

// The record of an entry has left this node: it is somewhere in the city, where none of this node's
// children reads.
std::string Beyond(absl::string_view org) { return std::string(org.substr(0, org.find('.'))); }

void MoveConflict(Batch& batch, const WorkingConflict& working, const MovedRecord& move) {
  const bool leaves = move.to.empty();
  // One that the transaction has just logged, or that tells what the parent has parked because it
  // had moved, is for those who entered the change.
  const bool tells = working.fresh || (working.entry.kind() == v1::CONFLICT_KIND_MOVED &&
                                       working.entry.state() == v1::CONFLICT_STATE_INFORMATION);
  if (working.removed || (leaves && tells)) return;
  v1::Conflict entry = working.entry;
  entry.set_org(leaves ? Beyond(entry.org()) : move.to);
  if (entry.org() != working.entry.org()) batch.PutConflict(std::move(entry));
}

}  // namespace

absl::Status FollowMoves(Transaction& transaction, Batch& batch) {
  Moves moves = batch.Moved();
  if (moves.empty()) return absl::OkStatus();
  if (!BANGFU_SEEDED_BUG("children_stay")) {
    if (absl::Status status = MoveChildren(transaction, batch, moves); !status.ok()) return status;
    moves = batch.Moved();
  }
  if (absl::Status status = batch.LockConflictsOf(transaction, IdsOf(moves)); !status.ok())
    return status;
  std::vector<std::string> entries;
  for (const auto& [id, working] : batch.conflicts()) entries.push_back(id);
  for (const std::string& id : entries) {
    const WorkingConflict& working = batch.conflicts().find(id)->second;
    const auto move = moves.find(working.entry.record_id());
    if (move != moves.end()) MoveConflict(batch, working, move->second);
  }
  BANGFU_STEP("move.decided");
  return absl::OkStatus();
}

}  // namespace bangfu::server
