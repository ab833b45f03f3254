#ifndef BANGFU_CLIENT_REPLICA_REPLICA_H_
#define BANGFU_CLIENT_REPLICA_REPLICA_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "bangfu/v1/audit_service.pb.h"
#include "bangfu/v1/change.pb.h"
#include "bangfu/v1/codes.pb.h"
#include "bangfu/v1/identity.pb.h"
#include "bangfu/v1/org.pb.h"
#include "bangfu/v1/policy.pb.h"
#include "bangfu/v1/sync_service.pb.h"
#include "client/replica/desk_session.h"
#include "client/replica/prepared_batch.h"

namespace bangfu::client {

// Whose replica of which server this is. Fixed when it is made, except for the scope.
struct ReplicaIdentity {
  std::string server_address;  // host:port that it was made with
  std::string server_node;     // name of the parent node
  std::string server_org;      // its org path
  std::string node;            // our name, from our certificate
  std::string org;             // our org path, from our certificate
  std::string scope;           // org path whose subtree we read
  std::string replica_id{};    // UUID of this replica, made with it: empty when it is to be created
};

// Where the replica stands in the parent's feed.
struct SyncState {
  std::string epoch;       // of the feed; empty before the first pull
  std::string cursor;      // empty: from the start
  bool resyncing = false;  // a pull from the start replaces what came from an earlier feed
  absl::Time last_sync = absl::InfinitePast();      // end of the last complete sync
  absl::Time last_verified = absl::InfinitePast();  // end of the last comparison of digests
  std::string failure;  // of the last sync, an ErrorReason or status code; empty: none
  absl::Time failing_since = absl::InfiniteFuture();  // when the first of a row of failures came
};

// A record as it is here.
struct LocalRecord {
  v1::RecordType type = v1::RECORD_TYPE_UNSPECIFIED;
  std::string id;
  std::string org;                       // org path that it belongs to
  int64_t base_revision = 0;             // of the parent; 0 when the parent has not got it
  std::optional<std::string> base_body;  // as the parent has it; nullopt when it has not got it
  std::string body;        // as people see it: the parent's with the pending changes on top
  std::string archive_id;  // of an aid event or visit
  v1::ArchiveStatus status = v1::ARCHIVE_STATUS_UNSPECIFIED;
  std::string number;        // unified number; empty before establishment
  bool left_scope = false;   // gone from our scope, kept for its pending changes
  bool unconfirmed = false;  // not seen yet since the parent's feed began anew
};

struct RecordFilter {
  v1::RecordType type = v1::RECORD_TYPE_ARCHIVE;
  std::string org{};                                          // only its subtree; empty for all
  v1::ArchiveStatus status = v1::ARCHIVE_STATUS_UNSPECIFIED;  // unspecified for all
  std::string after_id{};  // exclusive; records come in the order of their ids
  int limit = 0;           // 0 for all
};

// What became of a change that was entered here. Numbers are stored: never reuse one.
enum class EntryState {
  kPending = 1,     // not answered by the parent
  kAccepted = 2,    // taken as it was
  kMerged = 3,      // taken beside changes of others
  kConflict = 4,    // some fields kept the parent's value; noted until dismissed
  kRefused = 5,     // not taken; correct and retry, or dismiss
  kParked = 6,      // lies in the parent's conflict log for somebody to decide
  kSuperseded = 7,  // refused or parked, and then sent again under another change_id
  kDismissed = 8,   // conflict, refused or parked, and put away by the user
  kSettled = 9,     // conflict or parked, and decided by somebody since
};

// A change that was entered here.
struct OutboxEntry {
  int64_t position = 0;  // order of entry
  EntryState state = EntryState::kPending;
  v1::Change change;    // without the record of a put once nobody needs it any more
  v1::Outcome outcome;  // without its record; empty before the first answer
  v1::Receipt receipt;  // how far up it has got, as the parent said last; empty when it did not
};

// A change for the next push.
struct PendingChange {
  v1::Change change;
  // Set when the parent had answered it in an earlier epoch and has to be told.
  std::optional<v1::Reoffer> reoffer;
};

// How many changes wait for whom.
struct Backlog {
  int64_t pending = 0;                         // for the next push
  int64_t refused = 0;                         // for the user
  int64_t parked = 0;                          // for somebody at the parent
  int64_t conflicts = 0;                       // for the user to look at
  absl::Time oldest = absl::InfiniteFuture();  // entry time of the first pending change
};

// The local replica of a desktop: records of its scope and the changes that were entered here, in
// one SQLite file that only its owner can read, and whose contents are sealed under a key file
// beside it. What was written survives a crash of the machine;
// every method takes effect as a whole or not at all. Several processes may use one file; they wait
// a few seconds for one another. Not for use by several threads at once.
//
// Errors of every method beside its own: RESOURCE_EXHAUSTED (disk full), PERMISSION_DENIED (folder
// or file may not be written), ABORTED (another command holds the file; try again), DATA_LOSS (the
// file is damaged), all with texts for the user.
class Replica {
 public:
  // Makes a new replica; the file appears only when it is complete. ALREADY_EXISTS.
  static absl::StatusOr<std::unique_ptr<Replica>> Create(const std::string& path,
                                                         const ReplicaIdentity& identity,
                                                         const v1::OrgTree& orgs);

