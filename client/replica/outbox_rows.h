#ifndef BANGFU_CLIENT_REPLICA_OUTBOX_ROWS_H_
#define BANGFU_CLIENT_REPLICA_OUTBOX_ROWS_H_

#include <SQLiteCpp/Database.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "client/replica/replica.h"

// The table outbox. Everything here throws SQLite::Exception and runs inside the caller's
// transaction.
namespace bangfu::client {

std::optional<OutboxEntry> LoadEntry(SQLite::Database& db, absl::string_view change_id);

// Appends a pending change.
void InsertEntry(SQLite::Database& db, const v1::Change& change);

// Writes state, change and outcome of the entry at its position. The record of the outcome is left
// out; so is that of a put once nobody needs it any more, so that personal data is not kept twice.
void UpdateEntry(SQLite::Database& db, const OutboxEntry& entry);

std::vector<v1::Change> SelectPending(SQLite::Database& db, int limit);
std::vector<OutboxEntry> SelectByStates(SQLite::Database& db,
                                        const std::vector<EntryState>& states);
std::vector<OutboxEntry> SelectByRecord(SQLite::Database& db, absl::string_view record_id);
Backlog CountEntries(SQLite::Database& db);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_REPLICA_OUTBOX_ROWS_H_
