#include "server/sync/push_moved.h"

#include <string>

#include "base/test_hooks.h"
#include "domain/record/record_type.h"
#include "server/sync/push_log.h"
#include "server/sync/push_outcome.h"

namespace bangfu::server {
namespace {

// The record that has left: the change's own, or the archive of something new; empty for none.
std::string MovedRecordOf(PushState& state, const PreparedChange& prepared) {
  const std::string& id = prepared.change->record_id();
  if (state.Visible(id) != nullptr) return "";
  if (state.WasVisible(id)) return id;
  if (state.batch.Find(id) != nullptr || prepared.theirs == nullptr) return "";
  std::string archive_id = domain::ParentIdOf(*prepared.theirs);
  const bool moved = state.Visible(archive_id) == nullptr && state.WasVisible(archive_id);
  return moved ? archive_id : "";
}

}  // namespace

std::optional<v1::Outcome> ParkMoved(PushState& state, const PreparedChange& prepared) {
  const v1::Change& change = *prepared.change;
  if (change.has_resolve_conflict()) return std::nullopt;
  const std::string moved = MovedRecordOf(state, prepared);
  if (moved.empty()) return std::nullopt;
  const WorkingRecord* record = state.batch.Find(moved);
  const bool itself = moved == change.record_id();
  const v1::RecordType type = itself ? change.record_type() : v1::RECORD_TYPE_ARCHIVE;
  if (record != nullptr && record->stored.type != type) return std::nullopt;
  if (BANGFU_SEEDED_BUG("moved_edit_dropped")) {
    v1::Outcome outcome;
    outcome.set_verdict(v1::VERDICT_ACCEPTED);
    return outcome;
  }
  if (record == nullptr) state.Forward(nullptr, change);
  v1::Outcome outcome = Park(state, prepared, nullptr, v1::CONFLICT_KIND_MOVED, HasMoved(),
                             record == nullptr ? change.actor().org() : record->stored.org);
  // Something new has no record that the entry could follow: it is about the archive.
  v1::Conflict& entry = state.entries.back();
  entry.set_record_type(type);
  entry.set_record_id(moved);
  return outcome;
}

}  // namespace bangfu::server
