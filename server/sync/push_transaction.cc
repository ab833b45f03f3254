#include "server/sync/push_transaction.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/limits.h"
#include "domain/life/entry_time.h"
#include "domain/life/lifecycle.h"
#include "domain/life/step_check.h"
#include "domain/record/field_path.h"
#include "domain/record/field_values.h"
#include "domain/record/record_type.h"
#include "domain/rules/finding.h"
#include "domain/rules/form.h"
#include "domain/text/civil_date.h"
#include "domain/text/identity_number.h"
#include "domain/text/uuid.h"
#include "server/authz/permissions.h"
#include "server/sync/batch.h"
#include "server/sync/batch_cases.h"
#include "server/sync/conflict_entry.h"
#include "server/sync/merge.h"
#include "server/sync/numbering.h"
#include "server/sync/step_place.h"

namespace bangfu::server {
namespace {

using domain::Error;
using domain::FieldEdits;
using domain::FieldValues;
using domain::Findings;
using google::protobuf::Message;

// The outcomes must fit into one message, or the child could never learn them.
absl::Status CheckReply(const std::vector<v1::Outcome>& outcomes) {
  int64_t bytes = 0;
  for (const v1::Outcome& outcome : outcomes) bytes += static_cast<int64_t>(outcome.ByteSizeLong());
  if (bytes <= limits::kMaxReplyBytes || outcomes.size() == 1) return absl::OkStatus();
  return ErrorBuilder(
             absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_TOO_MANY_CHANGES,
             {"这些变更的答复超过一条消息；没有写入任何内容，请减半后重试。",
              "The answers do not fit into one message; nothing was written, send half of them."})
      .With("limit", absl::StrCat(limits::kMaxReplyBytes))
      .Build();
}

v1::Finding NotFound() {
  return Error(
      "R35", v1::FINDING_CODE_NOT_FOUND, "",
      {"在您的管辖范围内没有这份档案；请先同步。", "No such record in your scope; sync first."});
}

// Paths of a record that its key fields fill by themselves: not edits of anybody.
bool IsKeyPath(absl::string_view path) { return path == "id"; }

// The archive that an aid event or a visit belongs to.
constexpr char kArchiveField[] = "archive_id";

// Whether an edit can name the path: a value, or the presence of a list element.
bool IsEditPath(const google::protobuf::Descriptor& record, absl::string_view path) {
  const auto steps = domain::ParsePath(record, path);
  return steps.has_value() &&
         (steps->back().key.has_value() || domain::IsValue(*steps->back().field));
}

// One run of a push inside one transaction.
class PushTransaction {
 public:
  PushTransaction(const PushContext& context, const std::vector<PreparedChange>& changes)
      : principal_(context.principal),
        orgs_(context.orgs),
        policy_(context.policy),
        changes_(changes),
        role_(context.role),
        now_(context.now),
        today_(domain::ShanghaiDay(context.now)),
        batch_(context.keyer),
        cases_(batch_),
        numbering_(context.orgs, domain::ShanghaiYear(context.now)) {}

  absl::StatusOr<std::vector<v1::Outcome>> Run(Transaction& transaction) {
    if (absl::Status status = Read(transaction); !status.ok()) return status;
    std::vector<v1::Outcome> outcomes;
    outcomes.reserve(changes_.size());
    for (const PreparedChange& prepared : changes_) outcomes.push_back(Answer(prepared));
    if (absl::Status status = CheckReply(outcomes); !status.ok()) return status;
    numbering_.AddTo(batch_.writes());
    if (absl::Status status = batch_.Write(transaction); !status.ok()) return status;
    return outcomes;
  }

