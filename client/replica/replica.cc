#include "client/replica/replica.h"

#include <utility>

#include "base/test_hooks.h"
#include "client/replica/conflict_rows.h"
#include "client/replica/digest_rows.h"
#include "client/replica/entered_change.h"
#include "client/replica/feed.h"
#include "client/replica/outbox_rows.h"
#include "client/replica/parent_version.h"
#include "client/replica/record_rows.h"
#include "client/replica/replica_file.h"
#include "client/replica/replica_impl.h"
#include "client/replica/replica_row.h"

namespace bangfu::client {
namespace {

void TakeBatch(SealedDatabase& db, const PreparedBatch& prepared) {
  const v1::PullResponse& batch = prepared.response;
  const int skipped = BANGFU_SEEDED_BUG("skip_last_record") ? 1 : 0;
  for (int i = 0; i + skipped < batch.records_size(); ++i)
    TakePulled(db, batch.records(i), prepared.records[static_cast<size_t>(i)]);
  for (const std::string& id : batch.left_record_ids()) TakeLeft(db, id);
  for (const v1::Conflict& conflict : batch.conflicts()) TakeConflict(db, conflict);
  for (const std::string& id : batch.left_conflict_ids()) DeleteConflict(db, id);
  StoreCursor(db, batch.next_cursor());
}

}  // namespace

Replica::Replica(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Replica::~Replica() = default;

absl::StatusOr<std::unique_ptr<Replica>> Replica::Create(const std::string& path,
                                                         const ReplicaIdentity& identity,
                                                         const v1::OrgTree& orgs) {
  absl::Status created =
      CreateReplicaFile(path, [&](SealedDatabase& db) { InsertReplica(db, identity, orgs); });
  if (!created.ok()) return created;
  return Open(path);
}

absl::StatusOr<std::unique_ptr<Replica>> Replica::Open(const std::string& path) {
  auto db = OpenReplicaFile(path);
  if (!db.ok()) return db.status();
  return std::unique_ptr<Replica>(new Replica(std::make_unique<Impl>(path, *std::move(db))));
}

const std::string& Replica::path() const { return impl_->path(); }

absl::StatusOr<ReplicaIdentity> Replica::Identity() const { return impl_->Load(LoadIdentity); }

absl::StatusOr<SyncState> Replica::GetSyncState() const { return impl_->Load(LoadSyncState); }

absl::StatusOr<v1::OrgTree> Replica::OrgTree() const { return impl_->Load(LoadOrgTree); }

absl::Status Replica::SaveOrgTree(const v1::OrgTree& orgs) {
  return impl_->Store([&](SealedDatabase& db) { StoreOrgTree(db, orgs); });
}

absl::StatusOr<v1::PolicySet> Replica::PolicySet() const { return impl_->Load(LoadPolicySet); }

absl::Status Replica::SavePolicySet(const v1::PolicySet& set) {
  return impl_->Store([&](SealedDatabase& db) { StorePolicySet(db, set); });
}

absl::Status Replica::SaveServerAddress(absl::string_view address) {
  return impl_->Store([&](SealedDatabase& db) { StoreServerAddress(db, address); });
}

absl::Status Replica::Append(const std::vector<v1::Change>& changes) {
  absl::Status status = impl_->Write([&] {
    if (absl::Status room = CheckRoom(impl_->db(), changes.size()); !room.ok()) return room;
    for (const v1::Change& change : changes) {
      if (absl::Status entered = AppendChange(impl_->db(), change); !entered.ok()) return entered;
    }
    return absl::OkStatus();
  });
  if (status.ok()) BANGFU_STEP("replica.appended");
  return status;
}

absl::Status Replica::Retry(absl::string_view change_id, const v1::Change& corrected) {
  return impl_->Write([&] {
    if (absl::Status room = CheckRoom(impl_->db(), 1); !room.ok()) return room;
    return RetryChange(impl_->db(), change_id, corrected);
  });
}

absl::Status Replica::Dismiss(absl::string_view change_id) {
  return impl_->Write([&] { return DismissChange(impl_->db(), change_id); });
}

absl::StatusOr<LocalRecord> Replica::GetRecord(absl::string_view id) const {
  return impl_->Read([&]() -> absl::StatusOr<LocalRecord> {
    std::optional<RecordRow> row = LoadRecord(impl_->db(), id);
    if (!row.has_value()) return NoSuchRecord("记录", "record", id);
    return std::move(row->record);
  });
}

absl::StatusOr<std::vector<LocalRecord>> Replica::ListRecords(const RecordFilter& filter) const {
  return impl_->Load([&](SealedDatabase& db) { return SelectRecords(db, filter); });
}

absl::StatusOr<std::vector<LocalRecord>> Replica::ListCaseRecords(absl::string_view first_id,
                                                                  absl::string_view last_id) const {
  return impl_->Load([&](SealedDatabase& db) { return SelectCaseRecords(db, first_id, last_id); });
}

absl::StatusOr<int64_t> Replica::CountRecords(v1::RecordType type) const {
  return impl_->Load([&](SealedDatabase& db) { return CountByType(db, type); });
}

absl::StatusOr<LocalRecord> Replica::FindByNumber(absl::string_view number) const {
  return impl_->Read([&]() -> absl::StatusOr<LocalRecord> {
    std::optional<LocalRecord> record = SelectByNumber(impl_->db(), number);
    if (!record.has_value()) return NoSuchRecord("编号为该号的档案", "archive with number", number);
    return *std::move(record);
  });
}

absl::StatusOr<std::vector<std::string>> Replica::FindPerson(
    absl::string_view identity_number) const {
  return impl_->Load([&](SealedDatabase& db) { return SelectByPerson(db, identity_number); });
}

absl::StatusOr<std::vector<PendingChange>> Replica::Pending(int limit) const {
  return impl_->Load([&](SealedDatabase& db) { return SelectPending(db, limit); });
}

absl::StatusOr<std::vector<std::string>> Replica::PendingRecords(int limit) const {
  return impl_->Load([&](SealedDatabase& db) { return SelectPendingRecords(db, limit); });
}

absl::StatusOr<std::vector<std::string>> Replica::UnsettledChanges(int limit) const {
  return impl_->Load([&](SealedDatabase& db) { return SelectUnsettled(db, limit); });
}

absl::Status Replica::SaveReceipts(const std::vector<v1::Receipt>& receipts) {
  return impl_->Store([&](SealedDatabase& db) {
    for (const v1::Receipt& receipt : receipts) TakeReceipt(db, receipt);
  });
}

absl::Status Replica::PurgeAnswered(absl::Time before) {
  return impl_->Store([&](SealedDatabase& db) { PurgeEntries(db, before); });
}

absl::StatusOr<std::vector<v1::Conflict>> Replica::ListConflicts(absl::string_view record_id,
                                                                 v1::ConflictState state,
                                                                 int limit) const {
  return impl_->Load(
      [&](SealedDatabase& db) { return SelectConflicts(db, record_id, state, limit); });
}

absl::StatusOr<v1::Conflict> Replica::GetConflict(absl::string_view id) const {
  return impl_->Read([&]() -> absl::StatusOr<v1::Conflict> {
    std::optional<v1::Conflict> conflict = LoadConflict(impl_->db(), id);
    if (!conflict.has_value()) return NoSuchRecord("冲突记录", "conflict", id);
    return *std::move(conflict);
  });
}

absl::StatusOr<Backlog> Replica::GetBacklog() const { return impl_->Load(CountEntries); }

absl::StatusOr<std::vector<OutboxEntry>> Replica::Outbox(
    const std::vector<EntryState>& states) const {
  return impl_->Load([&](SealedDatabase& db) { return SelectByStates(db, states); });
}

absl::StatusOr<std::vector<OutboxEntry>> Replica::History(absl::string_view record_id) const {
  return impl_->Load([&](SealedDatabase& db) {
    std::vector<OutboxEntry> entries;
    for (OutboxRow& row : SelectByRecord(db, record_id)) entries.push_back(std::move(row.entry));
    return entries;
  });
}

absl::StatusOr<OutboxEntry> Replica::GetEntry(absl::string_view change_id) const {
  return impl_->Read([&]() -> absl::StatusOr<OutboxEntry> {
    std::optional<OutboxRow> row = LoadEntry(impl_->db(), change_id);
    if (!row.has_value()) return NoSuchRecord("变更", "change", change_id);
    return std::move(row->entry);
  });
}

absl::Status Replica::ApplyOutcomes(const std::vector<v1::Change>& changes,
                                    const std::vector<v1::Outcome>& outcomes) {
  return impl_->Store([&](SealedDatabase& db) {
    const std::string epoch = LoadSyncState(db).epoch;
    for (size_t i = 0; i < changes.size() && i < outcomes.size(); ++i) {
      TakeOutcome(db, changes[i], outcomes[i], epoch);
    }
    BANGFU_STEP("replica.outcomes");
  });
}

absl::Status Replica::ApplyBatch(v1::PullResponse batch) {
  const PreparedBatch prepared = Prepare(std::move(batch));
  return ApplyBatches(absl::MakeConstSpan(&prepared, 1));
}

PreparedBatch Replica::Prepare(v1::PullResponse batch) const {
  PreparedBatch prepared;
  prepared.records.reserve(static_cast<size_t>(batch.records_size()));
  for (const v1::Record& record : batch.records())
    prepared.records.push_back(PrepareBase(impl_->db().keys(), record));
  prepared.response = std::move(batch);
  return prepared;
}

absl::Status Replica::ApplyBatches(absl::Span<const PreparedBatch> batches) {
  return impl_->Store([&](SealedDatabase& db) {
    for (const PreparedBatch& batch : batches) TakeBatch(db, batch);
    BANGFU_STEP("replica.batch");
  });
}

absl::Status Replica::FollowFeed(absl::string_view epoch, absl::string_view scope) {
  return impl_->Store([&](SealedDatabase& db) { FollowFeedOf(db, epoch, scope); });
}

absl::Status Replica::RestartFeed() { return impl_->Store(StartAnew); }

absl::StatusOr<std::vector<v1::DigestSum>> Replica::DigestSums() const {
  return impl_->Load(ComputeDigestSums);
}

absl::StatusOr<std::vector<v1::DigestLeaf>> Replica::DigestLeaves(
    const std::vector<int>& buckets) const {
  return impl_->Load([&](SealedDatabase& db) { return ComputeDigestLeaves(db, buckets); });
}

absl::Status Replica::ConfirmBuckets(const std::vector<int>& buckets) {
  return impl_->Store([&](SealedDatabase& db) { ConfirmRecords(db, buckets); });
}

absl::Status Replica::ConfirmAllBut(const std::vector<std::string>& ids) {
  return impl_->Store([&](SealedDatabase& db) { ConfirmAllRecordsBut(db, ids); });
}

absl::Status Replica::ApplyRepair(const std::vector<v1::Record>& records,
                                  const std::vector<std::string>& left_ids) {
  return impl_->Store([&](SealedDatabase& db) {
    for (const v1::Record& record : records) TakeRepaired(db, record);
    for (const std::string& id : left_ids) TakeLeft(db, id);
    BANGFU_STEP("replica.repair");
  });
}

absl::Status Replica::ApplyConflicts(const std::vector<v1::Conflict>& conflicts,
                                     const std::vector<std::string>& left_ids) {
  return impl_->Store([&](SealedDatabase& db) {
    for (const v1::Conflict& conflict : conflicts) TakeConflict(db, conflict);
    for (const std::string& id : left_ids) DeleteConflict(db, id);
  });
}

absl::Status Replica::SetCursor(absl::string_view cursor) {
  return impl_->Store([&](SealedDatabase& db) {
    EndAnew(db);
    StoreCursor(db, cursor);
  });
}

absl::StatusOr<int64_t> Replica::RequeueAnswered() {
  int64_t count = 0;
  absl::Status status = impl_->Store([&](SealedDatabase& db) { count = RequeueTaken(db); });
  if (!status.ok()) return status;
  return count;
}

absl::Status Replica::NoteSyncFailure(absl::string_view reason, absl::Time now) {
  return impl_->Store([&](SealedDatabase& db) { StoreFailure(db, reason, now); });
}

absl::Status Replica::NoteVerified(absl::Time now) {
  return impl_->Store([&](SealedDatabase& db) { StoreVerified(db, now); });
}

absl::StatusOr<int64_t> Replica::FinishPull(absl::Time now) {
  int64_t unconfirmed = 0;
  absl::Status status = impl_->Store([&](SealedDatabase& db) {
    EndAnew(db);
    unconfirmed = CountUnseen(db);
    StoreSynced(db, now);
  });
  if (!status.ok()) return status;
  return unconfirmed;
}

}  // namespace bangfu::client
