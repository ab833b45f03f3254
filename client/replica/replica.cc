#include "client/replica/replica.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "client/replica/outbox_rows.h"
#include "client/replica/record_rows.h"
#include "client/replica/replica_file.h"
#include "client/replica/sqlite_status.h"
#include "client/replica/visible_record.h"
#include "domain/record/record_type.h"
#include "domain/rules/org_tree.h"

namespace bangfu::client {
namespace {

constexpr char kInsertReplica[] =
    "INSERT INTO replica (one, server_address, server_node, server_org, node, org, scope,"
    " org_tree_version, org_tree) VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
constexpr char kSelectIdentity[] =
    "SELECT server_address, server_node, server_org, node, org, scope FROM replica";
constexpr char kSelectState[] = "SELECT epoch, cursor, resyncing, last_sync_ms FROM replica";
constexpr char kSelectOrgTree[] = "SELECT org_tree FROM replica";
constexpr char kUpdateOrgTree[] =
    "UPDATE replica SET org_tree_version = ?1, org_tree = ?2 WHERE org_tree_version < ?1";
constexpr char kSelectPolicySet[] = "SELECT body FROM policy_set";
constexpr char kSavePolicySet[] =
    "INSERT INTO policy_set (one, version, body) VALUES (1, ?1, ?2) ON CONFLICT (one)"
    " DO UPDATE SET version = excluded.version, body = excluded.body"
    " WHERE policy_set.version < excluded.version";
constexpr char kUpdateAddress[] = "UPDATE replica SET server_address = ?1";
constexpr char kUpdateCursor[] = "UPDATE replica SET cursor = ?1";
constexpr char kUpdateFeed[] = "UPDATE replica SET epoch = ?1, scope = ?2";
constexpr char kRestartFeed[] = "UPDATE replica SET cursor = x'', resyncing = 1";
// A record that was in doubt stays so for the graver reason.
constexpr char kMarkUnseen[] =
    "UPDATE record SET unseen = max(unseen, ?1) WHERE base_body IS NOT NULL";
constexpr char kFinishPull[] = "UPDATE replica SET resyncing = 0, last_sync_ms = ?1";
constexpr char kCountRecords[] = "SELECT count(*) FROM record WHERE type = ?1";

// The first revision of every record: what a writer saw who saw a version that is gone. Everything
// since counts as unseen, so that a difference becomes a conflict and is never overwritten.
constexpr int64_t kFirstRevision = 1;

absl::Status NotFound(absl::string_view what_zh, absl::string_view what_en, absl::string_view id) {
  return ErrorBuilder(absl::StatusCode::kNotFound, v1::ERROR_REASON_NOT_FOUND,
                      {absl::StrCat("本地副本中没有", what_zh, " ", id, "；请先同步"),
                       absl::StrCat("no ", what_en, " ", id, " in this replica; sync first")})
      .Build();
}

absl::Status NoSuchEntry(absl::string_view change_id) {
  return ErrorBuilder(
             absl::StatusCode::kNotFound, v1::ERROR_REASON_NOT_FOUND,
             {absl::StrCat("没有待处理的变更 ", change_id, "；请用 status 查看待处理的变更"),
              absl::StrCat("no change ", change_id,
                           " waits for you; see status for those that do")})
      .Build();
}

EntryState StateOf(v1::Verdict verdict) {
  switch (verdict) {
    case v1::VERDICT_ACCEPTED:
      return EntryState::kAccepted;
    case v1::VERDICT_MERGED:
      return EntryState::kMerged;
    case v1::VERDICT_CONFLICT:
      return EntryState::kConflict;
    case v1::VERDICT_REFUSED:
      return EntryState::kRefused;
    case v1::VERDICT_PARKED:
      return EntryState::kParked;
    default:
      return EntryState::kPending;
  }
}

bool IsAside(EntryState state) {
  return state == EntryState::kRefused || state == EntryState::kParked;
}

bool HasPending(const std::vector<OutboxEntry>& entries) {
  return std::any_of(entries.begin(), entries.end(),
                     [](const OutboxEntry& entry) { return entry.state == EntryState::kPending; });
}

std::string UnitOf(absl::string_view body) {
  auto record = domain::ParseRecord(v1::RECORD_TYPE_ARCHIVE, body);
  return record.ok() ? static_cast<const v1::Archive&>(**record).unit() : std::string();
}

}  // namespace

class Replica::Impl {
 public:
  Impl(std::string path, std::unique_ptr<SQLite::Database> db)
      : path_(std::move(path)), db_(std::move(db)) {}