 private:
  // One read-and-lock for everything the batch touches.
  absl::Status Read(Transaction& transaction) {
    std::vector<std::string> change_ids;
    std::vector<std::string> record_ids;
    std::vector<std::string> identity_numbers;
    std::vector<std::string> to_withdraw;
    for (const PreparedChange& prepared : changes_) {
      change_ids.push_back(prepared.change->change_id());
      // Of a refused change too: the answer shows the record as it is.
      record_ids.push_back(prepared.change->record_id());
      if (prepared.change->has_merge_into())
        record_ids.push_back(prepared.change->merge_into().archive_id());
      if (prepared.change->has_withdraw()) to_withdraw.push_back(prepared.change->record_id());
      if (domain::HasErrors(prepared.findings) || prepared.theirs == nullptr) continue;
      const std::string archive_id = domain::ParentIdOf(*prepared.theirs);
      if (!archive_id.empty()) record_ids.push_back(archive_id);
      if (prepared.change->record_type() == v1::RECORD_TYPE_ARCHIVE) {
        for (std::string& number :
             domain::PersonsOf(static_cast<const v1::Archive&>(*prepared.theirs))) {
          identity_numbers.push_back(std::move(number));
        }
      }
    }
    auto logged = transaction.FindChanges(change_ids);
    if (!logged.ok()) return logged.status();
    logged_ = std::move(*logged);
    if (absl::Status status = batch_.Lock(transaction, record_ids); !status.ok()) return status;
    if (absl::Status status = cases_.Load(transaction, to_withdraw); !status.ok()) return status;
    batch_.AddPersonsOf(record_ids, identity_numbers);
    if (absl::Status status = ReadHistory(transaction); !status.ok()) return status;
    if (absl::Status status = batch_.LoadPersons(transaction, identity_numbers); !status.ok())
      return status;
    ExpectNumbers();
    return numbering_.Lock(transaction);
  }

  // The revision that the writer has seen. One that this node never made (it was restored) proves
  // nothing.
  static int64_t BaseOf(const v1::Change& change, const WorkingRecord& record) {
    return change.base_revision() > record.stored.revision ? 0 : change.base_revision();
  }

  absl::Status ReadHistory(Transaction& transaction) {
    std::map<std::string, int64_t> oldest_base;
    for (const PreparedChange& prepared : changes_) {
      if (!prepared.change->has_put() && !prepared.change->has_approve()) continue;
      const WorkingRecord* record = batch_.Find(prepared.change->record_id());
      if (record == nullptr) continue;
      const int64_t base = BaseOf(*prepared.change, *record);
      if (base == record->stored.revision) continue;
      const auto [it, first] = oldest_base.try_emplace(record->stored.id, base);
      if (!first) it->second = std::min(it->second, base);
    }
    if (oldest_base.empty()) return absl::OkStatus();
    auto revisions = transaction.RevisionsSince({oldest_base.begin(), oldest_base.end()});
    if (!revisions.ok()) return revisions.status();
    for (Revision& revision : *revisions) {
      if (WorkingRecord* record = batch_.Find(revision.record_id))
        record->history.push_back(std::move(revision));
    }
    return absl::OkStatus();
  }

  void ExpectNumbers() {
    std::set<std::string> approved;
    for (const PreparedChange& prepared : changes_) {
      if (prepared.change->has_approve()) approved.insert(prepared.change->record_id());
    }
    for (const std::string& id : approved) {
      if (const WorkingRecord* record = batch_.Find(id);
          record != nullptr && record->archive() != nullptr) {
        numbering_.Expect(*record->archive());
      }
    }
    for (const PreparedChange& prepared : changes_) {
      const bool archive = prepared.change->record_type() == v1::RECORD_TYPE_ARCHIVE;
      if (archive && prepared.theirs != nullptr &&
          approved.count(prepared.change->record_id()) > 0) {
        numbering_.Expect(static_cast<const v1::Archive&>(*prepared.theirs));
      }
    }
  }

  v1::Outcome Answer(const PreparedChange& prepared) {
    const v1::Change& change = *prepared.change;
    if (const auto known = logged_.find(change.change_id()); known != logged_.end()) {
      return Replay(prepared, known->second);
    }
    v1::Outcome outcome = Decide(prepared);
    outcome.set_change_id(change.change_id());
    LoggedChange logged;
    logged.change_id = change.change_id();
    logged.record_id = change.record_id();
    logged.pushed_by = principal_.Key();
    logged.digest = prepared.digest;
    logged.outcome = outcome;
    logged.outcome.clear_record();
    if (domain::IsUuid(change.record_id())) batch_.writes().changes.push_back(logged);
    logged_.emplace(change.change_id(), std::move(logged));
    return outcome;
  }

