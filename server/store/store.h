#ifndef BANGFU_SERVER_STORE_STORE_H_
#define BANGFU_SERVER_STORE_STORE_H_

#include <google/protobuf/repeated_field.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "bangfu/v1/audit_service.pb.h"
#include "bangfu/v1/change.pb.h"
#include "bangfu/v1/codes.pb.h"
#include "bangfu/v1/org.pb.h"
#include "bangfu/v1/policy.pb.h"
#include "bangfu/v1/sync_service.pb.h"
#include "base/limits.h"
#include "domain/record/field_values.h"

// The authoritative store of a node. Implemented on PostgreSQL (store/postgres); the sync core
// knows only this.
//
// Errors of every method: UNAVAILABLE STORE_UNAVAILABLE (the outcome of a commit is unknown),
// INTERNAL. Texts of the driver never leave the implementation.
namespace bangfu::server {

// What SQL filters, constrains and counts; extracted from the record when it is written.
struct RecordColumns {
  std::string archive_id;  // of an aid event or visit: foreign key
  v1::ArchiveStatus status = v1::ARCHIVE_STATUS_UNSPECIFIED;
  v1::Tier tier = v1::TIER_UNSPECIFIED;
  v1::HardshipCategory category = v1::HARDSHIP_CATEGORY_UNSPECIFIED;  // determined, else claimed
  std::string number;   // unified number, unique; empty before establishment
  std::string on_date;  // ISO day: filed, aided, visited; may be empty
};

struct StoredRecord {
  v1::RecordType type = v1::RECORD_TYPE_UNSPECIFIED;
  std::string id;
  int64_t revision = 0;           // of this node, from 1
  int64_t upstream_revision = 0;  // of the parent, last one seen; 0 when the parent has not got it
  std::string org;
  std::string body;
  RecordColumns columns;
};

// One accepted revision: audit trail and merge base. Append-only.
struct Revision {
  std::string record_id;
  int64_t revision = 0;
  std::string change_id;  // empty for what came down from the parent
  std::string pushed_by;  // Principal::Key of the child, or kFromUpstream
  v1::Actor actor;
  absl::Time entry_time;
  absl::Time received_time;
  // The record was not there before and every field of it is new. The store keeps that instead of
  // their names, which WorkingRecord finds when somebody compares.
  bool creates = false;
  domain::FieldEdits before;  // previous values of the fields that changed
};
inline constexpr char kFromUpstream[] = "upstream";

// A change_id that was answered.
struct LoggedChange {
  std::string change_id;
  std::string record_id;
  std::string pushed_by;
  std::string
      digest;  // of the change without base_revision: the same id for something else is refused
  v1::Outcome outcome;     // without its record
  bool forwarded = false;  // it went into the line to the parent: the receipt is to follow
};

// The live archive that a person leads or belongs to.
struct PersonHolder {
  std::string archive_id;
  std::string org;
};

struct CounterKey {
  std::string prefix;
  int year = 0;
  friend auto operator<=>(const CounterKey&, const CounterKey&) = default;
};

// A row for the sequencer. Upsert: the record has a new revision in `org`. Leave: it is gone from
// `org`; the store remembers for ever that it was there (FormerOrgs). The same for entries of the
// conflict log, whose id stands in record_id, without memory and revision.
struct QueueEntry {
  enum class Kind { kUpsert = 1, kLeave = 2, kConflict = 3, kConflictLeave = 4 };  // stored
  Kind kind = Kind::kUpsert;
  std::string record_id;
  int64_t revision = 0;
  std::string org;
};

// A change on its way to the parent.
struct UpstreamChange {
  int64_t position = 0;  // order of the queue; given by the store
  v1::Change change;     // base_revision in revisions of the parent
  bool reoffer = false;  // entered before the parent began its present epoch
};

// Everything that one transaction writes, in one round trip per table.
struct WriteSet {
  std::vector<StoredRecord> records;         // inserted or replaced by id
  std::vector<std::string> removed_records;  // ids; their history stays
  std::vector<Revision> revisions;
  std::vector<LoggedChange> changes;
  std::vector<v1::Conflict> conflicts;         // inserted; one with a known id is left as it is
  std::vector<v1::Conflict> conflict_updates;  // replaced by id, inserted when there is none
  std::vector<std::string> removed_conflicts;  // ids: they have left with their record
  std::vector<v1::Receipt> receipts;  // how far up forwarded changes have got; by change_id
  std::vector<std::pair<std::string, std::vector<std::string>>>
      persons;  // archive id → all its person keys now
  std::vector<std::pair<std::string, std::vector<std::string>>>
      new_persons;                                   // the same of archives that were not there
  std::vector<std::pair<CounterKey, int>> counters;  // last sequence given
  std::vector<std::pair<std::string, std::string>>
      prefixes;                      // prefix → org; frozen by its first use (A4)
  std::vector<QueueEntry> queue;     // in this order
  std::vector<v1::Change> upstream;  // appended to the upstream queue, in this order
  // Positions that the parent has answered: out of the line, kept until PurgeSent for a parent that
  // loses them.
  std::vector<int64_t> upstream_done;
  std::vector<std::pair<int64_t, v1::Outcome>>
      upstream_refused;  // positions to keep, out of the line, with the reason
  std::optional<std::string> upstream_cursor;  // cursor of the pull from the parent
  std::vector<v1::AuditEntry> audit;           // what this was, for the audit log
  // The parent sends it again if it is lost: nobody waits for the disk. After a crash it may be
  // gone, as a whole and with everything that was written after it.
  bool comes_again = false;
};

// One transaction, read committed. Not for use by several threads.
class Transaction {
 public:
  virtual ~Transaction() = default;