  const std::string& path() const { return path_; }
  SQLite::Database& db() { return *db_; }

  // Runs `body` in a transaction and commits when it returns OK.
  template <typename Body>
  absl::Status Write(Body body) {
    int system_error = 0;
    try {
      SQLite::Transaction transaction(*db_, SQLite::TransactionBehavior::IMMEDIATE);
      try {
        if (absl::Status status = body(); !status.ok()) return status;
        transaction.commit();
      } catch (const SQLite::Exception&) {
        system_error = sqlite3_system_errno(db_->getHandle());
        throw;
      }
      return absl::OkStatus();
    } catch (const SQLite::Exception& error) {
      return SqliteStatus(error, system_error, path_);
    }
  }

  // Runs `body`, which returns a StatusOr and reads with one statement.
  template <typename Body>
  auto Read(Body body) -> decltype(body()) {
    try {
      return body();
    } catch (const SQLite::Exception& error) {
      return SqliteStatus(error, sqlite3_system_errno(db_->getHandle()), path_);
    }
  }

  ReplicaIdentity Identity() {
    SQLite::Statement select(*db_, kSelectIdentity);
    select.executeStep();
    return {select.getColumn(0).getString(), select.getColumn(1).getString(),
            select.getColumn(2).getString(), select.getColumn(3).getString(),
            select.getColumn(4).getString(), select.getColumn(5).getString()};
  }

  SyncState State() {
    SQLite::Statement select(*db_, kSelectState);
    select.executeStep();
    SyncState state;
    state.epoch = select.getColumn(0).getString();
    state.cursor = select.getColumn(1).getString();
    state.resyncing = select.getColumn(2).getInt() != 0;
    if (!select.isColumnNull(3)) {
      state.last_sync = absl::FromUnixMillis(select.getColumn(3).getInt64());
    }
    return state;
  }

  absl::Status Append(v1::Change change) {
    if (absl::Status status = CheckChange(change); !status.ok()) return status;
    if (LoadEntry(*db_, change.change_id()).has_value()) {
      return UserError(absl::StatusCode::kAlreadyExists,
                       {absl::StrCat("变更 ", change.change_id(), " 已经录入过，没有再次录入"),
                        absl::StrCat("change ", change.change_id(),
                                     " was entered before and is not entered again")});
    }
    std::optional<RecordRow> row = LoadRecord(*db_, change.record_id());
    auto before = row.has_value() ? PrepareExisting(*row, change) : PrepareNew(change);
    if (!before.ok()) return before.status();
    auto body = ApplyChange(*before, change);
    if (!body.ok()) return body.status();
    if (!row.has_value()) {
      row.emplace();
      row->record.type = change.record_type();
      row->record.id = change.record_id();
    }
    row->record.body = *std::move(body);
    if (!row->record.base_body.has_value()) row->record.org = OrgOfDraft(row->record);
    InsertEntry(*db_, change);
    StoreRecord(*db_, *row);
    return absl::OkStatus();
  }

  absl::Status Retry(absl::string_view change_id, const v1::Change& corrected) {
    std::optional<OutboxEntry> entry = LoadEntry(*db_, change_id);
    if (!entry.has_value() || !IsAside(entry->state) ||
        entry->change.record_id() != corrected.record_id()) {
      return NoSuchEntry(change_id);
    }
    if (absl::Status status = Append(corrected); !status.ok()) return status;
    entry->state = EntryState::kSuperseded;
    UpdateEntry(*db_, *entry);
    return absl::OkStatus();
  }

  absl::Status Dismiss(absl::string_view change_id) {
    std::optional<OutboxEntry> entry = LoadEntry(*db_, change_id);
    if (!entry.has_value() || (!IsAside(entry->state) && entry->state != EntryState::kConflict)) {
      return NoSuchEntry(change_id);
    }
    entry->state = EntryState::kDismissed;
    UpdateEntry(*db_, *entry);
    if (std::optional<RecordRow> row = LoadRecord(*db_, entry->change.record_id())) Settle(*row);
    return absl::OkStatus();
  }