  // Opens a replica. NOT_FOUND when there is none (join first); FAILED_PRECONDITION when a newer
  // program wrote it, it is not a replica, or its key file is missing or another one.
  static absl::StatusOr<std::unique_ptr<Replica>> Open(const std::string& path);

  ~Replica();
  Replica(const Replica&) = delete;
  Replica& operator=(const Replica&) = delete;

  const std::string& path() const;

  absl::StatusOr<ReplicaIdentity> Identity() const;
  absl::StatusOr<SyncState> GetSyncState() const;
  absl::StatusOr<v1::OrgTree> OrgTree() const;
  // Replaces the tree by one of a higher version; any other changes nothing.
  absl::Status SaveOrgTree(const v1::OrgTree& orgs);
  // The policy data as the parent gave them; version 0 before the first time.
  absl::StatusOr<v1::PolicySet> PolicySet() const;
  // Replaces them by those of a higher version; any other changes nothing.
  absl::Status SavePolicySet(const v1::PolicySet& set);
  absl::Status SaveServerAddress(absl::string_view address);

  // Records changes that were entered here, in order, all or none. base_revision is the
  // LocalRecord::base_revision that the writer saw; 0 stands for the one that is here now. A put on
  // a draft that the parent refused is sent as a new creation with the whole record and supersedes
  // the refused ones. Errors: INVALID_ARGUMENT when a change is malformed, does not fit its record
  // or is larger than
  //         limits::kMaxRecordBytes · ALREADY_EXISTS when a change_id was used before · NOT_FOUND
  //         when a step or an edit is about a record that is not here · FAILED_PRECONDITION when
  //         the record has left our scope · RESOURCE_EXHAUSTED OUTBOX_FULL above limits::kMaxOutbox
  absl::Status Append(const std::vector<v1::Change>& changes);

  // Sends `corrected` in the place of a refused or parked change, as Append does; its change_id is
  // new and its record the same. NOT_FOUND when there is no such refused or parked change.
  absl::Status Retry(absl::string_view change_id, const v1::Change& corrected);

  // Puts a refused, parked or conflicting change away. A draft that only it kept is removed.
  // NOT_FOUND when there is no such change.
  absl::Status Dismiss(absl::string_view change_id);

  // NOT_FOUND when there is none.
  absl::StatusOr<LocalRecord> GetRecord(absl::string_view id) const;
  absl::StatusOr<std::vector<LocalRecord>> ListRecords(const RecordFilter& filter) const;
  // Aid events and visits of the archives with ids from `first_id` to `last_id`, both included, in
  // the order of those ids: of one archive, or with pages of ListRecords all cases in one pass.
  absl::StatusOr<std::vector<LocalRecord>> ListCaseRecords(absl::string_view first_id,
                                                           absl::string_view last_id) const;
  absl::StatusOr<int64_t> CountRecords(v1::RecordType type) const;
  // The archive with that unified number; NOT_FOUND.
  absl::StatusOr<LocalRecord> FindByNumber(absl::string_view number) const;
  // Live archives in which the person is the worker or a member, in the order of their ids.
  // `identity_number` is normalised.
  absl::StatusOr<std::vector<std::string>> FindPerson(absl::string_view identity_number) const;

  // The first pending changes: reoffers, then the others, each in order of entry. Those about a
  // record that the parent has lost wait until whoever made it has brought it back.
  absl::StatusOr<std::vector<PendingChange>> Pending(int limit) const;
  // The same, but only of `people`, by account, and without those that build upon a change of
  // somebody else that waits.
  absl::StatusOr<std::vector<PendingChange>> PendingOf(const std::set<std::string>& people,
                                                       int limit) const;
  // How many pending changes PendingOf leaves out, by account of the person whom they wait for.
  absl::StatusOr<std::map<std::string, int64_t>> HeldBack(
      const std::set<std::string>& people) const;
  // Records with pending changes, without repetition.
  absl::StatusOr<std::vector<std::string>> PendingRecords(int limit) const;
  // Changes that were taken by the parent, but whose way goes on above it: oldest first.
  absl::StatusOr<std::vector<std::string>> UnsettledChanges(int limit) const;
  // Receipts of changes that are not here change nothing.
  absl::Status SaveReceipts(const std::vector<v1::Receipt>& receipts);
  // Forgets the contents of changes that were answered before `before` (limits::kReofferLife), but
  // for those that wait for the user.
  absl::Status PurgeAnswered(absl::Time before);

