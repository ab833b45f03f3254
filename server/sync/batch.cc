#include "server/sync/batch.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/test_hooks.h"
#include "domain/record/field_values.h"
#include "domain/record/record_type.h"
#include "server/store/columns.h"
#include "server/sync/record_move.h"

namespace bangfu::server {

namespace {

// Whether both versions of an archive keep the same people, so that nothing changes for others.
bool KeepTheSamePeople(const v1::Archive& before, const v1::Archive& after) {
  return domain::IsLive(before.status()) == domain::IsLive(after.status()) &&
         domain::PersonsOf(before) == domain::PersonsOf(after);
}

// What the fields were before a revision, by what they are after it.
void Undo(const Revision& revision, domain::FieldValues& fields) {
  for (const auto& [path, before] : revision.before) {
    if (before.has_value()) {
      fields[path] = *before;
    } else {
      fields.erase(path);
    }
  }
}

}  // namespace

void WorkingRecord::KnowFirstFields() {
  const auto unknown = [](const Revision& revision) {
    return revision.creates && revision.before.empty();
  };
  if (std::none_of(history.begin(), history.end(), unknown)) return;
  domain::FieldValues fields = domain::ReadFields(*message);
  for (auto revision = history.rbegin(); revision != history.rend(); ++revision) {
    if (unknown(*revision)) {
      for (const auto& [path, value] : fields) revision->before.emplace(path, std::nullopt);
    }
    Undo(*revision, fields);
  }
}

const std::string& PersonKeys::Of(const std::string& identity_number) {
  const auto [it, fresh] = keys_.try_emplace(identity_number);
  if (fresh) it->second = keyer_->Key(identity_number);
  return it->second;
}

absl::Status Batch::Lock(Transaction& transaction, std::vector<std::string> ids,
                         Expected expected) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  ids.erase(std::remove_if(ids.begin(), ids.end(),
                           [this](const std::string& id) { return Find(id) != nullptr; }),
            ids.end());
  if (ids.empty()) return absl::OkStatus();
  auto locked = transaction.LockRecords(ids);
  if (!locked.ok()) return locked.status();
  for (auto& [id, stored] : *locked) {
    auto message = domain::ParseRecord(stored.type, stored.body);
    if (!message.ok()) {
      return ErrorBuilder(absl::StatusCode::kInternal, v1::ERROR_REASON_INTERNAL,
                          {"存储的记录无法读取；请联系维护人员。",
                           "A stored record cannot be read; call support."})
          .With("record_id", id)
          .Build();
    }
    WorkingRecord record;
    record.stored = std::move(stored);
    record.message = std::move(*message);
    records_.emplace(id, std::move(record));
  }
  return expected == Expected::kNew ? absl::OkStatus() : ReadLastRevisions(transaction, ids);
}

absl::Status Batch::ReadLastRevisions(Transaction& transaction,
                                      const std::vector<std::string>& ids) {
  std::vector<std::pair<std::string, int64_t>> absent;
  for (const std::string& id : ids) {
    if (Find(id) == nullptr) absent.emplace_back(id, 0);
  }
  if (absent.empty()) return absl::OkStatus();
  auto revisions = transaction.RevisionsSince(absent);
  if (!revisions.ok()) return revisions.status();
  for (const Revision& revision : *revisions) {
    int64_t& last = last_revisions_[revision.record_id];
    last = std::max(last, revision.revision);
  }
  return absl::OkStatus();
}

void Batch::AddPersonsOf(const std::vector<std::string>& ids,
                         std::vector<std::string>& identity_numbers) {
  for (const std::string& id : ids) {
    const WorkingRecord* record = Find(id);
    if (record == nullptr || record->archive() == nullptr) continue;
    for (std::string& number : domain::PersonsOf(*record->archive()))
      identity_numbers.push_back(std::move(number));
  }
}

absl::Status Batch::LoadPersons(Transaction& transaction,
                                const std::vector<std::string>& identity_numbers) {
  std::vector<std::string> keys;
  keys.reserve(identity_numbers.size());
  for (const std::string& number : identity_numbers) keys.push_back(keys_.Of(number));
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  if (keys.empty()) return absl::OkStatus();
  auto holders = transaction.FindPersons(keys);
  if (!holders.ok()) return holders.status();
  persons_ = std::move(*holders);
  return absl::OkStatus();
}

WorkingRecord* Batch::Find(absl::string_view id) {
  const auto it = records_.find(std::string(id));
  return it == records_.end() ? nullptr : &it->second;
}