  // Outcomes of change_ids that were answered before; unknown ones are absent.
  virtual absl::StatusOr<std::map<std::string, LoggedChange>> FindChanges(
      const std::vector<std::string>& change_ids) = 0;

  // Locks the records for update in the order of their ids and returns them; unknown ids are
  // absent.
  virtual absl::StatusOr<std::map<std::string, StoredRecord>> LockRecords(
      const std::vector<std::string>& ids) = 0;

  // Revisions of each record after the given one, by record and revision.
  virtual absl::StatusOr<std::vector<Revision>> RevisionsSince(
      const std::vector<std::pair<std::string, int64_t>>& records) = 0;

  // Live archives that the persons lead or belong to, by person key.
  virtual absl::StatusOr<std::map<std::string, PersonHolder>> FindPersons(
      const std::vector<std::string>& keys) = 0;

  // Aid events and visits of the archives, by archive and id. They are not locked: whoever adds one
  // locks its archive first.
  virtual absl::StatusOr<std::vector<StoredRecord>> ChildrenOf(
      const std::vector<std::string>& archive_ids) = 0;

  // Archives that carry the numbers, by number.
  virtual absl::StatusOr<std::map<std::string, std::string>> FindNumbers(
      const std::vector<std::string>& numbers) = 0;

  // Locks the counters, in order, until the end of the transaction; returns the last sequence given
  // (0 for none).
  virtual absl::StatusOr<std::map<CounterKey, int>> LockCounters(
      const std::vector<CounterKey>& keys) = 0;

  // Changes of these records that the parent has not answered, in order, by record.
  virtual absl::StatusOr<std::map<std::string, std::vector<v1::Change>>> PendingUpstream(
      const std::vector<std::string>& record_ids) = 0;

  // Entries of the conflict log, locked, by id; unknown ones are absent.
  virtual absl::StatusOr<std::map<std::string, v1::Conflict>> LockConflicts(
      const std::vector<std::string>& ids) = 0;

  // Entries of the conflict log about these records, locked, in the order of their ids.
  virtual absl::StatusOr<std::vector<v1::Conflict>> LockConflictsOf(
      const std::vector<std::string>& record_ids) = 0;

