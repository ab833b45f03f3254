#include "client/replica/outbox_rows.h"

#include <SQLiteCpp/Statement.h>
#include <sqlite3.h>

#include <algorithm>

#include "client/replica/record_rows.h"

namespace bangfu::client {
namespace {

constexpr char kSelectById[] =
    "SELECT position, state, change, outcome FROM outbox WHERE change_id = ?1";
constexpr char kSelectByRecord[] =
    "SELECT position, state, change, outcome FROM outbox WHERE record_id = ?1 ORDER BY position";
constexpr char kSelectByState[] =
    "SELECT position, state, change, outcome FROM outbox WHERE state = ?1 ORDER BY position "
    "LIMIT ?2";
constexpr char kInsert[] =
    "INSERT INTO outbox (change_id, record_id, state, change) VALUES (?1, ?2, ?3, ?4)";
constexpr char kUpdate[] =
    "UPDATE outbox SET state = ?2, change = ?3, outcome = ?4 WHERE position = ?1";
constexpr char kCount[] = "SELECT count(*) FROM outbox WHERE state = ?1";

constexpr int kNoLimit = -1;  // SQLite's LIMIT

OutboxEntry ReadRow(SQLite::Statement& row) {
  OutboxEntry entry;
  entry.position = row.getColumn(0).getInt64();
  entry.state = static_cast<EntryState>(row.getColumn(1).getInt());
  const std::string change = row.getColumn(2).getString();
  // We wrote these bytes, and SQLite's damage is found by its own checks; what cannot be read
  // must not be taken for a change that does nothing.
  if (!entry.change.ParseFromString(change)) throw SQLite::Exception("", SQLITE_CORRUPT);
  if (!row.isColumnNull(3) && !entry.outcome.ParseFromString(row.getColumn(3).getString())) {
    throw SQLite::Exception("", SQLITE_CORRUPT);
  }
  return entry;
}

std::vector<OutboxEntry> ReadRows(SQLite::Statement& statement) {
  std::vector<OutboxEntry> entries;
  while (statement.executeStep()) entries.push_back(ReadRow(statement));
  return entries;
}

std::vector<OutboxEntry> SelectByState(SQLite::Database& db, EntryState state, int limit) {
  SQLite::Statement select(db, kSelectByState);
  select.bind(1, static_cast<int>(state));
  select.bind(2, limit);
  return ReadRows(select);
}

bool NeedsContent(EntryState state) {
  switch (state) {
    case EntryState::kPending:
    case EntryState::kConflict:
    case EntryState::kRefused:
    case EntryState::kParked:
      return true;
    case EntryState::kAccepted:
    case EntryState::kMerged:
    case EntryState::kSuperseded:
    case EntryState::kDismissed:
      return false;
  }
  return true;
}

int64_t Count(SQLite::Database& db, EntryState state) {
  SQLite::Statement count(db, kCount);
  count.bind(1, static_cast<int>(state));
  count.executeStep();
  return count.getColumn(0).getInt64();
}

}  // namespace

std::optional<OutboxEntry> LoadEntry(SQLite::Database& db, absl::string_view change_id) {
  SQLite::Statement select(db, kSelectById);
  select.bind(1, std::string(change_id));
  if (!select.executeStep()) return std::nullopt;
  return ReadRow(select);
}

void InsertEntry(SQLite::Database& db, const v1::Change& change) {
  SQLite::Statement insert(db, kInsert);
  insert.bind(1, change.change_id());
  insert.bind(2, change.record_id());
  insert.bind(3, static_cast<int>(EntryState::kPending));
  BindBlob(insert, 4, change.SerializeAsString());
  insert.exec();
}

void UpdateEntry(SQLite::Database& db, const OutboxEntry& entry) {
  SQLite::Statement update(db, kUpdate);
  update.bind(1, entry.position);
  update.bind(2, static_cast<int>(entry.state));
  v1::Change change = entry.change;
  if (change.has_put() && !NeedsContent(entry.state)) change.mutable_put()->clear_record();
  BindBlob(update, 3, change.SerializeAsString());
  v1::Outcome outcome = entry.outcome;
  outcome.clear_record();
  if (entry.state == EntryState::kPending) {
    update.bind(4);
  } else {
    BindBlob(update, 4, outcome.SerializeAsString());
  }
  update.exec();
}

std::vector<v1::Change> SelectPending(SQLite::Database& db, int limit) {
  std::vector<v1::Change> changes;
  for (OutboxEntry& entry : SelectByState(db, EntryState::kPending, limit)) {
    changes.push_back(std::move(entry.change));
  }
  return changes;
}

std::vector<OutboxEntry> SelectByStates(SQLite::Database& db,
                                        const std::vector<EntryState>& states) {
  std::vector<OutboxEntry> entries;
  for (const EntryState state : states) {
    for (OutboxEntry& entry : SelectByState(db, state, kNoLimit)) {
      entries.push_back(std::move(entry));
    }
  }
  std::sort(entries.begin(), entries.end(),
            [](const OutboxEntry& a, const OutboxEntry& b) { return a.position < b.position; });
  return entries;
}

std::vector<OutboxEntry> SelectByRecord(SQLite::Database& db, absl::string_view record_id) {
  SQLite::Statement select(db, kSelectByRecord);
  select.bind(1, std::string(record_id));
  return ReadRows(select);
}

Backlog CountEntries(SQLite::Database& db) {
  return {Count(db, EntryState::kPending), Count(db, EntryState::kRefused),
          Count(db, EntryState::kParked), Count(db, EntryState::kConflict)};
}

}  // namespace bangfu::client
