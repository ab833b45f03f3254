#include "server/sync/parent_transaction.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/test_hooks.h"
#include "domain/life/preview.h"
#include "domain/record/record_type.h"
#include "domain/text/civil_date.h"
#include "server/sync/conflict_entry.h"
#include "server/sync/receipts.h"

namespace bangfu::server {
namespace {

using google::protobuf::Message;

bool HasCode(const v1::Outcome& outcome, v1::FindingCode code) {
  return std::any_of(outcome.findings().begin(), outcome.findings().end(),
                     [&](const v1::Finding& finding) { return finding.code() == code; });
}

bool Can(const v1::HandshakeResponse& parent, v1::Capability capability) {
  return std::count(parent.capabilities().begin(), parent.capabilities().end(), capability) > 0;
}

v1::ConflictKind KindOf(const v1::Outcome& outcome) {
  switch (outcome.verdict()) {
    case v1::VERDICT_CONFLICT:
      return v1::CONFLICT_KIND_FIELDS;
    case v1::VERDICT_REFUSED:
      return v1::CONFLICT_KIND_REFUSED_UPSTREAM;
    case v1::VERDICT_PARKED:
      if (HasCode(outcome, v1::FINDING_CODE_DUPLICATE_PERSON))
        return v1::CONFLICT_KIND_DUPLICATE_PERSON;
      return HasCode(outcome, v1::FINDING_CODE_RECORD_MOVED) ? v1::CONFLICT_KIND_MOVED
                                                             : v1::CONFLICT_KIND_ENDED;
    default:
      return v1::CONFLICT_KIND_UNSPECIFIED;
  }
}

// The parent has no such record for this node.
bool SaysUnknown(const v1::Change& change, const v1::Outcome& outcome) {
  // Of a resolution NOT_FOUND may mean the entry of the conflict log.
  return !outcome.has_record() && !change.has_resolve_conflict() &&
         HasCode(outcome, v1::FINDING_CODE_NOT_FOUND);
}

// The record is in another scope now, or the archive that it is something new of. Unlike one that
// the parent does not know, it cannot be one that the parent has lost.
bool SaysMoved(const v1::Outcome& outcome) {
  return !outcome.has_record() && HasCode(outcome, v1::FINDING_CODE_RECORD_MOVED);
}

void AddPersons(const v1::Archive& archive, std::vector<std::string>& identity_numbers) {
  for (std::string& number : domain::PersonsOf(archive))
    identity_numbers.push_back(std::move(number));
}

void AddPersonsIn(v1::RecordType type, const std::string& body,
                  std::vector<std::string>& identity_numbers) {
  v1::Archive archive;
  if (type == v1::RECORD_TYPE_ARCHIVE && archive.ParseFromString(body))
    AddPersons(archive, identity_numbers);
}

}  // namespace

ParentTransaction::ParentTransaction(PersonKeys keys, absl::Time now, ParsedRecords parsed)
    : batch_(std::move(keys)),
      now_(now),
      today_(domain::ShanghaiDay(now)),
      parsed_(std::move(parsed)) {}

absl::Status ParentTransaction::Read(Transaction& transaction, const std::vector<std::string>& ids,
                                     const std::vector<const v1::Record*>& records,
                                     std::vector<std::string> conflict_ids, Expected expected) {
  if (absl::Status status = batch_.Lock(transaction, ids, expected); !status.ok()) return status;
  auto pending = transaction.PendingUpstream(ids);
  if (!pending.ok()) return pending.status();
  pending_ = std::move(*pending);
  std::vector<std::string> identity_numbers;
  batch_.AddPersonsOf(ids, identity_numbers);
  for (const v1::Record* record : records) {
    const auto [it, fresh] = parsed_.try_emplace(record);
    if (fresh) it->second = ParseParentRecord(*record);
    if (it->second == nullptr) {
      conflict_ids.push_back(UnreadableId(record->id()));
    } else if (record->type() == v1::RECORD_TYPE_ARCHIVE &&
               (expected == Expected::kKnown || batch_.Find(record->id()) != nullptr)) {
      AddPersons(static_cast<const v1::Archive&>(*it->second), identity_numbers);
    }
  }
  for (const auto& [id, changes] : pending_) {
    for (const v1::Change& change : changes)
      AddPersonsIn(change.record_type(), change.put().record(), identity_numbers);
  }
  if (!conflict_ids.empty()) {
    if (absl::Status status = batch_.LockConflicts(transaction, conflict_ids); !status.ok())
      return status;
  }
  return batch_.LoadPersons(transaction, identity_numbers);
}

std::unique_ptr<Message> ParentTransaction::TakeParsed(const v1::Record& theirs) {
  const auto it = parsed_.find(&theirs);
  if (it == parsed_.end()) return ParseParentRecord(theirs);
  std::unique_ptr<Message> record = std::move(it->second);
  parsed_.erase(it);
  return record;
}

void ParentTransaction::Take(const v1::Record& theirs, const std::vector<v1::Change>& later) {
  std::unique_ptr<Message> next = TakeParsed(theirs);
  if (next == nullptr) {
    NoteUnreadable(theirs);
    return;
  }
  for (const v1::Change& change : later) {
    // One that is not possible on the parent's version is invisible; the parent will refuse it.
    domain::Preview(*next, change, today_).IgnoreError();
  }
  // As the parent sent it, byte for byte: digests are of bytes, and a field that is unknown here
  // goes on to the children as well.
  const std::string with_later = later.empty() ? std::string() : next->SerializeAsString();
  const std::string& body = later.empty() ? theirs.body() : with_later;
  const KnownOfNext known{.body = &body};
  WorkingRecord* record = batch_.Find(theirs.id());
  if (record == nullptr || record->stored.org != theirs.org() || record->stored.body != body) {
    record = &batch_.Commit(record, theirs.type(), theirs.id(), theirs.org(), std::move(next),
                            Attribution{"", kFromUpstream, {}, now_, now_}, known);
  }
  record->stored.upstream_revision = theirs.revision();
  batch_.Touch(*record);
}

void ParentTransaction::TakeUnasked(const v1::Record& theirs) {
  const WorkingRecord* before = batch_.Find(theirs.id());
  // Never more than the parent has: its revisions may count anew.
  const int64_t seen =
      before == nullptr ? 0 : std::min(before->stored.upstream_revision, theirs.revision());
  const std::vector<v1::Change>& unanswered = pending_[theirs.id()];
  if (BANGFU_SEEDED_BUG("parent_overwrites_pending")) {
    Take(theirs, {});
    return;
  }
  Take(theirs, unanswered);
  // People still see their unanswered values, not the parent's: what they enter on top must be
  // compared with what they had seen before.
  WorkingRecord* record = batch_.Find(theirs.id());
  if (record != nullptr && !unanswered.empty()) record->stored.upstream_revision = seen;
}

void ParentTransaction::TakeOutcomes(const std::vector<UpstreamChange>& sent,
                                     const std::vector<v1::Outcome>& outcomes,
                                     const v1::HandshakeResponse& parent) {
  std::map<std::string, Answer> answers;
  for (size_t i = 0; i < sent.size(); ++i) TakeOutcome(sent[i], outcomes[i], parent, answers);
  for (auto& [id, answer] : answers) Settle(id, answer);
}

void ParentTransaction::TakeOutcome(const UpstreamChange& sent, const v1::Outcome& outcome,
                                    const v1::HandshakeResponse& parent,
                                    std::map<std::string, Answer>& answers) {
  Answered(sent.change);
  const bool taken =
      outcome.verdict() != v1::VERDICT_REFUSED && outcome.verdict() != v1::VERDICT_PARKED;
  const bool lost = outcome.verdict() == v1::VERDICT_REFUSED && BANGFU_SEEDED_BUG("lose_refused");
  Answer& answer = answers[sent.change.record_id()];
  if (taken) {
    answer.revision = outcome.revision();
    answer.since.push_back(sent.change);
  }
  v1::Outcome reason = outcome;
  reason.set_change_id(sent.change.change_id());
  reason.clear_record();
  batch_.writes().receipts.push_back(ReceiptOf(reason, parent));
  if (taken || lost) {
    batch_.writes().upstream_done.push_back(sent.position);
  } else {
    batch_.writes().upstream_refused.emplace_back(sent.position, std::move(reason));
  }
  if (outcome.has_record()) {
    answer.record = &outcome.record();
    answer.revision = outcome.record().revision();
    answer.since.clear();
  }
  answer.unknown = SaysUnknown(sent.change, outcome);
  answer.moved = SaysMoved(outcome);
  if (!lost) Note(sent.change, outcome, parent);
}

void ParentTransaction::Settle(const std::string& id, Answer& answer) {
  const std::vector<v1::Change>& unanswered = pending_[id];
  if (answer.record != nullptr && !IsOvertaken(*answer.record)) {
    std::vector<v1::Change>& later = answer.since;
    later.insert(later.end(), unanswered.begin(), unanswered.end());
    Take(*answer.record, later);
  }
  WorkingRecord* record = batch_.Find(id);
  if (record == nullptr) return;
  const bool gone = answer.moved || (answer.unknown && record->stored.upstream_revision > 0);
  if (gone && unanswered.empty()) {
    batch_.Remove(id);  // it left while changes of it were on their way
  } else if (answer.revision > record->stored.upstream_revision) {
    record->stored.upstream_revision = answer.revision;
    batch_.Touch(*record);
  }
}

void ParentTransaction::TakeBatch(const v1::PullResponse& pulled, ParentSync::Feed feed) {
  const bool from_start = feed == ParentSync::Feed::kFromStart;
  for (const v1::Record& theirs : pulled.records()) {
    if (!from_start && IsOvertaken(theirs)) continue;
    const WorkingRecord* record = batch_.Find(theirs.id());
    // Equal revisions may have other bytes: the parent may have taken another entry time than we.
    if (!from_start && record != nullptr && record->stored.upstream_revision == theirs.revision() &&
        !pending_[theirs.id()].empty()) {
      continue;
    }
    TakeUnasked(theirs);
  }
  for (const std::string& id : pulled.left_record_ids()) LetGo(id);
  for (const v1::Conflict& entry : pulled.conflicts()) TakeConflict(entry);
  for (const std::string& id : pulled.left_conflict_ids()) {
    if (batch_.FindConflict(id) != nullptr) batch_.DropConflict(id);
  }
  if (!from_start || pulled.caught_up()) batch_.writes().upstream_cursor = pulled.next_cursor();
}

void ParentTransaction::TakeRepair(const std::vector<v1::Record>& records,
                                   const std::vector<std::string>& left_ids) {
  for (const v1::Record& theirs : records) TakeUnasked(theirs);
  for (const std::string& id : left_ids) LetGo(id);
}

absl::Status ParentTransaction::TakeLoss(Transaction& transaction,
                                         const std::vector<std::string>& lost_ids) {
  std::vector<std::string> archives;
  for (const std::string& id : lost_ids) {
    const WorkingRecord* record = batch_.Find(id);
    if (record != nullptr && !record->stored.columns.archive_id.empty())
      archives.push_back(record->stored.columns.archive_id);
  }
  if (absl::Status status = batch_.Lock(transaction, archives); !status.ok()) return status;
  for (const std::string& id : lost_ids) {
    WorkingRecord* record = batch_.Find(id);
    if (record == nullptr || record->stored.upstream_revision == 0) continue;
    // A record of this node's own belongs to an archive that is here.
    const std::string& archive_id = record->stored.columns.archive_id;
    if (!archive_id.empty() && batch_.Find(archive_id) == nullptr) continue;
    record->stored.upstream_revision = 0;
    batch_.Touch(*record);
  }
  return absl::OkStatus();
}

void ParentTransaction::TakeConflict(const v1::Conflict& entry) {
  const v1::Conflict* known = batch_.FindConflict(entry.id());
  if (known != nullptr && known->SerializeAsString() == entry.SerializeAsString()) return;
  batch_.PutConflict(entry);
}

void ParentTransaction::Answered(const v1::Change& change) {
  std::vector<v1::Change>& unanswered = pending_[change.record_id()];
  unanswered.erase(std::remove_if(unanswered.begin(), unanswered.end(),
                                  [&](const v1::Change& other) {
                                    return other.change_id() == change.change_id();
                                  }),
                   unanswered.end());
}

void ParentTransaction::LetGo(const std::string& id) {
  if (pending_[id].empty()) batch_.Remove(id);
}

bool ParentTransaction::IsOvertaken(const v1::Record& theirs) {
  const WorkingRecord* record = batch_.Find(theirs.id());
  return record != nullptr && theirs.revision() < record->stored.upstream_revision;
}

// A refusal is nobody's but ours to log. What the parent logged comes down by its feed, unless it
// has none for us or the record is no longer in our scope: then those who entered the change find
// it under the same id.
void ParentTransaction::Note(const v1::Change& change, const v1::Outcome& outcome,
                             const v1::HandshakeResponse& parent) {
  const v1::ConflictKind kind = KindOf(outcome);
  const bool refused = kind == v1::CONFLICT_KIND_REFUSED_UPSTREAM;
  const bool moved = kind == v1::CONFLICT_KIND_MOVED;
  const std::string& id = refused ? change.change_id() : outcome.conflict_id();
  if (kind == v1::CONFLICT_KIND_UNSPECIFIED || id.empty()) return;
  if (!refused && !moved && Can(parent, v1::CAPABILITY_CONFLICT_FEED)) return;
  const WorkingRecord* record = batch_.Find(change.record_id());
  v1::Conflict entry;
  entry.set_id(id);
  entry.set_kind(kind);
  // What has moved is decided by those who have it now.
  entry.set_state(moved ? v1::CONFLICT_STATE_INFORMATION : v1::CONFLICT_STATE_OPEN);
  entry.set_record_type(change.record_type());
  entry.set_record_id(change.record_id());
  // A record that has left is still the business of those who entered the change.
  entry.set_org(record == nullptr || moved ? change.actor().org() : record->stored.org);
  *entry.mutable_fields() = outcome.conflicts();
  *entry.mutable_findings() = outcome.findings();
  *entry.mutable_change() = change;
  *entry.mutable_logged_time() = ToProto(now_);
  entry.set_pushed_by(kFromUpstream);
  // Whom the parent takes us for.
  if (refused) entry.set_logged_by(absl::StrCat(parent.org(), "/", parent.node()));
  batch_.LogConflict(std::move(entry));
}

std::string ParentTransaction::UnreadableId(const std::string& record_id) {
  return ConflictId(record_id, v1::CONFLICT_KIND_UNREADABLE, kFromUpstream);
}

void ParentTransaction::NoteUnreadable(const v1::Record& theirs) {
  const std::string id = UnreadableId(theirs.id());
  if (batch_.FindConflict(id) != nullptr) return;
  v1::Conflict entry;
  entry.set_id(id);
  entry.set_kind(v1::CONFLICT_KIND_UNREADABLE);
  entry.set_state(v1::CONFLICT_STATE_INFORMATION);
  entry.set_record_type(theirs.type());
  entry.set_record_id(theirs.id());
  entry.set_org(theirs.org());
  *entry.mutable_logged_time() = ToProto(now_);
  entry.set_pushed_by(kFromUpstream);
  batch_.LogConflict(std::move(entry));
}

}  // namespace bangfu::server