  // Orgs that the records have left, by record; records that never left one are absent.
  virtual absl::StatusOr<std::map<std::string, std::vector<std::string>>> FormerOrgs(
      const std::vector<std::string>& record_ids) = 0;

  virtual absl::Status Write(const WriteSet& writes) = 0;
};

struct FeedState {
  std::string epoch;        // changes when the feed begins anew
  absl::Time epoch_began;   // by the clock of the database
  int64_t head = 0;         // last feed_seq
  int64_t floor = 0;        // a cursor below it has missed rows that were compacted
  int64_t unsequenced = 0;  // rows that wait for the sequencer, at most kMaxUnsequencedCount
};
inline constexpr int64_t kMaxUnsequencedCount = 100000;

// Of the records of one page, in bytes of their bodies; small, because a reader that stalls keeps
// one in memory. A record that is larger comes alone.
inline constexpr int64_t kMaxFeedPageBytes = limits::kMaxPullPageBytes;

// Where a page of the feed stands.
struct FeedPlace {
  std::string epoch;
  int64_t floor = 0;       // see FeedState
  int64_t head = 0;        // last feed_seq when it was read
  int64_t next_seq = 0;    // cursor after this page
  bool caught_up = false;  // nothing more when it was read
};

// A page of the feed. A record appears when the row is about its present revision; otherwise a
// later row brings it.
struct FeedPage : FeedPlace {
  google::protobuf::RepeatedPtrField<v1::Record> records;  // as they are now, and as they travel
  std::vector<std::string> left_record_ids;
  std::vector<v1::Conflict> conflicts;  // as they are now
  std::vector<std::string> left_conflict_ids;
};

// A page that was read, and not opened yet. The next one can be read meanwhile: where that begins
// is known.
struct SealedFeedPage : FeedPlace {
  // What is in it, as it was read; once, and while the store is there. DATA_LOSS when a value does
  // not open.
  absl::AnyInvocable<absl::StatusOr<FeedPage>() &&> open;
};

struct RecordQuery {
  v1::RecordType type = v1::RECORD_TYPE_ARCHIVE;
  std::string scope;  // org path: only its subtree
  v1::ArchiveStatus status = v1::ARCHIVE_STATUS_UNSPECIFIED;
  std::string archive_id;  // only records of this archive
  std::string after_id;    // exclusive
  int limit = 0;
};

struct ConflictQuery {
  std::string scope;
  std::string record_id;
  v1::ConflictState state = v1::CONFLICT_STATE_UNSPECIFIED;
  int64_t before = 0;  // exclusive position; 0 for the newest
  int limit = 0;
};

struct ConflictPage {
  std::vector<v1::Conflict> conflicts;  // newest first
  int64_t next_before = 0;              // 0 on the last page
};

struct UpstreamState {
  std::string cursor;
  int64_t pending = 0;                       // changes in the line
  int64_t refused = 0;                       // changes that the parent refused or parked
  int64_t first = 0;                         // position of the first change in the line; 0 for none
  absl::Time synced = absl::InfinitePast();  // last complete sync with the parent
  absl::Time verified = absl::InfinitePast();  // last comparison of digests that ended well
};

// Whose leaves a digest is of: those that this node gives to its children, or those that it should
// have of its parent (records that the parent has, with the parent's revision).
enum class DigestSide { kOwn, kUpstream };

// A child as it showed itself at its last call.
struct ChildContact {
  std::string key;    // Principal::Key
  std::string scope;  // what it reads
  absl::Time seen;
  std::optional<int64_t> acknowledged;       // cursor of its last pull, of the present epoch
  std::optional<int64_t> pending;            // changes that wait there
  std::vector<std::string> pending_records;  // with `pending`: their records, as many as it named
};

// What is known of a change for its receipt.
struct ChangeTrace {
  LoggedChange logged;
  bool waiting = false;  // in the line to the parent
  v1::Receipt receipt;   // hops above this node; empty until the parent has answered
};

// Something new in the feed.
struct FeedNews {
  int64_t head = 0;
  std::vector<std::string> orgs;  // of the new rows, without repetition
  bool everywhere = false;        // too many to name
};

// Hears of the feed's growth. Starts at the head of the feed when it was opened.
class FeedListener {
 public:
  virtual ~FeedListener() = default;
  // Waits until the feed has grown since the last call, at most `timeout`; without orgs when
  // nothing is new.
  virtual absl::StatusOr<FeedNews> Wait(absl::Duration timeout) = 0;
};

// Rows that one ResealBatch of the background looks at: some 30 ms.
inline constexpr int kResealBatch = 200;

// Moves committed queue rows into the feed. One at a time per database: others stay passive until
// it is gone.
class SequencerSession {
 public:
  virtual ~SequencerSession() = default;
  // Whether this session is the one; takes the place when it is free.
  virtual absl::StatusOr<bool> Lead() = 0;
  // Moves at most `limit` rows in one transaction; returns how many.
  virtual absl::StatusOr<int64_t> Sequence(int limit) = 0;
  // Sleeps until something is queued, at most `timeout`.
  virtual absl::Status Wait(absl::Duration timeout) = 0;
};

class Store {
 public:
  virtual ~Store() = default;