  v1::Outcome Replay(const PreparedChange& prepared, const LoggedChange& logged) {
    if (logged.pushed_by != principal_.Key() || logged.digest != prepared.digest) {
      v1::Outcome outcome =
          Refuse({Error("R35", v1::FINDING_CODE_CHANGE_ID_REUSED, "change_id",
                        {"该变更标识已用于另一项变更；请重新录入。",
                         "This change_id was used for another change; enter it again."})});
      outcome.set_change_id(prepared.change->change_id());
      return outcome;
    }
    v1::Outcome outcome = logged.outcome;
    outcome.set_replayed(true);
    Attach(Visible(prepared.change->record_id()), outcome);
    return outcome;
  }

  v1::Outcome Decide(const PreparedChange& prepared) {
    const v1::Change& change = *prepared.change;
    if (domain::HasErrors(prepared.findings))
      return Refuse(prepared.findings, Visible(change.record_id()));
    if (!MaySpeakFor(orgs_, principal_, change.actor().org())) {
      return Refuse({Error("R35", v1::FINDING_CODE_NOT_PERMITTED, "actor.org",
                           {"本节点不能代表该单位的人员提交变更。",
                            "This node may not bring changes of people of that org."})},
                    Visible(change.record_id()));
    }
    WorkingRecord* record = Visible(change.record_id());
    const bool hidden = record == nullptr && batch_.Find(change.record_id()) != nullptr;
    if (hidden || (record != nullptr && record->stored.type != change.record_type()))
      return Refuse({NotFound()});
    v1::Outcome outcome =
        change.has_put() ? DecidePut(prepared, record) : DecideStep(prepared, record);
    for (const v1::Finding& finding : prepared.findings)
      *outcome.add_findings() = finding;  // warnings
    return outcome;
  }

  // ---- Steps

  v1::Outcome DecideStep(const PreparedChange& prepared, WorkingRecord* record) {
    const v1::Change& change = *prepared.change;
    if (record == nullptr || record->archive() == nullptr) return Refuse({NotFound()});
    Findings findings = domain::CheckStep(CaseFor(change, *record->archive()), change,
                                          domain::RuleContext{orgs_, policy_, today_});
    if (role_.has_upstream) domain::Append(findings, CheckPlace(change, *record->archive()));
    if (change.has_merge_into())
      domain::Append(findings, CheckMergeTarget(Visible(change.merge_into().archive_id())));
    if (domain::HasErrors(findings)) return Refuse(std::move(findings), record);
    if (change.has_approve()) {
      if (std::optional<v1::Finding> changed = ChangedSinceRead(change, *record))
        return Refuse({*changed}, record);
    }
    auto next = std::make_unique<v1::Archive>(*record->archive());
    v1::Change signed_change = change;
    *signed_change.mutable_entry_time() =
        ToProto(prepared.entry_time);  // guarded against skew (A23)
    domain::StepResult step = domain::TakeStep(*next, signed_change, today_);
    domain::Append(findings, std::move(step.findings));
    if (step.needs_number) {
      Findings number =
          role_.has_upstream ? Findings{OnlyTheCityEstablishes()} : numbering_.Assign(*next);
      if (domain::HasErrors(number)) return Refuse(std::move(number), record);
    }
    Commit(prepared, record, record->stored.org, std::move(next), change);
    v1::Outcome outcome = Applied(v1::VERDICT_ACCEPTED, *record, std::move(findings));
    Attach(record, outcome);
    return outcome;
  }

  // A withdrawal is about the whole case, every other step about the archive alone.
  domain::Case CaseFor(const v1::Change& change, const v1::Archive& archive) const {
    if (change.has_withdraw()) return cases_.CaseOf(archive);
    domain::Case c;
    c.archive = &archive;
    return c;
  }

  // The center approves what it has read: not contents of the filing side that changed since. A
  // base of 0 says that the writer does not tell what it has read.
  std::optional<v1::Finding> ChangedSinceRead(const v1::Change& change,
                                              const WorkingRecord& record) const {
    if (change.base_revision() == 0) return std::nullopt;
    for (const Revision* revision : UnseenBy(change, record)) {
      for (const auto& [path, before] : revision->before) {
        if (domain::OwnerOfPath(*record.message->GetDescriptor(), path) != v1::OWNER_FILING)
          continue;
        const std::string label = domain::LabelOfPath(*record.message->GetDescriptor(), path);
        return Error(
            "R39", v1::FINDING_CODE_WRONG_STATUS, path,
            {absl::StrCat("“", label, "”在您查看之后已被修改，未予审批；请同步后重新查看。"),
             absl::StrCat("The field ", path,
                          " was changed since you read it; sync and read again.")});
      }
    }
    return std::nullopt;
  }