  void TakeOutcome(const v1::Change& change, const v1::Outcome& outcome) {
    std::optional<OutboxEntry> entry = LoadEntry(*db_, change.change_id());
    const EntryState state = StateOf(outcome.verdict());
    if (!entry.has_value() || entry->state != EntryState::kPending ||
        state == EntryState::kPending) {
      return;
    }
    std::optional<RecordRow> row = LoadRecord(*db_, change.record_id());
    if (row.has_value()) {
      if (outcome.has_record()) {
        TakeBase(*row, outcome.record());
      } else if (outcome.verdict() == v1::VERDICT_ACCEPTED) {
        AdvanceBase(*row, entry->change, outcome.revision());
      }
    }
    entry->state = state;
    entry->outcome = outcome;
    UpdateEntry(*db_, *entry);
    if (outcome.verdict() == v1::VERDICT_ACCEPTED) {
      // The parent had nothing that the writer had not seen, so what was entered on top has seen
      // this revision too.
      RestateBase(change.record_id(), outcome.revision());
    }
    if (row.has_value()) Settle(*row);
  }

  void TakePulled(const v1::Record& theirs) {
    std::optional<RecordRow> row = LoadRecord(*db_, theirs.id());
    if (!row.has_value()) {
      row.emplace();
      row->record.type = theirs.type();
      row->record.id = theirs.id();
    }
    row->record.left_scope = false;
    TakeBase(*row, theirs);
    Settle(*row);
  }

  void TakeLeft(const std::string& id) {
    std::optional<RecordRow> row = LoadRecord(*db_, id);
    if (!row.has_value()) return;
    row->record.left_scope = true;
    Settle(*row);
  }

  void MarkUnseen(Unseen reason) {
    db_->exec(kRestartFeed);
    SQLite::Statement mark(*db_, kMarkUnseen);
    mark.bind(1, static_cast<int>(reason));
    mark.exec();
  }

  int64_t FinishPull(absl::Time now) {
    const std::string scope = Identity().scope;
    int64_t unconfirmed = 0;
    const bool resyncing = State().resyncing;
    for (const std::string& id : SelectUnseen(*db_)) {
      std::optional<RecordRow> row = LoadRecord(*db_, id);
      if (resyncing && !domain::IsWithin(row->record.org, scope)) {
        row->record.left_scope = true;
        Settle(*row);
      } else {
        ++unconfirmed;
      }
    }
    SQLite::Statement finish(*db_, kFinishPull);
    finish.bind(1, absl::ToUnixMillis(now));
    finish.exec();
    return unconfirmed;
  }

 private:
  static bool IsCreation(const v1::Change& change) {
    return change.has_put() && change.put().changed_fields().empty();
  }

  // Completes a change before it is entered; returns the body that it is to be applied to, nullopt
  // for a creation.
  using Before = absl::StatusOr<std::optional<std::string>>;

  static Before PrepareNew(v1::Change& change) {
    if (!IsCreation(change)) return NotFound("记录", "record", change.record_id());
    change.set_base_revision(0);
    return std::nullopt;
  }

  Before PrepareExisting(const RecordRow& row, v1::Change& change) {
    const LocalRecord& record = row.record;
    if (record.type != change.record_type()) {
      return NotFound("该类型的记录", "record of that type", change.record_id());
    }
    if (record.left_scope) {
      return UserError(absl::StatusCode::kFailedPrecondition,
                       {absl::StrCat("记录 ", record.id, " 已不在本单位管辖范围内，不能再修改"),
                        absl::StrCat("record ", record.id,
                                     " has left the scope of this union and cannot be changed")});
    }
    if (change.base_revision() <= 0 || change.base_revision() > record.base_revision) {
      change.set_base_revision(record.base_revision);
    }
    std::vector<OutboxEntry> entries = SelectByRecord(*db_, record.id);
    // With changes pending, people see their own values and not those that a pull has brought
    // since: what they enter on top has seen no more of the parent than the first of these.
    for (const OutboxEntry& entry : entries) {
      if (entry.state == EntryState::kPending) {
        change.set_base_revision(std::min(change.base_revision(), entry.change.base_revision()));
      }
    }
    if (record.base_body.has_value() || HasPending(entries)) return record.body;
    if (!change.has_put()) {
      return UserError(absl::StatusCode::kFailedPrecondition,
                       {absl::StrCat("上级没有接收草稿 ", record.id, "；请先按提示更正，再办理"),
                        absl::StrCat("the parent has not taken the draft ", record.id,
                                     "; correct it first, then go on")});
    }
    change.mutable_put()->clear_changed_fields();
    for (OutboxEntry& entry : entries) {
      if (!IsAside(entry.state)) continue;
      entry.state = EntryState::kSuperseded;
      UpdateEntry(*db_, entry);
    }
    return std::nullopt;
  }

