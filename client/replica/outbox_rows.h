#ifndef BANGFU_CLIENT_REPLICA_OUTBOX_ROWS_H_
#define BANGFU_CLIENT_REPLICA_OUTBOX_ROWS_H_

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "client/replica/replica.h"

// The table outbox. Everything here throws SQLite::Exception and runs inside the caller's
// transaction.
namespace bangfu::client {

// An entry with what only the replica knows of it.
struct OutboxRow {
  OutboxEntry entry;
  // Its state before the parent began anew, while it is pending as a reoffer; then the outcome of
  // before is still there.
  std::optional<EntryState> reoffered;
  std::string number;                     // unified number that the answer gave
  std::string answered_epoch;             // in which feed the parent answered
  std::optional<absl::Time> answered_at;  // by the parent's clock
  bool settled = false;                   // nothing more will come from above
  bool purged = false;                    // the content is gone, it cannot be sent again

  bool pending() const { return entry.state == EntryState::kPending; }
};

// Whether the change is a put of a whole new record.
bool IsCreation(const v1::Change& change);

std::optional<OutboxRow> LoadEntry(SQLite::Database& db, absl::string_view change_id);

// Appends a pending change.
void InsertEntry(SQLite::Database& db, const v1::Change& change);

// Writes the row at its position. The record of the outcome is left out; so is that of a put that
// was superseded or put away unless the parent has taken a part of it, so that personal data is not
// kept without need.
void UpdateEntry(SQLite::Database& db, OutboxRow row);

// The first pending changes: reoffers, then the others, each in order of entry. Left out are those
// about a record, or something of an archive, that the parent has lost and that somebody else has
// to bring back first.
std::vector<PendingChange> SelectPending(SQLite::Database& db, int limit);
std::vector<std::string> SelectPendingRecords(SQLite::Database& db, int limit);
int64_t CountPending(SQLite::Database& db);
std::vector<OutboxEntry> SelectByStates(SQLite::Database& db,
                                        const std::vector<EntryState>& states);
std::vector<OutboxRow> SelectByRecord(SQLite::Database& db, absl::string_view record_id);
Backlog CountEntries(SQLite::Database& db);
// Removes the pending changes of a record.
void DeletePending(SQLite::Database& db, absl::string_view record_id);

// Changes that the parent has taken and whose way above it is not known to its end.
std::vector<std::string> SelectUnsettled(SQLite::Database& db, int limit);
// Saves a receipt; one of a change that is not here changes nothing.
void TakeReceipt(SQLite::Database& db, const v1::Receipt& receipt);
// Strips what was answered before `before` of the content that nobody needs any more.
void PurgeEntries(SQLite::Database& db, absl::Time before);
// Puts what the parent took in another feed than `epoch` back in line. Returns how many.
int64_t RequeueEntries(SQLite::Database& db, absl::string_view epoch);
// Records with reoffers in line.
std::vector<std::string> SelectReofferedRecords(SQLite::Database& db);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_REPLICA_OUTBOX_ROWS_H_