  // ---- Puts

  v1::Outcome DecidePut(const PreparedChange& prepared, WorkingRecord* record) {
    const v1::Change& change = *prepared.change;
    std::string org;
    if (std::optional<v1::Finding> problem = ResolveOrg(prepared, org))
      return Refuse({*problem}, record);
    if (record == nullptr) {
      if (change.base_revision() > 0) return Refuse({NotFound()});
      return Create(prepared, org);
    }
    if (const v1::Archive* archive = record->archive();
        archive != nullptr && !domain::IsLive(archive->status())) {
      return Park(prepared, record, v1::CONFLICT_KIND_ENDED,
                  Error("R50", v1::FINDING_CODE_WRONG_STATUS, "status",
                        {"档案已结束，修改已留存待处理；如需继续帮扶请重新建档。",
                         "The archive has ended; the edit is kept for a decision. File again if "
                         "help is still needed."}));
    }
    return Edit(prepared, record, org);
  }

  // The org that the record belongs to after the put. Out of scope and unknown read alike.
  std::optional<v1::Finding> ResolveOrg(const PreparedChange& prepared, std::string& org) {
    const std::string archive_id = domain::ParentIdOf(*prepared.theirs);
    if (prepared.change->record_type() == v1::RECORD_TYPE_ARCHIVE) {
      org = static_cast<const v1::Archive&>(*prepared.theirs).unit();
    } else if (const WorkingRecord* archive = Visible(archive_id)) {
      org = archive->stored.org;
    } else {
      return NotFound();
    }
    if (orgs_.Find(org) == nullptr || !MayAccess(orgs_, principal_, org)) {
      return Error("R58", v1::FINDING_CODE_OUT_OF_SCOPE, "unit",
                   {"单位不在本节点的管辖范围内；请核对单位名称。",
                    "The unit is not in this node's scope; check its name."});
    }
    return std::nullopt;
  }

  v1::Outcome Create(const PreparedChange& prepared, const std::string& org) {
    const v1::Change& change = *prepared.change;
    std::unique_ptr<Message> next(prepared.theirs->New());
    next->CopyFrom(*prepared.theirs);
    const Relation relation = RelationOf(orgs_, change.actor().org(), org);
    if (relation != Relation::kFilingSide) {
      return Refuse(
          {Error("R36", v1::FINDING_CODE_NOT_PERMITTED, "actor.org",
                 {"档案由单位或其区县、产业工会录入。",
                  "Records are entered by the unit or its district or industry union."})});
    }
    FieldEdits foreign;
    for (const auto& [path, value] : domain::ReadFields(*prepared.theirs)) {
      if (IsKeyPath(path)) continue;
      const v1::Owner owner = domain::OwnerOfPath(*prepared.theirs->GetDescriptor(), path);
      if (MayWriteField(relation, owner) == FieldPermission::kDenied)
        foreign.emplace(path, std::nullopt);
    }
    if (!domain::WriteFields(*next, foreign).ok()) return Refuse({NotFound()});
    domain::SetEnteredTime(*next, ToProto(prepared.entry_time));  // guarded against skew (A23)
    if (auto* archive = change.record_type() == v1::RECORD_TYPE_ARCHIVE
                            ? static_cast<v1::Archive*>(next.get())
                            : nullptr) {
      archive->set_status(v1::ARCHIVE_STATUS_DRAFT);
      if (std::optional<v1::Outcome> parked = ParkDuplicate(prepared, nullptr, *archive))
        return *parked;
    }
    v1::Change onward = change;
    WorkingRecord& record = batch_.Commit(nullptr, change.record_type(), change.record_id(), org,
                                          std::move(next), AttributionOf(prepared));
    Forward(record, onward);
    v1::Outcome outcome = Applied(v1::VERDICT_ACCEPTED, record, {});
    if (!foreign.empty()) ReportNotOwned(prepared, &record, PathsOf(foreign), outcome);
    return outcome;
  }