  // Where a record belongs that the parent has not got: an archive to its unit, an aid event or
  // visit to the org of its archive, anything else to us.
  std::string OrgOfDraft(const LocalRecord& record) {
    std::string org;
    if (record.type == v1::RECORD_TYPE_ARCHIVE) {
      org = UnitOf(record.body);
    } else if (auto message = domain::ParseRecord(record.type, record.body); message.ok()) {
      const auto archive = LoadRecord(*db_, domain::ParentIdOf(**message));
      if (archive.has_value()) org = archive->record.org;
    }
    return org.empty() ? Identity().org : org;
  }

  // The parent's version of a record becomes its base, unless a newer one is here.
  void TakeBase(RecordRow& row, const v1::Record& theirs) {
    LocalRecord& record = row.record;
    if (row.unseen != Unseen::kEarlierFeed && record.base_body.has_value() &&
        theirs.revision() < record.base_revision) {
      return;
    }
    if (row.unseen == Unseen::kEarlierFeed) {
      RestateBase(record.id,
                  record.base_body == theirs.body() ? theirs.revision() : kFirstRevision);
    }
    record.org = theirs.org();
    record.base_revision = theirs.revision();
    record.base_body = theirs.body();
    row.unseen = Unseen::kNo;
  }

  // The parent took the change and had nothing else: its version is ours with the change.
  static void AdvanceBase(RecordRow& row, const v1::Change& change, int64_t revision) {
    LocalRecord& record = row.record;
    if (record.base_body.has_value() && revision <= record.base_revision) return;
    auto body = ApplyChange(record.base_body, change);
    if (!body.ok()) return;  // the next pull brings it
    record.base_body = *std::move(body);
    record.base_revision = revision;
  }

  void RestateBase(const std::string& record_id, int64_t revision) {
    for (OutboxEntry& entry : SelectByRecord(*db_, record_id)) {
      if (entry.state != EntryState::kPending) continue;
      entry.change.set_base_revision(revision);
      UpdateEntry(*db_, entry);
    }
  }

  // Writes what people see of the record now, or removes it when there is nothing to see.
  void Settle(RecordRow& row) {
    const std::vector<OutboxEntry> entries = SelectByRecord(*db_, row.record.id);
    std::optional<std::string> body = VisibleBody(row.record.base_body, entries);
    if (!body.has_value() || (row.record.left_scope && !HasPending(entries))) {
      DeleteRecord(*db_, row.record.id);
      return;
    }
    row.record.body = *std::move(body);
    StoreRecord(*db_, row);
  }

