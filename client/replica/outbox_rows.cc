#include "client/replica/outbox_rows.h"

#include <SQLiteCpp/Statement.h>
#include <sqlite3.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/replica/record_rows.h"

namespace bangfu::client {
namespace {

// Columns in the order of ReadRow.
#define BANGFU_OUTBOX_COLUMNS                                                            \
  "position, state, change, outcome, receipt, settled, answered_at_ms, answered_epoch, " \
  "purged, reoffer, number, change_id"

constexpr char kSelectById[] = "SELECT " BANGFU_OUTBOX_COLUMNS " FROM outbox WHERE change_id = ?1";
constexpr char kSelectByRecord[] =
    "SELECT " BANGFU_OUTBOX_COLUMNS " FROM outbox WHERE record_id = ?1 ORDER BY position";
constexpr char kSelectByState[] =
    "SELECT " BANGFU_OUTBOX_COLUMNS " FROM outbox WHERE state = ?1 ORDER BY position";
// INDEXED BY: a long outbox must not be sorted for every push. The last column: whether the record
// or its archive is awaited (Unseen::kAwaited).
constexpr char kSelectPending[] =
    "SELECT " BANGFU_OUTBOX_COLUMNS
    ", EXISTS (SELECT 1 FROM record r LEFT JOIN record a ON r.archive_id <> '' AND"
    " a.id = r.archive_id WHERE r.id = outbox.record_id AND (r.unseen = 3 OR a.unseen = 3)),"
    " actor, record_id, (SELECT archive_id FROM record WHERE id = outbox.record_id)"
    " FROM outbox INDEXED BY outbox_pending WHERE state = 1 ORDER BY reoffer = 0, position";
constexpr char kSelectFirst[] =
    "SELECT " BANGFU_OUTBOX_COLUMNS
    " FROM outbox INDEXED BY outbox_pending WHERE state = 1 ORDER BY reoffer = 0, position LIMIT 1";
#undef BANGFU_OUTBOX_COLUMNS

// Of kSelectPending.
constexpr int kAwaitedColumn = 12;
constexpr int kActorColumn = 13;
// In the order in which SelectPending would send them.
constexpr char kSelectWaiting[] =
    "SELECT actor, record_id, (SELECT archive_id FROM record WHERE id = outbox.record_id)"
    " FROM outbox INDEXED BY outbox_pending WHERE state = 1 ORDER BY reoffer = 0, position";
constexpr char kSelectPurgeable[] =
    "SELECT change_id FROM outbox INDEXED BY outbox_answered"
    " WHERE purged = 0 AND answered_at_ms < ?1"
    " AND state IN (2, 3, 8, 9)";

constexpr char kInsert[] =
    "INSERT INTO outbox (change_id, record_id, state, change, actor) VALUES (?1, ?2, ?3, ?4, ?5)";
constexpr char kUpdate[] =
    "UPDATE outbox SET state = ?2, change = ?3, outcome = ?4, receipt = ?5, settled = ?6,"
    " answered_at_ms = ?7, answered_epoch = ?8, purged = ?9, reoffer = ?10, number = ?11"
    " WHERE position = ?1";
constexpr char kCount[] = "SELECT count(*) FROM outbox WHERE state = ?1";
constexpr char kCountPending[] = "SELECT count(*) FROM outbox WHERE state = 1";
constexpr char kPendingRecords[] = "SELECT DISTINCT record_id FROM outbox WHERE state = 1 LIMIT ?1";
constexpr char kReofferedRecords[] =
    "SELECT DISTINCT record_id FROM outbox WHERE state = 1 AND reoffer <> 0";
constexpr char kDeletePending[] = "DELETE FROM outbox WHERE record_id = ?1 AND state = 1";
constexpr char kUnsettled[] =
    "SELECT change_id FROM outbox INDEXED BY outbox_unsettled"
    " WHERE settled = 0 AND purged = 0 AND state <> 1"
    " AND state IN (2, 3, 4, 8, 9)"
    " ORDER BY position LIMIT ?1";
// A parked change lies only in the parent's log; one that was refused was refused for good. A
// dismissed change has its content only when the parent had taken a part of it.
constexpr char kRequeue[] =
    "UPDATE outbox SET reoffer = state, state = 1, settled = 0"
    " WHERE state IN (2, 3, 4, 6, 8, 9) AND purged = 0 AND answered_epoch <> ?1";

bool ReadSealed(const SealedDatabase& db, const SQLite::Column& column, const std::string& place,
                google::protobuf::MessageLite& message) {
  const auto plain = db.keys().Unseal(place, column.getString());
  return plain.has_value() && message.ParseFromString(*plain);
}

OutboxRow ReadRow(const SealedDatabase& db, SQLite::Statement& row) {
  OutboxRow result;
  OutboxEntry& entry = result.entry;
  const std::string change_id = row.getColumn(11).getString();
  entry.position = row.getColumn(0).getInt64();
  entry.state = static_cast<EntryState>(row.getColumn(1).getInt());
  // We wrote these bytes, and SQLite's damage is found by its own checks; what cannot be read
  // must not be taken for a change that does nothing.
  if (!ReadSealed(db, row.getColumn(2), ChangePlace(change_id), entry.change) ||
      (!row.isColumnNull(3) &&
       !ReadSealed(db, row.getColumn(3), OutcomePlace(change_id), entry.outcome)) ||
      (!row.isColumnNull(4) && !entry.receipt.ParseFromString(row.getColumn(4).getString()))) {
    throw SQLite::Exception("", SQLITE_CORRUPT);
  }
  result.settled = row.getColumn(5).getInt() != 0;
  if (!row.isColumnNull(6)) {
    result.answered_at = absl::FromUnixMillis(row.getColumn(6).getInt64());
  }
  result.answered_epoch = row.getColumn(7).getString();
  result.purged = row.getColumn(8).getInt() != 0;
  const int reoffered = row.getColumn(9).getInt();
  if (reoffered != 0) result.reoffered = static_cast<EntryState>(reoffered);
  result.number = row.getColumn(10).getString();
  return result;
}

std::vector<std::string> ReadTexts(SQLite::Statement& statement) {
  std::vector<std::string> texts;
  while (statement.executeStep()) texts.push_back(statement.getColumn(0).getString());
  return texts;
}

// Whether the change may be sent again, or the user may want to read it.
bool NeedsContent(const OutboxRow& row) {
  switch (row.entry.state) {
    case EntryState::kPending:
    case EntryState::kConflict:
    case EntryState::kRefused:
    case EntryState::kParked:
    case EntryState::kAccepted:
    case EntryState::kMerged:
    case EntryState::kSettled:
      return !row.purged;
    case EntryState::kDismissed:
      return !row.purged && row.entry.outcome.verdict() == v1::VERDICT_CONFLICT;
    case EntryState::kSuperseded:
      return false;
  }
  return true;
}

int64_t Count(SealedDatabase& db, EntryState state) {
  const auto count = db.Prepare(kCount);
  count->bind(1, static_cast<int>(state));
  count->executeStep();
  return count->getColumn(0).getInt64();
}

// Whether the parent has lost a record that nothing of ours in line creates again.
bool IsMissed(SealedDatabase& db, const std::string& record_id) {
  const std::optional<RecordRow> record = LoadRecord(db, record_id);
  if (!record.has_value() || record->unseen != Unseen::kAwaited) return false;
  const std::vector<OutboxRow> rows = SelectByRecord(db, record_id);
  return std::none_of(rows.begin(), rows.end(), [](const OutboxRow& row) {
    return row.pending() && IsCreation(row.entry.change);
  });
}

bool IsHeldBack(SealedDatabase& db, const OutboxRow& row) {
  const std::string& id = row.entry.change.record_id();
  if (IsMissed(db, id)) return true;
  const std::optional<RecordRow> record = LoadRecord(db, id);
  return record.has_value() && IsMissed(db, record->record.archive_id);
}

// Pending changes in line: whom each waits for.
class Queue {
 public:
  // `people` whose changes may go; nullptr for everybody's.
  explicit Queue(const std::set<std::string>* people) : people_(people) {}