  v1::Outcome Edit(const PreparedChange& prepared, WorkingRecord* record, const std::string& org) {
    const v1::Change& change = *prepared.change;
    const auto* descriptor = record->message->GetDescriptor();
    for (const std::string& path : change.put().changed_fields()) {
      if (!IsEditPath(*descriptor, path)) return Refuse({UnknownField()}, record);
    }
    const FieldValues current = domain::ReadFields(*record->message);
    const FieldValues theirs = domain::ReadFields(*prepared.theirs);
    const FieldEdits edits = EditsOf(change.put(), theirs);
    const std::vector<const Revision*> unseen = UnseenBy(change, *record);
    const Relation relation = RelationOf(orgs_, change.actor().org(), record->stored.org);
    const MergeResult merge = Merge(current, edits, unseen, [&](absl::string_view path) {
      if (relation == Relation::kFilingSide && record->archive() != nullptr &&
          domain::IsFixed(*record->archive(), path)) {
        return FieldPermission::kDenied;
      }
      return MayWriteField(relation, domain::OwnerOfPath(*descriptor, path));
    });
    if (!merge.corrected.empty() && change.put().correction_reason().empty()) {
      return Refuse({Error("A35", v1::FINDING_CODE_REASON_MISSING, merge.corrected.front(),
                           {"服务中心更正填报方的内容须说明理由；请用 --reason 写明。",
                            "A correction of the filing side's fields needs a reason; give one "
                            "with --reason."})},
                    record);
    }
    if (merge.applied.empty() && merge.conflicts.empty() && !merge.not_owned.empty()) {
      v1::Outcome outcome = Refuse({}, record);
      ReportNotOwned(prepared, record, merge.not_owned, outcome);
      return outcome;
    }

    std::unique_ptr<Message> next(record->message->New());
    next->CopyFrom(*record->message);
    if (!domain::WriteFields(*next, merge.applied).ok()) return Refuse({UnknownField()}, record);
    if (!unseen.empty()) {
      // Each side was in order by itself; together they may not be (number of members).
      Findings together = domain::CheckValues(*next, today_);
      if (domain::HasErrors(together)) return Refuse(std::move(together), record);
    }
    const v1::Archive* archive =
        record->archive() == nullptr ? nullptr : static_cast<v1::Archive*>(next.get());
    if (archive != nullptr) {
      if (std::optional<v1::Outcome> parked = ParkDuplicate(prepared, record, *archive))
        return *parked;
    }
    const std::string next_org = archive != nullptr                       ? archive->unit()
                                 : merge.applied.count(kArchiveField) > 0 ? org
                                                                          : record->stored.org;
    if (!merge.applied.empty()) {
      v1::Change onward = change;
      onward.mutable_put()->clear_changed_fields();
      for (const auto& [path, value] : merge.applied)
        onward.mutable_put()->add_changed_fields(path);
      Commit(prepared, record, next_org, std::move(next), onward);
    }

    const v1::Verdict verdict = !merge.conflicts.empty() ? v1::VERDICT_CONFLICT
                                : unseen.empty()         ? v1::VERDICT_ACCEPTED
                                                         : v1::VERDICT_MERGED;
    v1::Outcome outcome = Applied(verdict, *record, {});
    if (verdict != v1::VERDICT_ACCEPTED) {
      LogMerge(prepared, *record, merge, unseen, outcome);
      Attach(record, outcome);
    }
    if (!merge.not_owned.empty()) ReportNotOwned(prepared, record, merge.not_owned, outcome);
    return outcome;
  }

  // Left out silently, the edit would be lost.
  static v1::Finding UnknownField() {
    return Error("R28", v1::FINDING_CODE_MALFORMED, "changed_fields",
                 {"变更的字段无法写入；请升级本节点或客户端后重新录入。",
                  "A changed field cannot be written; update this node or the client and enter it "
                  "again."});
  }

  static FieldEdits EditsOf(const v1::Put& put, const FieldValues& theirs) {
    std::vector<std::string> paths(put.changed_fields().begin(), put.changed_fields().end());
    if (paths.empty()) {
      for (const auto& [path, value] : theirs) paths.push_back(path);
    }
    FieldEdits edits = domain::Select(theirs, paths);
    edits.erase("id");
    return edits;
  }

  // Revisions that the writer had not seen. What came through the same child is known there: a
  // child hands on changes in the order in which it accepted them.
  std::vector<const Revision*> UnseenBy(const v1::Change& change,
                                        const WorkingRecord& record) const {
    std::vector<const Revision*> unseen;
    const int64_t base = BaseOf(change, record);
    for (const Revision& revision : record.history) {
      if (revision.revision > base && revision.pushed_by != principal_.Key()) {
        unseen.push_back(&revision);
      }
    }
    return unseen;
  }

