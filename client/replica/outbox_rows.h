#ifndef BANGFU_CLIENT_REPLICA_OUTBOX_ROWS_H_
#define BANGFU_CLIENT_REPLICA_OUTBOX_ROWS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "client/replica/replica.h"
#include "client/replica/sealed_database.h"

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

// Places of the parts of an entry, for their seals.
std::string ChangePlace(absl::string_view change_id);
std::string OutcomePlace(absl::string_view change_id);

// Whether the change is a put of a whole new record.
bool IsCreation(const v1::Change& change);

std::optional<OutboxRow> LoadEntry(SealedDatabase& db, absl::string_view change_id);

// Appends a pending change.
void InsertEntry(SealedDatabase& db, const v1::Change& change);

// Writes the row at its position. The record of the outcome is left out; so is that of a put that
// was superseded or put away unless the parent has taken a part of it, so that personal data is not
// kept without need.
void UpdateEntry(SealedDatabase& db, OutboxRow row);

// The first pending changes: reoffers, then the others, each in order of entry. Left out are those
// about a record, or something of an archive, that the parent has lost and that somebody else has
// to bring back first.
// With `people`, only changes that these made, and none that builds upon one that is left out:
// about the same record, or about something of an archive.
std::vector<PendingChange> SelectPending(SealedDatabase& db, int limit,
                                         const std::set<std::string>* people = nullptr);
// How many pending changes wait for others than `people`, by account of the person they wait for.
std::map<std::string, int64_t> CountHeldBack(SealedDatabase& db,
                                             const std::set<std::string>& people);
std::vector<std::string> SelectPendingRecords(SealedDatabase& db, int limit);
int64_t CountPending(SealedDatabase& db);
std::vector<OutboxEntry> SelectByStates(SealedDatabase& db, const std::vector<EntryState>& states);
std::vector<OutboxRow> SelectByRecord(SealedDatabase& db, absl::string_view record_id);
Backlog CountEntries(SealedDatabase& db);
// Removes the pending changes of a record.
void DeletePending(SealedDatabase& db, absl::string_view record_id);

// Changes that the parent has taken and whose way above it is not known to its end.
std::vector<std::string> SelectUnsettled(SealedDatabase& db, int limit);
// Saves a receipt; one of a change that is not here changes nothing.
void TakeReceipt(SealedDatabase& db, const v1::Receipt& receipt);
// Strips what was answered before `before` of the content that nobody needs any more.
void PurgeEntries(SealedDatabase& db, absl::Time before);
// Puts what the parent took in another feed than `epoch` back in line. Returns how many.
int64_t RequeueEntries(SealedDatabase& db, absl::string_view epoch);
// Records with reoffers in line.
std::vector<std::string> SelectReofferedRecords(SealedDatabase& db);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_REPLICA_OUTBOX_ROWS_H_
