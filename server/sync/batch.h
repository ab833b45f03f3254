#ifndef BANGFU_SERVER_SYNC_BATCH_H_
#define BANGFU_SERVER_SYNC_BATCH_H_

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "bangfu/v1/archive.pb.h"
#include "bangfu/v1/change.pb.h"
#include "domain/record/field_values.h"
#include "google/protobuf/message.h"
#include "server/store/person_key.h"
#include "server/store/store.h"

namespace bangfu::server {

// What a transaction finds of records that come from the parent: ones that this node has, or has
// had; or mostly ones that are new here, so that it looks for nothing about those that are absent.
// The store then tells by a collision that one was here before, or that a person of it is in
// another archive, and the transaction is run again.
enum class Expected { kKnown, kNew };

// A record as a transaction knows it: what is stored, with what the transaction has done to it so
// far.
struct WorkingRecord {
  StoredRecord stored;  // body and columns are those before the transaction until Batch::Commit
                        // wrote a revision
  std::unique_ptr<google::protobuf::Message> message;
  // After the oldest base in the batch, oldest first, with those of the batch itself. A deque,
  // because a merge refers to revisions that it met while its own is added.
  std::deque<Revision> history;
  size_t fresh = 0;    // last ones of `history` that are of the batch
  bool dirty = false;  // to be written

  const v1::Archive* archive() const {
    return stored.type == v1::RECORD_TYPE_ARCHIVE ? static_cast<const v1::Archive*>(message.get())
                                                  : nullptr;
  }

  // Says in `history` which fields were new when the record was made, for whoever compares with it.
  // Fields that only an earlier stay of the record on this node had are not among them.
  void KnowFirstFields();
};

// An entry of the conflict log as a transaction knows it.
struct WorkingConflict {
  v1::Conflict entry;
  std::string stored_org;  // where readers of the feed have it; empty for a new entry
  bool fresh = false;      // to be inserted when the store has none with this id
  bool dirty = false;      // to be written
  bool removed = false;    // gone from the log and the feed
};

// A record that is in another org than before the transaction, or came back, or left for good.
struct MovedRecord {
  std::string from;  // empty: it came back
  std::string to;    // empty: it left the node
};

// Person keys of identity numbers, each worked out once. Not thread-safe.
class PersonKeys {
 public:
  explicit PersonKeys(const PersonKeyer& keyer) : keyer_(&keyer) {}
  const std::string& Of(const std::string& identity_number);
  // Takes over what another one under the same key has worked out.
  void Merge(PersonKeys&& other) { keys_.merge(other.keys_); }

 private:
  const PersonKeyer* keyer_;
  std::unordered_map<std::string, std::string> keys_;  // by identity number
};

// What the caller of Batch::Commit has worked out already.
struct KnownOfNext {
  const domain::FieldValues* fields_before = nullptr;  // of the version that is there
  const std::string* body = nullptr;                   // the next version as it is to be stored
};

// Who and when of a revision.
struct Attribution {
  std::string change_id;
  std::string pushed_by;
  v1::Actor actor;
  absl::Time entry_time;
  absl::Time received_time;
};

// The records, persons and numbers that one transaction reads and writes, in memory between one
// read and one write. Shared by what comes from children (push) and from the parent.
class Batch {
 public:
  explicit Batch(PersonKeys keys) : keys_(std::move(keys)) {}
  explicit Batch(const PersonKeyer& keyer) : Batch(PersonKeys(keyer)) {}

  // Reads and locks records, in the order of their ids; those that it has already are passed over.
  // Locks of one call are in order; call it once for everything that is known to be needed.
  absl::Status Lock(Transaction& transaction, std::vector<std::string> ids,
                    Expected expected = Expected::kKnown);
  // Adds the identity numbers of those of the records that are archives.
  void AddPersonsOf(const std::vector<std::string>& ids,
                    std::vector<std::string>& identity_numbers);
  // Reads who of these identity numbers is in a live archive.
  absl::Status LoadPersons(Transaction& transaction,
                           const std::vector<std::string>& identity_numbers);

