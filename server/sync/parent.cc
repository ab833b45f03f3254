#include "server/sync/parent.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "base/error.h"
#include "domain/life/preview.h"
#include "domain/record/record_type.h"
#include "domain/text/civil_date.h"
#include "server/sync/batch.h"
#include "server/sync/conflict_entry.h"

namespace bangfu::server {
namespace {

using google::protobuf::Message;
using PendingChanges = std::map<std::string, std::vector<v1::Change>>;

absl::Status Unreadable(absl::string_view record_id) {
  return ErrorBuilder(absl::StatusCode::kInternal, v1::ERROR_REASON_INTERNAL,
                      {"上级节点发来的记录无法读取；请升级本节点。",
                       "A record from the parent cannot be read; update this node."})
      .With("record_id", record_id)
      .Build();
}

class ParentTransaction {
 public:
  ParentTransaction(const PersonKeyer& keyer, absl::Time now)
      : batch_(keyer), now_(now), today_(domain::ShanghaiDay(now)) {}

  absl::Status Read(Transaction& transaction, const std::vector<std::string>& ids,
                    const std::vector<const v1::Record*>& records) {
    if (absl::Status status = batch_.Lock(transaction, ids); !status.ok()) return status;
    auto pending = transaction.PendingUpstream(ids);
    if (!pending.ok()) return pending.status();
    pending_ = std::move(*pending);
    std::vector<std::string> identity_numbers;
    batch_.AddPersonsOf(ids, identity_numbers);
    for (const v1::Record* record : records) {
      if (!AddPersonsIn(record->type(), record->body(), identity_numbers))
        return Unreadable(record->id());
    }
    for (const auto& [id, changes] : pending_) {
      for (const v1::Change& change : changes)
        AddPersonsIn(change.record_type(), change.put().record(), identity_numbers);
    }
    return batch_.LoadPersons(transaction, identity_numbers);
  }

  // The parent's version becomes the node's, with the changes on top that it does not have yet.
  absl::Status Take(const v1::Record& theirs, const std::vector<v1::Change>& later) {
    auto parsed = domain::ParseRecord(theirs.type(), theirs.body());
    if (!parsed.ok()) return Unreadable(theirs.id());
    std::unique_ptr<Message> next = std::move(*parsed);
    for (const v1::Change& change : later) {
      // One that is not possible on the parent's version is invisible; the parent will refuse it.
      domain::Preview(*next, change, today_).IgnoreError();
    }
    WorkingRecord* record = batch_.Find(theirs.id());
    // By bytes: a field that is unknown here goes on to the children as well.
    const bool same = record != nullptr && record->stored.org == theirs.org() &&
                      record->message->SerializeAsString() == next->SerializeAsString();
    if (!same) {
      Attribution attribution{"", kFromUpstream, {}, now_, now_};
      record = &batch_.Commit(record, theirs.type(), theirs.id(), theirs.org(), std::move(next),
                              attribution);
      if (later.empty())
        record->stored.body = theirs.body();  // byte for byte, as the parent sent it
    }
    record->stored.upstream_revision = theirs.revision();
    batch_.Touch(*record);
    return absl::OkStatus();
  }