  // Entries of the conflict log as the parent has them, newest first: only of this record, only in
  // this state, where given. At most `limit`.
  absl::StatusOr<std::vector<v1::Conflict>> ListConflicts(absl::string_view record_id,
                                                          v1::ConflictState state, int limit) const;
  // NOT_FOUND.
  absl::StatusOr<v1::Conflict> GetConflict(absl::string_view id) const;
  absl::StatusOr<Backlog> GetBacklog() const;
  // Entries in these states in order of entry.
  absl::StatusOr<std::vector<OutboxEntry>> Outbox(const std::vector<EntryState>& states) const;
  // All entries about the record in order of entry: what was done to it here.
  absl::StatusOr<std::vector<OutboxEntry>> History(absl::string_view record_id) const;
  // NOT_FOUND.
  absl::StatusOr<OutboxEntry> GetEntry(absl::string_view change_id) const;

  // Takes the parent's answers: `outcomes` is as long as `changes` and in its order. Changes that
  // were answered before stay as they are, so it may be repeated.
  absl::Status ApplyOutcomes(const std::vector<v1::Change>& changes,
                             const std::vector<v1::Outcome>& outcomes);

  // Takes a batch of a pull together with its cursor. May be repeated. An entry of the conflict log
  // that somebody has decided settles the change of ours that it is about.
  absl::Status ApplyBatch(v1::PullResponse batch);
  // What can be worked out of a batch without the file; may run while another thread applies one.
  PreparedBatch Prepare(v1::PullResponse batch) const;
  // As ApplyBatch for several that follow each other, all or none.
  absl::Status ApplyBatches(absl::Span<const PreparedBatch> batches);

  // The first contact with the feed `epoch`: remembers it. When the replica followed another feed,
  // or `scope` is another, all is to be compared, or pulled from the start, until SetCursor or
  // FinishPull; what comes replaces records even when their revisions are lower.
  absl::Status FollowFeed(absl::string_view epoch, absl::string_view scope);
  // Forgets the cursor, so that the next pull starts at the beginning.
  absl::Status RestartFeed();

  // Comparison with the parent (client/reconcile): what the parent has given us, as it is in the
  // file. Bodies are read and hashed anew, so that damage is found.
  absl::StatusOr<std::vector<v1::DigestSum>> DigestSums() const;
  absl::StatusOr<std::vector<v1::DigestLeaf>> DigestLeaves(const std::vector<int>& buckets) const;
  // The records of these buckets are as the parent has them: not in doubt any more.
  absl::Status ConfirmBuckets(const std::vector<int>& buckets);
  // A repair came to its end: all records are as the parent has them, but for these.
  absl::Status ConfirmAllBut(const std::vector<std::string>& ids);
  // Takes records whatever their revisions say, and lets go of those that have left.
  absl::Status ApplyRepair(const std::vector<v1::Record>& records,
                           const std::vector<std::string>& left_ids);
  // Takes entries of the conflict log that were asked for, and lets go of those that are gone.
  absl::Status ApplyConflicts(const std::vector<v1::Conflict>& conflicts,
                              const std::vector<std::string>& left_ids);
  // Goes on from there: what lies before it was compared. Lets go of records in doubt that lie
  // outside our scope.
  absl::Status SetCursor(absl::string_view cursor);
  // The parent began a new epoch: changes that it had answered wait again, before all others, as
  // reoffers. Returns how many.
  absl::StatusOr<int64_t> RequeueAnswered();

  // Why the last sync failed, for status: empty after one that was complete.
  absl::Status NoteSyncFailure(absl::string_view reason, absl::Time now);
  // The replica was compared with the parent.
  absl::Status NoteVerified(absl::Time now);

  // Ends a pull that reached the end of the feed at `now`. After a pull from the start, records
  // that it did not bring are removed when they lie outside our scope; the others stay as
  // unconfirmed. Returns how many are unconfirmed.
  absl::StatusOr<int64_t> FinishPull(absl::Time now);

  // Inserts or replaces the session of a person, who then is the last who signed in.
  absl::Status SaveSession(const DeskSession& session);
  // The last who signed in comes first. Persons are as the directory has them; the token of a
  // session that the directory ended is empty.
  absl::StatusOr<std::vector<DeskSession>> Sessions() const;
  // The token is void; the person may go on entering.
  absl::Status EndSession(absl::string_view person_id);
  // The person is not at this desk any more.
  absl::Status RemoveSession(absl::string_view person_id);

  // Of the accounts here; 0 before the first time.
  absl::StatusOr<int64_t> DirectoryVersion() const;
  // Replaces the accounts.
  absl::Status SaveDirectory(const v1::Directory& directory);
  // nullopt when the directory, as it is here, has no such account.
  absl::StatusOr<std::optional<v1::Person>> FindAccount(absl::string_view person_id) const;

  // Notes what somebody read in detail, for the parent's audit log. `entry` has a report_id.
  absl::Status NoteRead(const v1::AuditEntry& entry);
  // The oldest that were not removed.
  absl::StatusOr<std::vector<v1::AuditEntry>> UnreportedReads(int limit) const;
  absl::Status RemoveReads(absl::Span<const v1::AuditEntry> entries);

 private:
  class Impl;
  explicit Replica(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_REPLICA_REPLICA_H_