  // Runs `body` in a transaction and commits when it returns OK. The body is run again, up to
  // limits::kMaxTxnAttempts times, when transactions collide (serialization, deadlock, unique key):
  // it must keep no state from a run before. Errors beside the body's own: ABORTED
  // TRANSACTION_CONFLICT.
  virtual absl::Status Transact(absl::FunctionRef<absl::Status(Transaction&)> body) = 0;

  virtual absl::StatusOr<FeedState> GetFeedState() = 0;
  // At most `limit` feed rows of the subtree `scope` after `after_seq`, and at most
  // kMaxFeedPageBytes. An `after_seq` beyond the head is not of this feed: the page is empty.
  virtual absl::StatusOr<SealedFeedPage> FetchFeed(absl::string_view scope, int64_t after_seq,
                                                   int limit) = 0;
  // The same page, opened.
  absl::StatusOr<FeedPage> ReadFeed(absl::string_view scope, int64_t after_seq, int limit) {
    absl::StatusOr<SealedFeedPage> page = FetchFeed(scope, after_seq, limit);
    if (!page.ok()) return page.status();
    return std::move(page->open)();
  }
  virtual absl::StatusOr<std::unique_ptr<SequencerSession>> OpenSequencer() = 0;
  virtual absl::StatusOr<std::unique_ptr<FeedListener>> OpenFeedListener() = 0;

  // Begins a new epoch of the feed: its numbers no longer mean what children remember.
  virtual absl::Status BeginEpoch() = 0;
  // The same when this database is not the one that it was: restored into another cluster, or
  // promoted, or recovered to a point in time. Returns whether it did.
  virtual absl::StatusOr<bool> BeginEpochIfMoved() = 0;

  // Removes rows of the feed that no child needs: at or before what every child that was seen after
  // `live_after` has acknowledged (the head when there is none), those that a later row of the same
  // record and org has replaced, and all that tell of a leave. Raises the floor accordingly. Looks
  // at `limit` rows at most; returns how many are gone.
  virtual absl::StatusOr<int64_t> CompactFeed(absl::Time live_after, int limit) = 0;

  // Remembers what a child showed; what it did not show stays as it was.
  virtual absl::Status NoteChild(const ChildContact& contact) = 0;
  // Children whose scope lies within `scope`, by key.
  virtual absl::StatusOr<std::vector<ChildContact>> ListChildren(absl::string_view scope) = 0;