std::optional<PersonHolder> Batch::FindDuplicate(const v1::Archive& archive,
                                                 const v1::Archive* before, std::string& person) {
  const std::vector<std::string> known =
      before == nullptr ? std::vector<std::string>() : domain::PersonsOf(*before);
  for (const std::string& number : domain::PersonsOf(archive)) {
    if (std::binary_search(known.begin(), known.end(), number)) continue;
    const auto it = persons_.find(keys_.Of(number));
    if (it != persons_.end() && it->second.archive_id != archive.id()) {
      person = number;
      return it->second;
    }
  }
  return std::nullopt;
}

std::vector<std::string> Batch::KeysOf(const v1::Archive& archive) {
  std::vector<std::string> keys;
  if (!domain::IsLive(archive.status())) return keys;
  for (const std::string& number : domain::PersonsOf(archive)) keys.push_back(keys_.Of(number));
  return keys;
}

void Batch::RememberPersons(const WorkingRecord& record,
                            const std::vector<std::string>& keys_before) {
  const v1::Archive* archive = record.archive();
  if (archive == nullptr) return;
  std::vector<std::string> keys = KeysOf(*archive);
  if (keys == keys_before) return;
  for (const std::string& key : keys_before) {
    const auto it = persons_.find(key);
    if (it != persons_.end() && it->second.archive_id == archive->id() &&
        std::find(keys.begin(), keys.end(), key) == keys.end()) {
      persons_.erase(it);
    }
  }
  // A key that another live archive holds stays with it: the caller parks such changes, and what
  // comes down from the parent was decided there.
  keys.erase(std::remove_if(keys.begin(), keys.end(),
                            [&](const std::string& key) {
                              const auto [it, inserted] = persons_.try_emplace(
                                  key, PersonHolder{archive->id(), record.stored.org});
                              return !inserted && it->second.archive_id != archive->id();
                            }),
             keys.end());
  keys_of_[archive->id()] = std::move(keys);
}

WorkingRecord& Batch::Commit(WorkingRecord* record, v1::RecordType type, absl::string_view id,
                             absl::string_view org,
                             std::unique_ptr<google::protobuf::Message> message,
                             const Attribution& attribution, const KnownOfNext& known) {
  domain::FieldEdits before;
  std::vector<std::string> keys_before;
  bool same_people = false;
  const bool creates = record == nullptr;
  if (creates) {
    if (type == v1::RECORD_TYPE_ARCHIVE) created_.emplace(id);
    record = &records_[std::string(id)];
    record->stored.type = type;
    record->stored.id = std::string(id);
    record->stored.revision = last_revisions_[std::string(id)];
    if (record->stored.revision > 0) orgs_before_.try_emplace(std::string(id));
  } else {
    const domain::FieldValues after = domain::ReadFields(*message);
    before = domain::Difference(after, known.fields_before == nullptr
                                           ? domain::ReadFields(*record->message)
                                           : *known.fields_before);
    same_people = record->archive() != nullptr &&
                  KeepTheSamePeople(*record->archive(), static_cast<v1::Archive&>(*message));
    if (record->archive() != nullptr && !same_people) keys_before = KeysOf(*record->archive());
    orgs_before_.try_emplace(record->stored.id, record->stored.org);
    if (record->stored.org != org && !BANGFU_SEEDED_BUG("skip_leave")) {
      writes_.queue.push_back({QueueEntry::Kind::kLeave, record->stored.id,
                               record->stored.revision + 1, record->stored.org});
    }
  }
  Revision revision;
  revision.record_id = record->stored.id;
  revision.revision = record->stored.revision + 1;
  revision.change_id = attribution.change_id;
  revision.pushed_by = attribution.pushed_by;
  revision.actor = attribution.actor;
  revision.entry_time = attribution.entry_time;
  revision.received_time = attribution.received_time;
  revision.creates = creates;
  revision.before = std::move(before);

  record->message = std::move(message);
  record->stored.org = std::string(org);
  record->stored.revision = revision.revision;
  record->stored.body = known.body == nullptr ? record->message->SerializeAsString() : *known.body;
  record->stored.columns = ColumnsOf(type, *record->message);
  record->dirty = true;
  record->history.push_back(std::move(revision));
  ++record->fresh;
  writes_.queue.push_back(
      {QueueEntry::Kind::kUpsert, record->stored.id, record->stored.revision, record->stored.org});
  if (!same_people) RememberPersons(*record, keys_before);
  return *record;
}

void Batch::Remove(absl::string_view id) {
  const auto it = records_.find(std::string(id));
  if (it == records_.end()) return;
  const StoredRecord& stored = it->second.stored;
  writes_.removed_records.push_back(stored.id);
  writes_.queue.push_back({QueueEntry::Kind::kLeave, stored.id, stored.revision + 1, stored.org});
  if (const v1::Archive* archive = it->second.archive(); archive != nullptr) {
    for (const std::string& key : KeysOf(*archive)) {
      const auto person = persons_.find(key);
      if (person != persons_.end() && person->second.archive_id == stored.id)
        persons_.erase(person);
    }
    keys_of_[stored.id] = {};
  }
  last_revisions_[stored.id] = stored.revision;
  orgs_before_.try_emplace(stored.id, stored.org);
  WriteRevisions(it->second);
  records_.erase(it);
}