  absl::Status TakeOutcomes(const std::vector<UpstreamChange>& sent,
                            const std::vector<v1::Outcome>& outcomes) {
    std::map<std::string, Answer> answers;
    for (size_t i = 0; i < sent.size(); ++i) TakeOutcome(sent[i], outcomes[i], answers);
    for (auto& [id, answer] : answers) {
      if (absl::Status status = Settle(id, answer); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  absl::Status TakePulled(const v1::PullResponse& pulled, ParentSync::Feed feed) {
    const bool from_start = feed == ParentSync::Feed::kFromStart;
    for (const v1::Record& theirs : pulled.records()) {
      const WorkingRecord* record = batch_.Find(theirs.id());
      if (!from_start && record != nullptr &&
          record->stored.upstream_revision == theirs.revision()) {
        continue;
      }
      // Never more than the parent has: its revisions may count anew.
      const int64_t seen =
          record == nullptr ? 0 : std::min(record->stored.upstream_revision, theirs.revision());
      const std::vector<v1::Change>& unanswered = pending_[theirs.id()];
      if (absl::Status status = Take(theirs, unanswered); !status.ok()) return status;
      // People still see their unanswered values, not the parent's: what they enter on top must be
      // compared with what they had seen before.
      if (!unanswered.empty()) batch_.Find(theirs.id())->stored.upstream_revision = seen;
    }
    for (const std::string& id : pulled.left_record_ids()) {
      if (pending_[id].empty())
        batch_.Remove(id);  // with unanswered changes it stays until they are answered
    }
    if (!from_start || pulled.caught_up()) batch_.writes().upstream_cursor = pulled.next_cursor();
    return absl::OkStatus();
  }

  absl::Status Write(Transaction& transaction) { return batch_.Write(transaction); }

 private:
  // What all outcomes about one record say together.
  struct Answer {
    const v1::Record* record = nullptr;  // the last one that came with an outcome
    std::vector<v1::Change> since;       // accepted after it
    int64_t revision = 0;                // of the parent; 0: it said none
    bool gone = false;                   // the parent has no such record in this node's scope
  };

  static bool AddPersonsIn(v1::RecordType type, const std::string& body,
                           std::vector<std::string>& identity_numbers) {
    if (type != v1::RECORD_TYPE_ARCHIVE) return true;
    v1::Archive archive;
    if (!archive.ParseFromString(body)) return false;
    for (std::string& number : domain::PersonsOf(archive))
      identity_numbers.push_back(std::move(number));
    return true;
  }

  static bool HasCode(const v1::Outcome& outcome, v1::FindingCode code) {
    return std::any_of(outcome.findings().begin(), outcome.findings().end(),
                       [&](const v1::Finding& finding) { return finding.code() == code; });
  }

  void TakeOutcome(const UpstreamChange& sent, const v1::Outcome& outcome,
                   std::map<std::string, Answer>& answers) {
    Answered(sent.change);
    Answer& answer = answers[sent.change.record_id()];
    if (outcome.verdict() == v1::VERDICT_REFUSED || outcome.verdict() == v1::VERDICT_PARKED) {
      v1::Outcome reason = outcome;
      reason.clear_record();
      batch_.writes().upstream_refused.emplace_back(sent.position, std::move(reason));
    } else {
      batch_.writes().upstream_done.push_back(sent.position);
      answer.revision = outcome.revision();
      answer.since.push_back(sent.change);
    }
    if (outcome.has_record()) {
      answer.record = &outcome.record();
      answer.revision = outcome.record().revision();
      answer.since.clear();
    }
    answer.gone = !outcome.has_record() && HasCode(outcome, v1::FINDING_CODE_NOT_FOUND);
    Note(sent.change, outcome);
  }

  absl::Status Settle(const std::string& id, Answer& answer) {
    const std::vector<v1::Change>& unanswered = pending_[id];
    if (answer.record != nullptr) {
      std::vector<v1::Change>& later = answer.since;
      later.insert(later.end(), unanswered.begin(), unanswered.end());
      if (absl::Status status = Take(*answer.record, later); !status.ok()) return status;
    }
    WorkingRecord* record = batch_.Find(id);
    if (record == nullptr) return absl::OkStatus();
    if (answer.gone && unanswered.empty() && record->stored.upstream_revision > 0) {
      batch_.Remove(id);  // it left while changes of it were on their way
    } else if (answer.revision > 0) {
      record->stored.upstream_revision = answer.revision;
      batch_.Touch(*record);
    }
    return absl::OkStatus();
  }

  void Answered(const v1::Change& change) {
    std::vector<v1::Change>& unanswered = pending_[change.record_id()];
    unanswered.erase(std::remove_if(unanswered.begin(), unanswered.end(),
                                    [&](const v1::Change& other) {
                                      return other.change_id() == change.change_id();
                                    }),
                     unanswered.end());
  }

  static v1::ConflictKind KindOf(const v1::Outcome& outcome) {
    switch (outcome.verdict()) {
      case v1::VERDICT_CONFLICT:
        return v1::CONFLICT_KIND_FIELDS;
      case v1::VERDICT_REFUSED:
        return v1::CONFLICT_KIND_REFUSED_UPSTREAM;
      case v1::VERDICT_PARKED:
        return HasCode(outcome, v1::FINDING_CODE_DUPLICATE_PERSON)
                   ? v1::CONFLICT_KIND_DUPLICATE_PERSON
                   : v1::CONFLICT_KIND_ENDED;
      default:
        return v1::CONFLICT_KIND_UNSPECIFIED;
    }
  }

  // Writes a disagreement into the node's own log: one that the parent logged under the same id, a
  // refusal, which the parent does not log, under the id of the change.
  void Note(const v1::Change& change, const v1::Outcome& outcome) {
    const v1::ConflictKind kind = KindOf(outcome);
    const std::string& id =
        kind == v1::CONFLICT_KIND_REFUSED_UPSTREAM ? change.change_id() : outcome.conflict_id();
    if (kind == v1::CONFLICT_KIND_UNSPECIFIED || id.empty()) return;
    const WorkingRecord* record = batch_.Find(change.record_id());
    v1::Conflict entry;
    entry.set_id(id);
    entry.set_kind(kind);
    entry.set_state(v1::CONFLICT_STATE_OPEN);
    entry.set_record_type(change.record_type());
    entry.set_record_id(change.record_id());
    // A record that has left is still the business of those who entered the change.
    entry.set_org(record == nullptr ? change.actor().org() : record->stored.org);
    *entry.mutable_fields() = outcome.conflicts();
    *entry.mutable_findings() = outcome.findings();
    *entry.mutable_change() = change;
    *entry.mutable_logged_time() = ToProto(now_);
    entry.set_pushed_by(kFromUpstream);
    batch_.writes().conflicts.push_back(std::move(entry));
  }

  Batch batch_;
  const absl::Time now_;
  const absl::CivilDay today_;
  PendingChanges pending_;
};

}  // namespace

absl::Status ParentSync::ApplyOutcomes(const std::vector<UpstreamChange>& sent,
                                       const std::vector<v1::Outcome>& outcomes) {
  std::vector<std::string> ids;
  std::vector<const v1::Record*> records;
  for (size_t i = 0; i < sent.size(); ++i) {
    ids.push_back(sent[i].change.record_id());
    if (outcomes[i].has_record()) records.push_back(&outcomes[i].record());
  }
  const absl::Time now = clock_.Now();
  return store_.Transact([&](Transaction& transaction) -> absl::Status {
    ParentTransaction apply(keyer_, now);
    if (absl::Status status = apply.Read(transaction, ids, records); !status.ok()) return status;
    if (absl::Status status = apply.TakeOutcomes(sent, outcomes); !status.ok()) return status;
    return apply.Write(transaction);
  });
}

absl::Status ParentSync::ApplyBatch(const v1::PullResponse& batch, Feed feed) {
  std::vector<std::string> ids(batch.left_record_ids().begin(), batch.left_record_ids().end());
  std::vector<const v1::Record*> records;
  for (const v1::Record& record : batch.records()) {
    ids.push_back(record.id());
    records.push_back(&record);
  }
  const absl::Time now = clock_.Now();
  return store_.Transact([&](Transaction& transaction) -> absl::Status {
    ParentTransaction apply(keyer_, now);
    if (absl::Status status = apply.Read(transaction, ids, records); !status.ok()) return status;
    if (absl::Status status = apply.TakePulled(batch, feed); !status.ok()) return status;
    return apply.Write(transaction);
  });
}

}  // namespace bangfu::server
