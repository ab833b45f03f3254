#ifndef BANGFU_CLIENT_REPLICA_RECORD_ROWS_H_
#define BANGFU_CLIENT_REPLICA_RECORD_ROWS_H_

#include <SQLiteCpp/Statement.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "client/replica/prepared_batch.h"
#include "client/replica/replica.h"
#include "client/replica/sealed_database.h"

// The tables record and person. Everything here throws SQLite::Exception and runs inside the
// caller's transaction.
namespace bangfu::client {

// Why the parent's version of a record is in doubt. Numbers are stored: never reuse one.
enum class Unseen {
  kNo = 0,
  kSameFeed = 1,     // not seen since the pull began anew; revisions still compare
  kEarlierFeed = 2,  // from a feed that is gone; its revisions mean nothing now
  kAwaited = 3,      // so, too, and the parent has lost the record: who made it offers it again
};

constexpr bool IsForeign(Unseen unseen) { return unseen >= Unseen::kEarlierFeed; }

struct RecordRow {
  LocalRecord record;
  Unseen unseen = Unseen::kNo;
  const PreparedBase* prepared = nullptr;  // of base_body; may be there, and outlives the row
};

void BindBlob(SQLite::Statement& statement, int index, absl::string_view bytes);

// Places of a record's two bodies, for their seals.
std::string BodyPlace(absl::string_view id);
std::string BaseBodyPlace(absl::string_view id);
// What a column holds unsealed; what was damaged as it lies there: nobody can read that, and a
// comparison with the parent finds it.
std::string UnsealBody(const SealedDatabase& db, const SQLite::Column& column,
                       absl::string_view place);

// What people see of a record, from its column `body`: that is empty when nothing was entered on
// top of the parent's version. `base` is that version, nullptr when the parent has not got the
// record.
std::string UnsealSeen(const SealedDatabase& db, const SQLite::Column& column, absl::string_view id,
                       const std::string* base);

std::optional<RecordRow> LoadRecord(SealedDatabase& db, absl::string_view id);

// Thread-safe: needs no more than the keys.
PreparedBase PrepareBase(const ReplicaKeys& keys, const v1::Record& theirs);

// Inserts or replaces the row; status, number, archive and persons are read from its body. A body
// that cannot be read here (a newer program wrote it) is kept as it is, without them.
void StoreRecord(SealedDatabase& db, const RecordRow& row);

void DeleteRecord(SealedDatabase& db, absl::string_view id);

std::vector<LocalRecord> SelectRecords(SealedDatabase& db, const RecordFilter& filter);
std::vector<LocalRecord> SelectCaseRecords(SealedDatabase& db, absl::string_view first_id,
                                           absl::string_view last_id);
std::optional<LocalRecord> SelectByNumber(SealedDatabase& db, absl::string_view number);
std::vector<std::string> SelectByPerson(SealedDatabase& db, absl::string_view identity_number);

int64_t CountByType(SealedDatabase& db, v1::RecordType type);

// Puts the parent's version of every record in doubt; one that was stays so for the graver reason.
void MarkUnseen(SealedDatabase& db, Unseen reason);
void ClearUnseen(SealedDatabase& db, absl::string_view id);
// What is left of an earlier feed now that the parent's version of all others is here is awaited.
void AwaitForeign(SealedDatabase& db);
// Ids of the records whose parent's version is in doubt.
std::vector<std::string> SelectUnseen(SealedDatabase& db);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_REPLICA_RECORD_ROWS_H_