std::map<std::string, MovedRecord> Batch::Moved() const {
  std::map<std::string, MovedRecord> moved;
  for (const auto& [id, from] : orgs_before_) {
    const auto now = records_.find(id);
    const std::string to = now == records_.end() ? std::string() : now->second.stored.org;
    if (from != to) moved.emplace(id, MovedRecord{from, to});
  }
  return moved;
}

void Batch::AddConflict(v1::Conflict entry) {
  WorkingConflict working;
  working.stored_org = entry.org();
  working.entry = std::move(entry);
  std::string id = working.entry.id();
  conflicts_.try_emplace(std::move(id), std::move(working));
}

absl::Status Batch::LockConflicts(Transaction& transaction, const std::vector<std::string>& ids) {
  if (ids.empty()) return absl::OkStatus();
  auto locked = transaction.LockConflicts(ids);
  if (!locked.ok()) return locked.status();
  for (auto& [id, entry] : *locked) AddConflict(std::move(entry));
  return absl::OkStatus();
}

absl::Status Batch::LockConflictsOf(Transaction& transaction,
                                    const std::vector<std::string>& record_ids) {
  if (record_ids.empty()) return absl::OkStatus();
  auto locked = transaction.LockConflictsOf(record_ids);
  if (!locked.ok()) return locked.status();
  for (v1::Conflict& entry : *locked) AddConflict(std::move(entry));
  return absl::OkStatus();
}

const v1::Conflict* Batch::FindConflict(absl::string_view id) const {
  const auto it = conflicts_.find(std::string(id));
  return it == conflicts_.end() ? nullptr : &it->second.entry;
}

void Batch::LogConflict(v1::Conflict entry) {
  WorkingConflict working;
  working.entry = std::move(entry);
  working.fresh = true;
  working.dirty = true;
  std::string id = working.entry.id();
  conflicts_.try_emplace(std::move(id), std::move(working));
}

void Batch::PutConflict(v1::Conflict entry) {
  WorkingConflict& working = conflicts_[entry.id()];
  working.entry = std::move(entry);
  working.fresh = false;
  working.dirty = true;
  working.removed = false;
}

void Batch::DropConflict(absl::string_view id) {
  const auto it = conflicts_.find(std::string(id));
  if (it != conflicts_.end()) it->second.removed = true;
}

// The history is not needed here any more.
void Batch::WriteRevisions(WorkingRecord& record) {
  for (auto it = record.history.end() - static_cast<std::ptrdiff_t>(record.fresh);
       it != record.history.end(); ++it) {
    writes_.revisions.push_back(std::move(*it));
  }
  record.fresh = 0;
}

void Batch::WritePersons() {
  for (auto& [archive_id, keys] : keys_of_) {
    (created_.count(archive_id) > 0 ? writes_.new_persons : writes_.persons)
        .emplace_back(archive_id, std::move(keys));
  }
}

void Batch::WriteConflicts() {
  for (const auto& [id, working] : conflicts_) {
    const std::string& org = working.entry.org();
    const bool elsewhere = working.removed || (working.dirty && working.stored_org != org);
    if (elsewhere && !working.stored_org.empty())
      writes_.queue.push_back({QueueEntry::Kind::kConflictLeave, id, 0, working.stored_org});
    if (working.removed) {
      writes_.removed_conflicts.push_back(id);
    } else if (working.dirty) {
      writes_.queue.push_back({QueueEntry::Kind::kConflict, id, 0, org});
      (working.fresh ? writes_.conflicts : writes_.conflict_updates).push_back(working.entry);
    }
  }
}

absl::Status Batch::Write(Transaction& transaction) {
  if (absl::Status status = FollowMoves(transaction, *this); !status.ok()) return status;
  WriteConflicts();
  for (auto& [id, record] : records_) {
    WriteRevisions(record);
    if (record.dirty) writes_.records.push_back(record.stored);
  }
  WritePersons();
  return transaction.Write(writes_);
}

v1::Record Batch::Wire(const WorkingRecord& record) {
  v1::Record wire;
  wire.set_type(record.stored.type);
  wire.set_id(record.stored.id);
  wire.set_revision(record.stored.revision);
  wire.set_org(record.stored.org);
  wire.set_body(record.stored.body);
  return wire;
}

}  // namespace bangfu::server
