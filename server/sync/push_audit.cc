#include "server/sync/push_audit.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/test_hooks.h"
#include "domain/text/uuid.h"
#include "server/sync/actor_check.h"
#include "server/sync/conflict_entry.h"

namespace bangfu::server {
namespace {

// Refused for lack of rights, not by a rule. What is out of scope reads as NOT_FOUND.
bool IsForRights(v1::FindingCode code) {
  switch (code) {
    case v1::FINDING_CODE_NOT_PERMITTED:
    case v1::FINDING_CODE_UNKNOWN_PERSON:
    case v1::FINDING_CODE_NOT_SIGNED_IN:
    case v1::FINDING_CODE_ROLE_MISSING:
    case v1::FINDING_CODE_NOT_FOUND:
    case v1::FINDING_CODE_OUT_OF_SCOPE:
    case v1::FINDING_CODE_FIELD_NOT_OWNED:
    case v1::FINDING_CODE_CHANGE_ID_REUSED:
      return true;
    default:
      return false;
  }
}

v1::AuditResult ResultOf(const v1::Outcome& outcome) {
  if (outcome.verdict() == v1::VERDICT_PARKED) return v1::AUDIT_RESULT_FAILED;
  if (outcome.verdict() != v1::VERDICT_REFUSED) return v1::AUDIT_RESULT_DONE;
  const bool denied =
      std::any_of(outcome.findings().begin(), outcome.findings().end(),
                  [](const v1::Finding& finding) { return IsForRights(finding.code()); });
  return denied ? v1::AUDIT_RESULT_DENIED : v1::AUDIT_RESULT_FAILED;
}

// The worst of all: a refusal for lack of rights, then any other one.
int Weight(v1::AuditResult result) {
  return result == v1::AUDIT_RESULT_DENIED ? 2 : result == v1::AUDIT_RESULT_FAILED ? 1 : 0;
}

// In capital letters, "ROLE_MISSING"; the finding that is about rights, when there is one.
std::string ReasonOf(const v1::Outcome& outcome) {
  const v1::Finding* reason = nullptr;
  for (const v1::Finding& finding : outcome.findings()) {
    if (reason == nullptr || (IsForRights(finding.code()) && !IsForRights(reason->code())))
      reason = &finding;
  }
  if (reason == nullptr) return "";
  return v1::FindingCode_Name(reason->code()).substr(sizeof("FINDING_CODE_") - 1);
}

template <typename Get>
bool AllAlike(const google::protobuf::RepeatedPtrField<v1::AuditObject>& objects, Get get) {
  return std::all_of(objects.begin(), objects.end(), [&](const v1::AuditObject& object) {
    return get(object) == get(objects.Get(0));
  });
}

}  // namespace

bool IsRefusedFor(const v1::Outcome& outcome, v1::FindingCode code) {
  return outcome.verdict() == v1::VERDICT_REFUSED &&
         std::any_of(outcome.findings().begin(), outcome.findings().end(),
                     [&](const v1::Finding& finding) { return finding.code() == code; });
}

PushAudit::PushAudit(const PushContext& context) {
  *entry_.mutable_time() = ToProto(context.now);
  entry_.set_node(context.principal.Key());
  entry_.set_org(context.principal.org);
  entry_.set_result(v1::AUDIT_RESULT_DONE);
}

void PushAudit::Add(PushState& state, const v1::Change& change, const v1::Outcome& outcome,
                    const v1::Person* person) {
  v1::AuditObject& object = *entry_.add_objects();
  // Whoever reads the log need not see more than those who are in it.
  const WorkingRecord* record = state.Visible(change.record_id());
  const v1::AuditResult result = ResultOf(outcome);
  const bool done = result == v1::AUDIT_RESULT_DONE;
  const bool creates =
      done ? outcome.revision() == 1 : record == nullptr && change.base_revision() == 0;
  object.set_action(ActionOfChange(change, creates));
  object.set_record_type(change.record_type());
  if (domain::IsUuid(change.record_id())) object.set_id(change.record_id());
  if (record != nullptr) object.set_org(record->stored.org);
  object.set_change_id(change.change_id());
  object.set_result(result);
  if (person != nullptr) {
    object.set_person_id(person->id());
    person_org_ = person->org();
  }
  if (Weight(object.result()) <= Weight(entry_.result())) return;
  entry_.set_result(object.result());
  entry_.set_reason(ReasonOf(outcome));
}

void PushAudit::AddTo(WriteSet& writes) const {
  if (entry_.objects().empty() || BANGFU_SEEDED_BUG("drop_audit")) return;
  v1::AuditEntry entry = entry_;
  const auto& objects = entry.objects();
  const bool one_action = AllAlike(objects, [](const auto& object) { return object.action(); });
  const bool one_person = AllAlike(objects, [](const auto& object) { return object.person_id(); });
  const bool one_result = AllAlike(objects, [](const auto& object) { return object.result(); });
  entry.set_action(one_action ? objects.Get(0).action() : v1::ACTION_REPLICATE);
  if (one_person && !objects.Get(0).person_id().empty()) {
    entry.set_person_id(objects.Get(0).person_id());
    entry.set_org(person_org_);
  }
  for (v1::AuditObject& object : *entry.mutable_objects()) {
    if (one_action) object.clear_action();
    if (one_person) object.clear_person_id();
    if (one_result) object.clear_result();
  }
  writes.audit.push_back(std::move(entry));
}

}  // namespace bangfu::server
