#include "client/replica/parent_version.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/time/time.h"
#include "bangfu/v1/archive.pb.h"
#include "base/test_hooks.h"
#include "client/replica/conflict_rows.h"
#include "client/replica/outbox_rows.h"
#include "client/replica/record_rows.h"
#include "client/replica/visible_record.h"

namespace bangfu::client {
namespace {

// The first revision of every record: what a writer saw who saw a version that is gone. Everything
// since counts as unseen, so that a difference becomes a conflict and is never overwritten.
constexpr int64_t kFirstRevision = 1;

EntryState StateOf(v1::Verdict verdict) {
  switch (verdict) {
    case v1::VERDICT_ACCEPTED:
      return EntryState::kAccepted;
    case v1::VERDICT_MERGED:
      return EntryState::kMerged;
    case v1::VERDICT_CONFLICT:
      return EntryState::kConflict;
    case v1::VERDICT_REFUSED:
      return EntryState::kRefused;
    case v1::VERDICT_PARKED:
      return EntryState::kParked;
    default:
      return EntryState::kPending;
  }
}

bool WaitsForDecision(EntryState state) {
  return state == EntryState::kConflict || state == EntryState::kParked;
}

// What a writer who saw `base` of our version of a record has seen of the parent's, when ours is of
// another feed or newer than the parent's.
int64_t RestatedBase(int64_t base, const RecordRow& ours, const v1::Record& theirs) {
  const LocalRecord& record = ours.record;
  const bool same = record.base_body == theirs.body();
  if (!IsForeign(ours.unseen)) {
    return base <= theirs.revision() ? base : (same ? theirs.revision() : kFirstRevision);
  }
  if (!same) return kFirstRevision;
  if (base >= record.base_revision) return theirs.revision();
  return record.base_revision == theirs.revision() ? base : kFirstRevision;
}

// Before `theirs` takes the place of our version. Reoffers go on speaking of the feed that is gone,
// and what creates a record has seen nothing of it.
void RestateBases(SealedDatabase& db, const RecordRow& ours, const v1::Record& theirs) {
  for (OutboxRow& row : SelectByRecord(db, ours.record.id)) {
    const int64_t base = row.entry.change.base_revision();
    if (!row.pending() || row.reoffered.has_value() || base == 0) continue;
    const int64_t restated = RestatedBase(base, ours, theirs);
    if (restated == base) continue;
    row.entry.change.set_base_revision(restated);
    UpdateEntry(db, std::move(row));
  }
}

void SetBase(RecordRow& row, const v1::Record& theirs) {
  LocalRecord& record = row.record;
  record.type = theirs.type();
  record.org = theirs.org();
  record.base_revision = theirs.revision();
  record.base_body = theirs.body();
  row.unseen = Unseen::kNo;
}

// The parent's version of a record becomes its base, unless a newer one is here; whether it did.
bool TakeBase(SealedDatabase& db, RecordRow& row, const v1::Record& theirs) {
  const LocalRecord& record = row.record;
  if (!IsForeign(row.unseen) && record.base_body.has_value() &&
      theirs.revision() < record.base_revision) {
    return false;
  }
  if (record.base_body.has_value()) RestateBases(db, row, theirs);
  SetBase(row, theirs);
  return true;
}

// The parent took the change and had nothing else: its version is ours with the change.
void AdvanceBase(RecordRow& row, const v1::Change& change, int64_t revision) {
  LocalRecord& record = row.record;
  // The parent had lost the record: it has only what creates it now.
  const bool begins_anew = IsForeign(row.unseen);
  if (begins_anew && !IsCreation(change)) return;
  if (!begins_anew && record.base_body.has_value() && revision <= record.base_revision) return;
  auto body = ApplyChange(begins_anew ? std::nullopt : record.base_body, change);
  if (!body.ok()) return;  // the next pull brings it
  record.base_body = *std::move(body);
  record.base_revision = revision;
  row.unseen = Unseen::kNo;
}

// Unified number that an approval gave, as its answer shows it.
std::string NumberOf(const v1::Change& change, const v1::Outcome& outcome) {
  v1::Archive archive;
  if (!change.has_approve() || !outcome.has_record() ||
      !archive.ParseFromString(outcome.record().body())) {
    return "";
  }
  return archive.number();
}

// By the parent's clock; a program that does not say so gets what we know.
absl::Time AnsweredTime(const v1::Change& change, const v1::Outcome& outcome) {
  const auto& time = outcome.has_answered_time() ? outcome.answered_time() : change.entry_time();
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

// Whether the parent told us that the record is none of ours any more. An answer of before comes
// with the record when that has come back since.
bool HasMoved(const v1::Outcome& outcome) {
  return outcome.verdict() == v1::VERDICT_PARKED && !outcome.has_record() &&
         std::any_of(outcome.findings().begin(), outcome.findings().end(), [](const auto& finding) {
           return finding.code() == v1::FINDING_CODE_RECORD_MOVED;
         });
}

bool IsDecided(SealedDatabase& db, const std::string& conflict_id) {
  const std::optional<v1::Conflict> conflict = LoadConflict(db, conflict_id);
  return conflict.has_value() && conflict->state() == v1::CONFLICT_STATE_RESOLVED;
}

void NoteOutcome(SealedDatabase& db, OutboxRow& row, const v1::Outcome& outcome,
                 absl::string_view epoch) {
  OutboxEntry& entry = row.entry;
  entry.state = StateOf(outcome.verdict());
  if (WaitsForDecision(entry.state) && IsDecided(db, outcome.conflict_id())) {
    entry.state = EntryState::kSettled;
  }
  // The user has seen this conflict before the parent began anew.
  if (entry.state == EntryState::kConflict && row.reoffered == EntryState::kDismissed) {
    entry.state = EntryState::kDismissed;
  }
  entry.outcome = outcome;
  row.answered_at = AnsweredTime(entry.change, outcome);
  row.answered_epoch = std::string(epoch);
  if (std::string number = NumberOf(entry.change, outcome); !number.empty()) row.number = number;
  row.settled = outcome.verdict() == v1::VERDICT_REFUSED || outcome.verdict() == v1::VERDICT_PARKED;
  row.reoffered.reset();
  UpdateEntry(db, row);
}

}  // namespace

void TakeOutcome(SealedDatabase& db, const v1::Change& change, const v1::Outcome& outcome,
                 absl::string_view epoch) {
  std::optional<OutboxRow> entry = LoadEntry(db, change.change_id());
  if (!entry.has_value() || !entry->pending() ||
      StateOf(outcome.verdict()) == EntryState::kPending) {
    return;
  }
  std::optional<RecordRow> record = LoadRecord(db, change.record_id());
  const bool accepted = outcome.verdict() == v1::VERDICT_ACCEPTED;
  if (record.has_value()) {
    record->record.left_scope = record->record.left_scope || HasMoved(outcome);
    if (outcome.has_record()) {
      TakeBase(db, *record, outcome.record());
    } else if (accepted) {
      AdvanceBase(*record, entry->entry.change, outcome.revision());
    }
    // It does not come again by this: what waits for it has to hear so.
    if (IsCreation(entry->entry.change) && record->unseen == Unseen::kAwaited) {
      record->unseen = Unseen::kEarlierFeed;
    }
  }
  NoteOutcome(db, *entry, outcome, epoch);
  if (accepted) {
    // The parent had nothing that the writer had not seen, so what was entered on top has seen
    // this revision too.
    const int64_t seen = outcome.revision();
    for (OutboxRow& row : SelectByRecord(db, change.record_id())) {
      if (!row.pending() || row.reoffered.has_value()) continue;
      row.entry.change.set_base_revision(seen);
      UpdateEntry(db, std::move(row));
    }
  }
  if (record.has_value()) ShowRecord(db, *record);
}

void TakePulled(SealedDatabase& db, const v1::Record& theirs, const PreparedBase& prepared) {
  std::optional<RecordRow> row = LoadRecord(db, theirs.id());
  if (!row.has_value()) {
    row.emplace();
    row->record.type = theirs.type();
    row->record.id = theirs.id();
  }
  row->record.left_scope = false;
  if (TakeBase(db, *row, theirs)) row->prepared = &prepared;
  ShowRecord(db, *row);
}

void TakeRepaired(SealedDatabase& db, const v1::Record& theirs) {
  std::optional<RecordRow> row = LoadRecord(db, theirs.id());
  if (!row.has_value()) {
    row.emplace();
    row->record.id = theirs.id();
  } else if (row->record.base_body.has_value()) {
    RestateBases(db, *row, theirs);
  }
  row->record.left_scope = false;
  SetBase(*row, theirs);
  ShowRecord(db, *row);
}

void TakeLeft(SealedDatabase& db, absl::string_view id) {
  if (BANGFU_SEEDED_BUG("keep_left")) return;
  if (BANGFU_SEEDED_BUG("drop_unsent")) DeletePending(db, id);
  DeleteConflictsOf(db, id);
  std::optional<RecordRow> row = LoadRecord(db, id);
  if (!row.has_value()) return;
  row->record.left_scope = true;
  ShowRecord(db, *row);
}

void TakeConflict(SealedDatabase& db, const v1::Conflict& conflict) {
  StoreConflict(db, conflict);
  if (conflict.state() != v1::CONFLICT_STATE_RESOLVED) return;
  std::optional<OutboxRow> row = LoadEntry(db, conflict.change().change_id());
  if (!row.has_value() || !WaitsForDecision(row->entry.state) ||
      row->entry.outcome.conflict_id() != conflict.id()) {
    return;
  }
  row->entry.state = EntryState::kSettled;
  UpdateEntry(db, *std::move(row));
  // A draft that only this change kept goes when it was put away.
  if (std::optional<RecordRow> record = LoadRecord(db, conflict.record_id())) {
    ShowRecord(db, *record);
  }
}

}  // namespace bangfu::client
