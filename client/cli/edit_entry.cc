#include "client/cli/edit_entry.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/cli/field_owners.h"
#include "client/cli/selection.h"
#include "domain/check/evaluate.h"
#include "domain/life/entry_time.h"
#include "domain/life/step.h"
#include "domain/record/record_type.h"
#include "domain/rules/case.h"
#include "domain/rules/form.h"
#include "domain/rules/label.h"

namespace bangfu::client {
namespace {

using domain::Findings;

// Puts `event` in the place of the one with its id, or beside the others.
template <typename Event>
void Write(const google::protobuf::Message& event,
           google::protobuf::RepeatedPtrField<Event>& events) {
  const std::string id = domain::IdOf(event);
  auto place = std::find_if(events.begin(), events.end(),
                            [&](const Event& other) { return other.id() == id; });
  (place == events.end() ? *events.Add() : *place).CopyFrom(event);
}

// The case as it is after the edit.
v1::CaseFile RecordsAfter(const Edit& edit, const v1::Change& change) {
  v1::CaseFile records = edit.local.records;
  const std::unique_ptr<google::protobuf::Message> after(edit.after->New());
  after->CopyFrom(*edit.after);
  if (edit.before == nullptr) domain::SetEnteredTime(*after, change.entry_time());
  if (edit.type == v1::RECORD_TYPE_AID_EVENT) {
    Write(*after, *records.mutable_aid_events());
  } else if (edit.type == v1::RECORD_TYPE_VISIT) {
    Write(*after, *records.mutable_visits());
  } else {
    records.mutable_archive()->CopyFrom(*after);
  }
  return records;
}

// Where findings about what was written say it is; empty when they are told of no place.
std::string PlaceOf(const Edit& edit) {
  switch (edit.type) {
    case v1::RECORD_TYPE_AID_EVENT:
      return domain::ElementPath("aid_events", domain::IdOf(*edit.after));
    case v1::RECORD_TYPE_VISIT:
      return domain::ElementPath("visits", domain::IdOf(*edit.after));
    default:
      return edit.part;
  }
}

// Whether required fields are asked for now.
bool AsksForRequired(const Edit& edit) {
  if (edit.type != v1::RECORD_TYPE_ARCHIVE) return true;
  const v1::ArchiveStatus status = domain::StatusOf(edit.local.records.archive());
  return !edit.part.empty() && status != v1::ARCHIVE_STATUS_DRAFT &&
         status != v1::ARCHIVE_STATUS_RETURNED;
}

// What is required of the record or element and missing.
Findings Missing(const Edit& edit) {
  if (!AsksForRequired(edit)) return {};
  Findings missing = domain::CheckRequired(*edit.after);
  if (edit.type == v1::RECORD_TYPE_ARCHIVE) {
    missing.erase(std::remove_if(missing.begin(), missing.end(),
                                 [&](const v1::Finding& finding) {
                                   return !absl::StartsWith(finding.field(), edit.part);
                                 }),
                  missing.end());
  }
  return missing;
}

// What the rules have to say about what is written, beside what forbids it.
Findings About(const Session& session, const Edit& edit, const v1::Change& change) {
  const std::string place = PlaceOf(edit);
  if (place.empty()) return {};
  const v1::CaseFile records = RecordsAfter(edit, change);
  Findings about;
  for (v1::Finding& finding :
       domain::Evaluate(domain::CaseOf(records),
                        domain::RuleContext{session.orgs(), session.policy(), session.today()})) {
    if (absl::StartsWith(finding.field(), place) ||
        absl::StartsWith(finding.other_field(), place)) {
      about.push_back(std::move(finding));
    }
  }
  return about;
}

Json ListOf(const Findings& findings) {
  Json list = Json::array();
  for (const v1::Finding& finding : findings) list.push_back(ToJson(finding));
  return list;
}

}  // namespace

absl::StatusOr<ExitStatus> EnterEdit(Session& session, Edit edit) {
  auto signed_in = session.Signed();
  if (!signed_in.ok()) return signed_in.status();
  auto actor = session.Actor();
  if (!actor.ok()) return actor.status();
  v1::Change change = session.NewPut(edit.type, edit.before, *edit.after, *actor, edit.reason);
  const bool nothing = edit.before != nullptr && change.put().changed_fields().empty();
  Findings findings = std::move(edit.read);
  domain::Append(findings, domain::CheckValues(*edit.after, session.today()));
  domain::Append(findings, Missing(edit));
  if (!nothing) {
    domain::Append(findings,
                   CheckOwners(session, signed_in->person, edit.local.record.org,
                               edit.local.records.archive().tier(),
                               edit.before == nullptr ? *edit.after : *edit.before, change));
  }
  if (domain::HasErrors(findings)) {
    StepReport report(session);
    report.Refused({edit.local.record, edit.local.records.archive(), true}, findings);
    return report.Print({"已录入修改", "edited"});
  }
  if (nothing) {
    session.out().Line({"内容与现有一致，没有修改。", "Nothing changed."});
    session.out().Print(Json{{"change_id", ""}});
    return kDone;
  }
  domain::Append(findings, About(session, edit, change));
  change.set_base_revision(edit.base_revision);
  if (absl::Status status = session.replica().Append({change}); !status.ok()) return status;
  if (!edit.new_id.empty()) {
    session.out().Line({absl::StrCat("新增 ", edit.new_id), absl::StrCat("Added ", edit.new_id)});
  }
  session.out().Line(
      {absl::StrCat("已录入 ", change.change_id(), "，同步时上送。"),
       absl::StrCat("Entered as ", change.change_id(), "; goes up with the next sync.")});
  if (!findings.empty()) {
    session.out().Line({"对录入的内容，请注意：", "About what was entered:"});
  }
  for (const v1::Finding& finding : findings) {
    const std::string text = session.out().FindingText(finding);
    session.out().Line({absl::StrCat("  ", text), absl::StrCat("  ", text)});
  }
  Json document = {{"change_id", change.change_id()}, {"findings", ListOf(findings)}};
  if (!edit.new_id.empty()) document["id"] = edit.new_id;
  session.out().Print(document);
  return kDone;
}

}  // namespace bangfu::client
