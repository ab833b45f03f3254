#include "server/sync/push_log.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "domain/record/field_values.h"
#include "server/sync/conflict_entry.h"
#include "server/sync/push_outcome.h"

namespace bangfu::server {
namespace {

v1::Conflict NewEntry(const PushState& state, const PreparedChange& prepared,
                      const std::string& org, v1::ConflictKind kind, v1::ConflictState kept) {
  v1::Conflict entry = NewConflictEntry(prepared, state.context.principal, state.node,
                                        state.context.now, kind, kept);
  entry.set_org(org);
  return entry;
}

void AddFields(const Disagreement& disagreement, v1::Conflict& entry, v1::Outcome& outcome) {
  for (const v1::FieldConflict& field : disagreement.fields) {
    *entry.add_fields() = field;
    *outcome.add_conflicts() = field;
  }
}

// The outcome names the first entry.
void Keep(PushState& state, v1::Conflict entry, v1::Outcome& outcome) {
  if (outcome.conflict_id().empty()) outcome.set_conflict_id(entry.id());
  state.entries.push_back(std::move(entry));
}

}  // namespace

v1::Outcome Park(PushState& state, const PreparedChange& prepared, const WorkingRecord* record,
                 v1::ConflictKind kind, v1::Finding finding, const std::string& org) {
  v1::Conflict entry = NewEntry(state, prepared, org, kind, v1::CONFLICT_STATE_OPEN);
  *entry.add_findings() = finding;
  v1::Outcome outcome = Refuse({std::move(finding)}, record);
  outcome.set_verdict(v1::VERDICT_PARKED);
  Keep(state, std::move(entry), outcome);
  return outcome;
}

void LogMerge(PushState& state, const PreparedChange& prepared, const std::string& org,
              const MergeResult& merge, const std::vector<const Revision*>& unseen,
              v1::Outcome& outcome) {
  if (!merge.lost.fields.empty()) {
    v1::Conflict entry =
        NewEntry(state, prepared, org, v1::CONFLICT_KIND_FIELDS, v1::CONFLICT_STATE_OPEN);
    AddFields(merge.lost, entry, outcome);
    SetOurs(entry, *merge.lost.opposing);
    Keep(state, std::move(entry), outcome);
  }
  if (!merge.won.fields.empty()) {
    v1::Conflict entry =
        NewEntry(state, prepared, org, v1::CONFLICT_KIND_FIELDS, v1::CONFLICT_STATE_OPEN);
    // Beside an entry of fields that the same change lost.
    if (!merge.lost.fields.empty()) {
      entry.set_id(ConflictId(prepared.change->change_id(), v1::CONFLICT_KIND_FIELDS,
                              absl::StrCat(state.node, "#won")));
    }
    AddFields(merge.won, entry, outcome);
    *entry.mutable_ours_actor() = prepared.change->actor();
    *entry.mutable_ours_entry_time() = ToProto(prepared.entry_time);
    SetTheirs(entry, *merge.won.opposing);
    Keep(state, std::move(entry), outcome);
  }
  if (outcome.conflicts_size() == 0) {
    v1::Conflict entry =
        NewEntry(state, prepared, org, v1::CONFLICT_KIND_MERGED, v1::CONFLICT_STATE_INFORMATION);
    SetOurs(entry, *unseen.back());
    Keep(state, std::move(entry), outcome);
  }
}

void LogNotOwned(PushState& state, const PreparedChange& prepared, const WorkingRecord& record,
                 const std::vector<std::string>& paths, v1::Outcome& outcome) {
  v1::Conflict entry = NewEntry(state, prepared, record.stored.org,
                                v1::CONFLICT_KIND_FIELD_NOT_OWNED, v1::CONFLICT_STATE_INFORMATION);
  const domain::FieldValues ours = domain::ReadFields(*record.message);
  const domain::FieldValues theirs = domain::ReadFields(*prepared.theirs);
  for (const std::string& path : paths) {
    v1::FieldConflict& field = *entry.add_fields();
    field.set_field(path);
    if (const auto value = ours.find(path); value != ours.end()) field.set_ours(value->second);
    if (const auto value = theirs.find(path); value != theirs.end())
      field.set_theirs(value->second);
    v1::Finding finding = LeftOut(*record.message->GetDescriptor(), path);
    *entry.add_findings() = finding;
    *outcome.add_findings() = std::move(finding);
  }
  Attach(&record, outcome);
  Keep(state, std::move(entry), outcome);
}

}  // namespace bangfu::server