  const std::string path_;
  std::unique_ptr<SQLite::Database> db_;
};

Replica::Replica(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Replica::~Replica() = default;

absl::StatusOr<std::unique_ptr<Replica>> Replica::Create(const std::string& path,
                                                         const ReplicaIdentity& identity,
                                                         const v1::OrgTree& orgs) {
  absl::Status created = CreateReplicaFile(path, [&](SQLite::Database& db) {
    SQLite::Statement insert(db, kInsertReplica);
    insert.bind(1, identity.server_address);
    insert.bind(2, identity.server_node);
    insert.bind(3, identity.server_org);
    insert.bind(4, identity.node);
    insert.bind(5, identity.org);
    insert.bind(6, identity.scope);
    insert.bind(7, static_cast<int64_t>(orgs.version()));
    BindBlob(insert, 8, orgs.SerializeAsString());
    insert.exec();
  });
  if (!created.ok()) return created;
  return Open(path);
}

absl::StatusOr<std::unique_ptr<Replica>> Replica::Open(const std::string& path) {
  auto db = OpenReplicaFile(path);
  if (!db.ok()) return db.status();
  return std::unique_ptr<Replica>(new Replica(std::make_unique<Impl>(path, *std::move(db))));
}

const std::string& Replica::path() const { return impl_->path(); }

absl::StatusOr<ReplicaIdentity> Replica::Identity() const {
  return impl_->Read([&]() -> absl::StatusOr<ReplicaIdentity> { return impl_->Identity(); });
}

absl::StatusOr<SyncState> Replica::GetSyncState() const {
  return impl_->Read([&]() -> absl::StatusOr<SyncState> { return impl_->State(); });
}

absl::StatusOr<v1::OrgTree> Replica::OrgTree() const {
  return impl_->Read([&]() -> absl::StatusOr<v1::OrgTree> {
    SQLite::Statement select(impl_->db(), kSelectOrgTree);
    select.executeStep();
    v1::OrgTree orgs;
    if (!orgs.ParseFromString(select.getColumn(0).getString())) {
      throw SQLite::Exception("", SQLITE_CORRUPT);
    }
    return orgs;
  });
}

absl::Status Replica::SaveOrgTree(const v1::OrgTree& orgs) {
  return impl_->Write([&] {
    SQLite::Statement update(impl_->db(), kUpdateOrgTree);
    update.bind(1, static_cast<int64_t>(orgs.version()));
    BindBlob(update, 2, orgs.SerializeAsString());
    update.exec();
    return absl::OkStatus();
  });
}

absl::StatusOr<v1::PolicySet> Replica::PolicySet() const {
  return impl_->Read([&]() -> absl::StatusOr<v1::PolicySet> {
    SQLite::Statement select(impl_->db(), kSelectPolicySet);
    v1::PolicySet set;
    if (select.executeStep() && !set.ParseFromString(select.getColumn(0).getString())) {
      throw SQLite::Exception("", SQLITE_CORRUPT);
    }
    return set;
  });
}

absl::Status Replica::SavePolicySet(const v1::PolicySet& set) {
  return impl_->Write([&] {
    SQLite::Statement save(impl_->db(), kSavePolicySet);
    save.bind(1, static_cast<int64_t>(set.version()));
    BindBlob(save, 2, set.SerializeAsString());
    save.exec();
    return absl::OkStatus();
  });
}

absl::Status Replica::SaveServerAddress(absl::string_view address) {
  return impl_->Write([&] {
    SQLite::Statement update(impl_->db(), kUpdateAddress);
    update.bind(1, std::string(address));
    update.exec();
    return absl::OkStatus();
  });
}

absl::Status Replica::Append(const std::vector<v1::Change>& changes) {
  return impl_->Write([&] {
    for (const v1::Change& change : changes) {
      if (absl::Status status = impl_->Append(change); !status.ok()) return status;
    }
    return absl::OkStatus();
  });
}

absl::Status Replica::Retry(absl::string_view change_id, const v1::Change& corrected) {
  return impl_->Write([&] { return impl_->Retry(change_id, corrected); });
}

absl::Status Replica::Dismiss(absl::string_view change_id) {
  return impl_->Write([&] { return impl_->Dismiss(change_id); });
}

absl::StatusOr<LocalRecord> Replica::GetRecord(absl::string_view id) const {
  return impl_->Read([&]() -> absl::StatusOr<LocalRecord> {
    std::optional<RecordRow> row = LoadRecord(impl_->db(), id);
    if (!row.has_value()) return NotFound("记录", "record", id);
    return std::move(row->record);
  });
}

absl::StatusOr<std::vector<LocalRecord>> Replica::ListRecords(const RecordFilter& filter) const {
  return impl_->Read([&]() -> absl::StatusOr<std::vector<LocalRecord>> {
    return SelectRecords(impl_->db(), filter);
  });
}

absl::StatusOr<std::vector<LocalRecord>> Replica::ListCaseRecords(absl::string_view first_id,
                                                                  absl::string_view last_id) const {
  return impl_->Read([&]() -> absl::StatusOr<std::vector<LocalRecord>> {
    return SelectCaseRecords(impl_->db(), first_id, last_id);
  });
}

absl::StatusOr<int64_t> Replica::CountRecords(v1::RecordType type) const {
  return impl_->Read([&]() -> absl::StatusOr<int64_t> {
    SQLite::Statement count(impl_->db(), kCountRecords);
    count.bind(1, static_cast<int>(type));
    count.executeStep();
    return count.getColumn(0).getInt64();
  });
}

absl::StatusOr<LocalRecord> Replica::FindByNumber(absl::string_view number) const {
  return impl_->Read([&]() -> absl::StatusOr<LocalRecord> {
    std::optional<LocalRecord> record = SelectByNumber(impl_->db(), number);
    if (!record.has_value()) return NotFound("编号为该号的档案", "archive with number", number);
    return *std::move(record);
  });
}

absl::StatusOr<std::vector<std::string>> Replica::FindPerson(
    absl::string_view identity_number) const {
  return impl_->Read([&]() -> absl::StatusOr<std::vector<std::string>> {
    return SelectByPerson(impl_->db(), identity_number);
  });
}

absl::StatusOr<std::vector<v1::Change>> Replica::Pending(int limit) const {
  return impl_->Read([&]() -> absl::StatusOr<std::vector<v1::Change>> {
    return SelectPending(impl_->db(), limit);
  });
}

absl::StatusOr<Backlog> Replica::GetBacklog() const {
  return impl_->Read([&]() -> absl::StatusOr<Backlog> { return CountEntries(impl_->db()); });
}

absl::StatusOr<std::vector<OutboxEntry>> Replica::Outbox(
    const std::vector<EntryState>& states) const {
  return impl_->Read([&]() -> absl::StatusOr<std::vector<OutboxEntry>> {
    return SelectByStates(impl_->db(), states);
  });
}

absl::StatusOr<std::vector<OutboxEntry>> Replica::History(absl::string_view record_id) const {
  return impl_->Read([&]() -> absl::StatusOr<std::vector<OutboxEntry>> {
    return SelectByRecord(impl_->db(), record_id);
  });
}

absl::StatusOr<OutboxEntry> Replica::GetEntry(absl::string_view change_id) const {
  return impl_->Read([&]() -> absl::StatusOr<OutboxEntry> {
    std::optional<OutboxEntry> entry = LoadEntry(impl_->db(), change_id);
    if (!entry.has_value()) return NotFound("变更", "change", change_id);
    return *std::move(entry);
  });
}

absl::Status Replica::ApplyOutcomes(const std::vector<v1::Change>& changes,
                                    const std::vector<v1::Outcome>& outcomes) {
  return impl_->Write([&] {
    for (size_t i = 0; i < changes.size() && i < outcomes.size(); ++i) {
      impl_->TakeOutcome(changes[i], outcomes[i]);
    }
    return absl::OkStatus();
  });
}

absl::Status Replica::ApplyBatch(const v1::PullResponse& batch) {
  return impl_->Write([&] {
    for (const v1::Record& record : batch.records()) impl_->TakePulled(record);
    for (const std::string& id : batch.left_record_ids()) impl_->TakeLeft(id);
    SQLite::Statement update(impl_->db(), kUpdateCursor);
    BindBlob(update, 1, batch.next_cursor());
    update.exec();
    return absl::OkStatus();
  });
}

absl::Status Replica::FollowFeed(absl::string_view epoch, absl::string_view scope) {
  return impl_->Write([&] {
    const SyncState state = impl_->State();
    const bool other_feed = !state.epoch.empty() && state.epoch != epoch;
    const bool other_scope = impl_->Identity().scope != scope;
    if (state.epoch == epoch && !other_scope) return absl::OkStatus();
    if (other_feed) {
      impl_->MarkUnseen(Unseen::kEarlierFeed);
    } else if (other_scope) {
      impl_->MarkUnseen(Unseen::kSameFeed);
    }
    SQLite::Statement update(impl_->db(), kUpdateFeed);
    update.bind(1, std::string(epoch));
    update.bind(2, std::string(scope));
    update.exec();
    return absl::OkStatus();
  });
}

absl::Status Replica::RestartFeed() {
  return impl_->Write([&] {
    impl_->MarkUnseen(Unseen::kSameFeed);
    return absl::OkStatus();
  });
}

absl::StatusOr<int64_t> Replica::FinishPull(absl::Time now) {
  int64_t unconfirmed = 0;
  absl::Status status = impl_->Write([&] {
    unconfirmed = impl_->FinishPull(now);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return unconfirmed;
}

}  // namespace bangfu::client