  // ---- What happens besides

  // One person, one archive: keeps the change as a whole for the service center to decide.
  std::optional<v1::Outcome> ParkDuplicate(const PreparedChange& prepared, WorkingRecord* record,
                                           const v1::Archive& archive) {
    std::string person;
    const auto holder =
        batch_.FindDuplicate(archive, record == nullptr ? nullptr : record->archive(), person);
    if (!holder) return std::nullopt;
    const v1::Org* other = orgs_.UnionOf(holder->org);
    if (other == nullptr) other = orgs_.Find(holder->org);
    const std::string union_name = other == nullptr ? std::string() : other->name();
    const std::string masked = domain::MaskIdentityNumber(person);
    return Park(prepared, record, v1::CONFLICT_KIND_DUPLICATE_PERSON,
                Error("R28", v1::FINDING_CODE_DUPLICATE_PERSON, "identity_number",
                      {absl::StrCat("证件号 ", masked, " 已在", union_name,
                                    "的有效档案中（一户一档）；已留存，由市职工服务中心裁定。"),
                       absl::StrCat("The person ", masked, " is in a live archive of ", union_name,
                                    " already (one household, one archive); kept for the service "
                                    "center to decide.")}));
  }

  v1::Outcome Park(const PreparedChange& prepared, WorkingRecord* record, v1::ConflictKind kind,
                   v1::Finding finding) {
    v1::Conflict entry =
        NewConflictEntry(prepared, principal_, now_, kind, v1::CONFLICT_STATE_OPEN);
    entry.set_org(record != nullptr ? record->stored.org : OrgOfParked(prepared));
    *entry.add_findings() = finding;
    v1::Outcome outcome;
    outcome.set_verdict(v1::VERDICT_PARKED);
    outcome.set_conflict_id(entry.id());
    *outcome.add_findings() = std::move(finding);
    if (record != nullptr) {
      outcome.set_revision(record->stored.revision);
      Attach(record, outcome);
    }
    batch_.writes().conflicts.push_back(std::move(entry));
    return outcome;
  }

  std::string OrgOfParked(const PreparedChange& prepared) const {
    return prepared.change->record_type() == v1::RECORD_TYPE_ARCHIVE
               ? static_cast<const v1::Archive&>(*prepared.theirs).unit()
               : principal_.org;
  }

  void LogMerge(const PreparedChange& prepared, const WorkingRecord& record,
                const MergeResult& merge, const std::vector<const Revision*>& unseen,
                v1::Outcome& outcome) {
    const bool conflict = !merge.conflicts.empty();
    v1::Conflict entry = NewConflictEntry(
        prepared, principal_, now_, conflict ? v1::CONFLICT_KIND_FIELDS : v1::CONFLICT_KIND_MERGED,
        conflict ? v1::CONFLICT_STATE_OPEN : v1::CONFLICT_STATE_INFORMATION);
    entry.set_org(record.stored.org);
    for (const v1::FieldConflict& field : merge.conflicts) {
      *entry.add_fields() = field;
      *outcome.add_conflicts() = field;
    }
    const Revision* ours = conflict ? merge.opposing : unseen.back();
    SetOurs(entry, *ours);
    outcome.set_conflict_id(entry.id());
    batch_.writes().conflicts.push_back(std::move(entry));
  }

  // Why an edit of this field was left out.
  static v1::Finding LeftOut(const WorkingRecord& record, const std::string& path) {
    const std::string label = domain::LabelOfPath(*record.message->GetDescriptor(), path);
    if (domain::OwnerOfPath(*record.message->GetDescriptor(), path) == v1::OWNER_FILING) {
      return Error(
          "R89", v1::FINDING_CODE_WRONG_STATUS, path,
          {absl::StrCat("“", label,
                        "”在提交后不得由填报方更改，未采用；请由服务中心更正或退回后修改。"),
           absl::StrCat(
               "The field ", path,
               " is fixed by submission and was left out; the service center corrects it, or "
               "returns the archive.")});
    }
    return Error("A35", v1::FINDING_CODE_FIELD_NOT_OWNED, path,
                 {absl::StrCat("“", label, "”不由您填写，未采用。"),
                  absl::StrCat("The field ", path, " is not yours to write and was left out.")});
  }