  // The person without whom the change of this row may not go: its actor, or whoever has to bring
  // what it builds upon first. Rows come in the order of the line; the columns are actor, record
  // and its archive, from `column` on.
  std::optional<std::string> WaitsFor(SQLite::Statement& row, int column) {
    if (people_ == nullptr) return std::nullopt;
    const std::string record_id = row.getColumn(column + 1).getString();
    auto blocked = blocked_.find(record_id);
    if (blocked == blocked_.end()) blocked = blocked_.find(row.getColumn(column + 2).getString());
    std::string actor =
        blocked == blocked_.end() ? row.getColumn(column).getString() : blocked->second;
    if (blocked == blocked_.end() && people_->count(actor) > 0) return std::nullopt;
    blocked_.emplace(record_id, actor);
    return actor;
  }

 private:
  const std::set<std::string>* people_;
  std::map<std::string, std::string> blocked_;  // records with a change that waits, for whom
};

absl::Time EntryTime(const v1::Change& change) {
  return absl::FromUnixSeconds(change.entry_time().seconds()) +
         absl::Nanoseconds(change.entry_time().nanos());
}

}  // namespace

std::string ChangePlace(absl::string_view change_id) {
  return absl::StrCat("outbox/", change_id, "/change");
}
std::string OutcomePlace(absl::string_view change_id) {
  return absl::StrCat("outbox/", change_id, "/outcome");
}

bool IsCreation(const v1::Change& change) {
  return change.has_put() && change.put().changed_fields().empty();
}

std::optional<OutboxRow> LoadEntry(SealedDatabase& db, absl::string_view change_id) {
  const auto select = db.Prepare(kSelectById);
  select->bind(1, std::string(change_id));
  if (!select->executeStep()) return std::nullopt;
  return ReadRow(db, *select);
}

void InsertEntry(SealedDatabase& db, const v1::Change& change) {
  const auto insert = db.Prepare(kInsert);
  insert->bind(1, change.change_id());
  insert->bind(2, change.record_id());
  insert->bind(3, static_cast<int>(EntryState::kPending));
  BindBlob(*insert, 4, db.keys().Seal(ChangePlace(change.change_id()), change.SerializeAsString()));
  insert->bind(5, change.actor().person_id());
  insert->exec();
}

void UpdateEntry(SealedDatabase& db, OutboxRow row) {
  OutboxEntry& entry = row.entry;
  if (!NeedsContent(row)) {
    if (entry.change.has_put()) entry.change.mutable_put()->clear_record();
    row.purged = true;
  }
  entry.outcome.clear_record();
  const auto update = db.Prepare(kUpdate);
  update->bind(1, entry.position);
  update->bind(2, static_cast<int>(entry.state));
  const std::string& change_id = entry.change.change_id();
  BindBlob(*update, 3, db.keys().Seal(ChangePlace(change_id), entry.change.SerializeAsString()));
  if (row.answered_at.has_value()) {
    BindBlob(*update, 4,
             db.keys().Seal(OutcomePlace(change_id), entry.outcome.SerializeAsString()));
    update->bind(7, absl::ToUnixMillis(*row.answered_at));
  } else {
    update->bind(4);
    update->bind(7);
  }
  if (entry.receipt.hops_size() > 0) {
    BindBlob(*update, 5, entry.receipt.SerializeAsString());
  } else {
    update->bind(5);
  }
  update->bind(6, row.settled ? 1 : 0);
  update->bind(8, row.answered_epoch);
  update->bind(9, row.purged ? 1 : 0);
  update->bind(10, row.reoffered.has_value() ? static_cast<int>(*row.reoffered) : 0);
  update->bind(11, row.number);
  update->exec();
}

std::vector<PendingChange> SelectPending(SealedDatabase& db, int limit,
                                         const std::set<std::string>* people) {
  const auto select = db.Prepare(kSelectPending);
  std::vector<PendingChange> changes;
  Queue queue(people);
  while (static_cast<int>(changes.size()) < limit && select->executeStep()) {
    if (queue.WaitsFor(*select, kActorColumn).has_value()) continue;
    OutboxRow row = ReadRow(db, *select);
    if (select->getColumn(kAwaitedColumn).getInt() != 0 && IsHeldBack(db, row)) continue;
    PendingChange& pending = changes.emplace_back();
    if (row.reoffered.has_value()) {
      pending.reoffer.emplace();
      pending.reoffer->set_change_id(row.entry.change.change_id());
      pending.reoffer->set_number(row.number);
    }
    pending.change = std::move(row.entry.change);
  }
  return changes;
}

std::map<std::string, int64_t> CountHeldBack(SealedDatabase& db,
                                             const std::set<std::string>& people) {
  const auto select = db.Prepare(kSelectWaiting);
  std::map<std::string, int64_t> held;
  Queue queue(&people);
  while (select->executeStep()) {
    if (const auto person = queue.WaitsFor(*select, 0)) ++held[*person];
  }
  return held;
}

std::vector<std::string> SelectPendingRecords(SealedDatabase& db, int limit) {
  const auto select = db.Prepare(kPendingRecords);
  select->bind(1, limit);
  return ReadTexts(*select);
}

int64_t CountPending(SealedDatabase& db) { return db.execAndGet(kCountPending).getInt64(); }

std::vector<OutboxEntry> SelectByStates(SealedDatabase& db, const std::vector<EntryState>& states) {
  std::vector<OutboxEntry> entries;
  for (const EntryState state : states) {
    const auto select = db.Prepare(kSelectByState);
    select->bind(1, static_cast<int>(state));
    while (select->executeStep()) entries.push_back(ReadRow(db, *select).entry);
  }
  std::sort(entries.begin(), entries.end(),
            [](const OutboxEntry& a, const OutboxEntry& b) { return a.position < b.position; });
  return entries;
}

std::vector<OutboxRow> SelectByRecord(SealedDatabase& db, absl::string_view record_id) {
  const auto select = db.Prepare(kSelectByRecord);
  select->bind(1, std::string(record_id));
  std::vector<OutboxRow> rows;
  while (select->executeStep()) rows.push_back(ReadRow(db, *select));
  return rows;
}

Backlog CountEntries(SealedDatabase& db) {
  Backlog backlog{Count(db, EntryState::kPending), Count(db, EntryState::kRefused),
                  Count(db, EntryState::kParked), Count(db, EntryState::kConflict)};
  const auto first = db.Prepare(kSelectFirst);
  if (first->executeStep()) backlog.oldest = EntryTime(ReadRow(db, *first).entry.change);
  return backlog;
}

void DeletePending(SealedDatabase& db, absl::string_view record_id) {
  const auto statement = db.Prepare(kDeletePending);
  statement->bind(1, std::string(record_id));
  statement->exec();
}

std::vector<std::string> SelectUnsettled(SealedDatabase& db, int limit) {
  const auto select = db.Prepare(kUnsettled);
  select->bind(1, limit);
  return ReadTexts(*select);
}

void TakeReceipt(SealedDatabase& db, const v1::Receipt& receipt) {
  std::optional<OutboxRow> row = LoadEntry(db, receipt.change_id());
  if (!row.has_value()) return;
  row->entry.receipt = receipt;
  row->settled = receipt.settled();
  UpdateEntry(db, *std::move(row));
}

void PurgeEntries(SealedDatabase& db, absl::Time before) {
  const auto select = db.Prepare(kSelectPurgeable);
  select->bind(1, absl::ToUnixMillis(before));
  for (const std::string& change_id : ReadTexts(*select)) {
    std::optional<OutboxRow> row = LoadEntry(db, change_id);
    if (!row.has_value()) continue;
    row->purged = true;
    UpdateEntry(db, *std::move(row));
  }
}

int64_t RequeueEntries(SealedDatabase& db, absl::string_view epoch) {
  const auto requeue = db.Prepare(kRequeue);
  requeue->bind(1, std::string(epoch));
  return requeue->exec();
}

std::vector<std::string> SelectReofferedRecords(SealedDatabase& db) {
  const auto select = db.Prepare(kReofferedRecords);
  return ReadTexts(*select);
}

}  // namespace bangfu::client