  // One level of the hash tree over a scope (domain/digest): sums of the top buckets, or of the
  // buckets in `buckets` (top buckets).
  virtual absl::StatusOr<std::vector<v1::DigestSum>> DigestSums(
      absl::string_view scope, DigestSide side, v1::DigestLevel level,
      const std::vector<int>& buckets) = 0;
  // Leaves of buckets, by id.
  virtual absl::StatusOr<std::vector<v1::DigestLeaf>> DigestLeaves(
      absl::string_view scope, DigestSide side, const std::vector<int>& buckets) = 0;
  // Records by id, at most kMaxFeedPageBytes in all (but one at least); those outside the scope and
  // those that did not fit are absent.
  virtual absl::StatusOr<std::vector<StoredRecord>> GetRecords(
      absl::string_view scope, const std::vector<std::string>& ids) = 0;
  // Which of the ids are records within the scope, without reading them; and which were once.
  struct Whereabouts {
    std::vector<std::string> inside;
    std::vector<std::string> left;
  };
  virtual absl::StatusOr<Whereabouts> FindRecords(absl::string_view scope,
                                                  const std::vector<std::string>& ids) = 0;
  // Number of records by org, within a scope.
  virtual absl::StatusOr<std::map<std::string, int64_t>> CountByOrg(absl::string_view scope) = 0;

  // What is known of changes, in no order; unknown ones are absent.
  virtual absl::StatusOr<std::vector<ChangeTrace>> TraceChanges(
      const std::vector<std::string>& change_ids) = 0;
  // Changes that the parent has answered, but whose way ends higher up: oldest first.
  virtual absl::StatusOr<std::vector<std::string>> UnsettledChanges(int limit) = 0;

  // nullopt outside the scope too.
  virtual absl::StatusOr<std::optional<StoredRecord>> GetRecord(absl::string_view scope,
                                                                absl::string_view id) = 0;
  virtual absl::StatusOr<std::optional<StoredRecord>> GetArchiveByNumber(
      absl::string_view scope, absl::string_view number) = 0;
  virtual absl::StatusOr<std::vector<StoredRecord>> ListRecords(const RecordQuery& query) = 0;

  virtual absl::StatusOr<std::optional<v1::Conflict>> GetConflict(absl::string_view scope,
                                                                  absl::string_view id) = 0;
  virtual absl::StatusOr<ConflictPage> ListConflicts(const ConflictQuery& query) = 0;

  // The org tree in force; version 0 when none was saved.
  virtual absl::StatusOr<v1::OrgTree> LoadOrgTree() = 0;
  // Saves a higher version; a version that is not higher changes nothing. FAILED_PRECONDITION when
  // a prefix that was used now belongs to another org or to none (A4).
  virtual absl::Status SaveOrgTree(const v1::OrgTree& tree) = 0;

  // The policy data in force; version 0 when none was saved.
  virtual absl::StatusOr<v1::PolicySet> LoadPolicySet() = 0;
  // Saves a higher version; a version that is not higher changes nothing.
  virtual absl::Status SavePolicySet(const v1::PolicySet& set) = 0;

  // First changes of the upstream line, in order.
  virtual absl::StatusOr<std::vector<UpstreamChange>> ReadUpstream(int limit) = 0;
  virtual absl::StatusOr<UpstreamState> GetUpstreamState() = 0;
  virtual absl::Status NoteUpstreamSync(absl::Time now) = 0;
  virtual absl::Status NoteUpstreamVerified(absl::Time now) = 0;
  // Puts the changes that the parent has answered back at the head of the line, in their order;
  // they and those that wait are reoffers from now on. Returns how many were put back.
  virtual absl::StatusOr<int64_t> RequeueSent() = 0;
  // Forgets changes that were answered before `before`, at most `limit`; returns how many.
  virtual absl::StatusOr<int64_t> PurgeSent(absl::Time before, int limit) = 0;
  // Records with changes in the line, without repetition.
  virtual absl::StatusOr<std::vector<std::string>> PendingRecords(int limit) = 0;

  // Seals what is plain (of an older edition) or under a retired key anew under the newest one.
  // Looks at `limit` rows at most, in a transaction of its own, and goes on there the next time;
  // returns how many it looked at, 0 when there is nothing to do.
  virtual absl::StatusOr<int64_t> ResealBatch(int /*limit*/) { return 0; }
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_STORE_H_