  void ReportNotOwned(const PreparedChange& prepared, WorkingRecord* record,
                      const std::vector<std::string>& paths, v1::Outcome& outcome) {
    v1::Conflict entry =
        NewConflictEntry(prepared, principal_, now_, v1::CONFLICT_KIND_FIELD_NOT_OWNED,
                         v1::CONFLICT_STATE_INFORMATION);
    entry.set_org(record->stored.org);
    const FieldValues ours = domain::ReadFields(*record->message);
    const FieldValues theirs = domain::ReadFields(*prepared.theirs);
    for (const std::string& path : paths) {
      v1::FieldConflict& field = *entry.add_fields();
      field.set_field(path);
      if (const auto value = ours.find(path); value != ours.end()) field.set_ours(value->second);
      if (const auto value = theirs.find(path); value != theirs.end())
        field.set_theirs(value->second);
      v1::Finding finding = LeftOut(*record, path);
      *entry.add_findings() = finding;
      *outcome.add_findings() = std::move(finding);
    }
    if (outcome.conflict_id().empty()) outcome.set_conflict_id(entry.id());
    Attach(record, outcome);
    batch_.writes().conflicts.push_back(std::move(entry));
  }

  void Commit(const PreparedChange& prepared, WorkingRecord* record, const std::string& org,
              std::unique_ptr<Message> next, const v1::Change& onward) {
    batch_.Commit(record, record->stored.type, record->stored.id, org, std::move(next),
                  AttributionOf(prepared));
    Forward(*record, onward);
  }

  // An accepted change goes on to the parent as it was entered; only base_revision is restated in
  // its revisions.
  void Forward(const WorkingRecord& record, v1::Change change) {
    if (!role_.has_upstream) return;
    change.set_base_revision(record.stored.upstream_revision);
    batch_.writes().upstream.push_back(std::move(change));
  }

  Attribution AttributionOf(const PreparedChange& prepared) const {
    return {prepared.change->change_id(), principal_.Key(), prepared.change->actor(),
            prepared.entry_time, now_};
  }

  // The record when the caller may see it.
  WorkingRecord* Visible(const std::string& id) {
    WorkingRecord* record = batch_.Find(id);
    return record != nullptr && MayAccess(orgs_, principal_, record->stored.org) ? record : nullptr;
  }

  static std::vector<std::string> PathsOf(const FieldEdits& edits) {
    std::vector<std::string> paths;
    for (const auto& [path, value] : edits) paths.push_back(path);
    return paths;
  }

  static void Attach(const WorkingRecord* record, v1::Outcome& outcome) {
    if (record != nullptr) *outcome.mutable_record() = Batch::Wire(*record);
  }

  static v1::Outcome Applied(v1::Verdict verdict, const WorkingRecord& record, Findings findings) {
    v1::Outcome outcome;
    outcome.set_verdict(verdict);
    outcome.set_revision(record.stored.revision);
    for (v1::Finding& finding : findings) *outcome.add_findings() = std::move(finding);
    return outcome;
  }

  static v1::Outcome Refuse(Findings findings, const WorkingRecord* record = nullptr) {
    v1::Outcome outcome;
    outcome.set_verdict(v1::VERDICT_REFUSED);
    for (v1::Finding& finding : findings) *outcome.add_findings() = std::move(finding);
    if (record != nullptr) {
      outcome.set_revision(record->stored.revision);
      Attach(record, outcome);
    }
    return outcome;
  }

  const Principal& principal_;
  const domain::OrgTree& orgs_;
  const domain::PolicyBook& policy_;
  const std::vector<PreparedChange>& changes_;
  const NodeRole role_;
  const absl::Time now_;
  const absl::CivilDay today_;
  Batch batch_;
  BatchCases cases_;
  Numbering numbering_;
  std::map<std::string, LoggedChange> logged_;
};

}  // namespace

absl::StatusOr<std::vector<v1::Outcome>> AnswerChanges(Transaction& transaction,
                                                       const PushContext& context,
                                                       const std::vector<PreparedChange>& changes) {
  return PushTransaction(context, changes).Run(transaction);
}

}  // namespace bangfu::server