  // nullptr when there is no such record.
  WorkingRecord* Find(absl::string_view id);

  // All records that the transaction has read or written, by id, as they are now.
  const std::map<std::string, WorkingRecord, std::less<>>& records() const { return records_; }

  // The other live archive that one of the persons of `archive` is in already, leaving out those
  // who were in it `before` (nullptr: a new archive); nullopt when there is none. Writes the
  // person's identity number to `person`.
  std::optional<PersonHolder> FindDuplicate(const v1::Archive& archive, const v1::Archive* before,
                                            std::string& person);

  // Makes `message` the next revision of the record, or its first. `record` is a result of Find, or
  // nullptr to create one of this type and id. Queues it for the feed: in its org, and as gone from
  // the org it had before. Returns the record.
  WorkingRecord& Commit(WorkingRecord* record, v1::RecordType type, absl::string_view id,
                        absl::string_view org, std::unique_ptr<google::protobuf::Message> message,
                        const Attribution& attribution, const KnownOfNext& known = {});

  // Marks a record as changed without a new revision (upstream_revision).
  void Touch(WorkingRecord& record) { record.dirty = true; }

  // Removes a record that left the node's scope. Its entries of the conflict log leave the feed;
  // the node's own log keeps them.
  void Remove(absl::string_view id);

  // Records that moved in this transaction, by id.
  std::map<std::string, MovedRecord> Moved() const;

  // Reads and locks entries of the conflict log, after the records: by id, or all about records.
  absl::Status LockConflicts(Transaction& transaction, const std::vector<std::string>& ids);
  absl::Status LockConflictsOf(Transaction& transaction,
                               const std::vector<std::string>& record_ids);

  // nullptr when the transaction has neither locked nor logged such an entry.
  const v1::Conflict* FindConflict(absl::string_view id) const;
  const std::map<std::string, WorkingConflict, std::less<>>& conflicts() const {
    return conflicts_;
  }

  // Logs a new entry and queues it for the feed. One with a known id is left as it is.
  void LogConflict(v1::Conflict entry);
  // Puts an entry in the place of the one that was locked, or logs it, and queues it for the feed:
  // in its org, and as gone from the org it had before.
  void PutConflict(v1::Conflict entry);
  // Removes an entry that was locked, and queues it as gone from the feed: one of the parent's,
  // which has left with its record.
  void DropConflict(absl::string_view id);

  // Everything to write; records and entries of the conflict log are added to what the caller put
  // in already, with what follows a record that moved (FollowMoves).
  WriteSet& writes() { return writes_; }
  absl::Status Write(Transaction& transaction);

  // The record as it travels.
  static v1::Record Wire(const WorkingRecord& record);

 private:
  absl::Status ReadLastRevisions(Transaction& transaction, const std::vector<std::string>& ids);
  std::vector<std::string> KeysOf(const v1::Archive& archive);
  void RememberPersons(const WorkingRecord& record, const std::vector<std::string>& keys_before);
  void AddConflict(v1::Conflict entry);
  void WriteRevisions(WorkingRecord& record);
  void WritePersons();
  void WriteConflicts();

  PersonKeys keys_;
  std::map<std::string, WorkingRecord, std::less<>> records_;
  // Of records that were removed: one that comes back goes on from there.
  std::map<std::string, int64_t, std::less<>> last_revisions_;
  // Of records that were changed, before the first change; empty for those that were not there.
  std::map<std::string, std::string> orgs_before_;
  std::map<std::string, WorkingConflict, std::less<>> conflicts_;  // by id
  std::map<std::string, PersonHolder> persons_;                    // by person key
  std::map<std::string, std::vector<std::string>>
      keys_of_;                                 // archive id → its keys, when they changed
  std::set<std::string, std::less<>> created_;  // archives that were not there before
  WriteSet writes_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_BATCH_H_
