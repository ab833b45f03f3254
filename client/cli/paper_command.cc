#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/commands.h"
#include "client/cli/person_rights.h"
#include "client/cli/selection.h"
#include "domain/codes/code_list.h"
#include "domain/record/field_values.h"
#include "domain/rules/form.h"
#include "domain/rules/materials.h"
#include "domain/text/civil_date.h"

namespace bangfu::client {
namespace {

bool IsHeld(const v1::Archive& archive, const domain::DueMaterial& due) {
  for (const v1::Material& material : archive.materials()) {
    if (material.kind() == due.kind && material.person_id() == due.person_id) return true;
  }
  return false;
}

std::string PersonName(const v1::Archive& archive, const std::string& person_id) {
  if (person_id.empty()) return "";
  if (person_id == archive.id()) return MaskedName(archive);
  for (const v1::Member& member : archive.members()) {
    if (member.id() == person_id) {
      return domain::DisplayValue(*v1::Archive::descriptor(),
                                  absl::StrCat("members[", person_id, "].name"), member.name(),
                                  true);
    }
  }
  return person_id;
}

bool HasIncome(const v1::Archive& archive, const std::string& person_id) {
  if (person_id == archive.id()) return archive.monthly_income_fen() > 0;
  for (const v1::Member& member : archive.members()) {
    if (member.id() == person_id) return member.monthly_income_fen() > 0;
  }
  return true;
}

// Adds the papers that are due and not held yet, received on `day`.
void AddDue(Session& session, const std::string& day, v1::Archive& archive) {
  for (const domain::DueMaterial& due : domain::DueMaterials(archive, archive.claimed_category())) {
    if (IsHeld(archive, due)) continue;
    const bool declared = due.declaration_allowed && !HasIncome(archive, due.person_id);
    v1::Material& material = *archive.add_materials();
    material.set_id(session.NewId());
    material.set_kind(due.kind);
    material.set_person_id(due.person_id);
    material.set_form(declared ? v1::MATERIAL_FORM_NO_INCOME_DECLARATION : v1::MATERIAL_FORM_COPY);
    material.set_received_on(day);
  }
}

// Those of the chosen archives whose creation the parent refused or holds for a decision.
absl::StatusOr<std::set<std::string>> NotTaken(Session& session,
                                               const std::vector<Chosen>& chosen) {
  auto aside = session.replica().Outbox({EntryState::kRefused, EntryState::kParked});
  if (!aside.ok()) return aside.status();
  auto pending = session.replica().Outbox({EntryState::kPending});
  if (!pending.ok()) return pending.status();
  std::set<std::string> ids;
  for (const OutboxEntry& entry : *aside) ids.insert(entry.change.record_id());
  for (const OutboxEntry& entry : *pending) ids.erase(entry.change.record_id());
  for (const Chosen& one : chosen) {
    if (one.record.base_body.has_value()) ids.erase(one.record.id);
  }
  return ids;
}

absl::Status NotTakenError() {
  return UserError(absl::StatusCode::kFailedPrecondition,
                   {"上级没有接收该草稿；请先按 bangfu status 的提示更正。",
                    "The parent has not taken this draft; correct it first, see bangfu status."});
}

ExitStatus ShowChecklist(const Session& session, const std::vector<Chosen>& chosen) {
  const bool english = session.out().english();
  Table table(english ? std::vector<std::string>{"archive", "paper", "whose", "held"}
                      : std::vector<std::string>{"档案", "材料", "所属人", "已收"});
  Json document = Json::array();
  bool complete = true;
  for (const Chosen& one : chosen) {
    for (const domain::DueMaterial& due :
         domain::DueMaterials(one.archive, one.archive.claimed_category())) {
      const bool held = IsHeld(one.archive, due);
      complete = complete && held;
      const v1::ValueSpec& kind = domain::SpecOfCode(*v1::MaterialKind_descriptor(), due.kind);
      table.Add({one.record.number.empty() ? one.record.id : one.record.number,
                 absl::StrCat(kind.code(), " ", english ? kind.label_en() : kind.label_zh()),
                 PersonName(one.archive, due.person_id),
                 held ? "✓" : (english ? "missing" : "缺")});
      document.push_back({{"archive", one.record.id},
                          {"kind", kind.code()},
                          {"person_id", due.person_id},
                          {"held", held}});
    }
  }
  session.out().Print(table);
  session.out().Print(document);
  return complete ? kDone : kSomeRefused;
}

}  // namespace

absl::StatusOr<ExitStatus> Papers(Session& session, const PaperOptions& options) {
  auto chosen =
      Choose(session, options.selection, {v1::ARCHIVE_STATUS_DRAFT, v1::ARCHIVE_STATUS_RETURNED});
  if (!chosen.ok()) return chosen.status();
  if (!options.complete) return ShowChecklist(session, *chosen);
  auto signed_in = session.Signed();
  if (!signed_in.ok()) return signed_in.status();
  auto actor = session.Actor();
  if (!actor.ok()) return actor.status();
  const auto received =
      options.received_on.empty() ? session.today() : domain::ParseDate(options.received_on);
  if (!received) {
    return UserError(absl::StatusCode::kInvalidArgument,
                     {"--received 不是日期；写法：2014-03-10。",
                      "--received is not a date; write it like 2014-03-10."});
  }
  if (*received > session.today()) {
    return UserError(absl::StatusCode::kInvalidArgument,
                     {"--received 晚于今天；请填写实际收到材料的日期。",
                      "--received is after today; give the day on which the papers came."});
  }
  auto not_taken = NotTaken(session, *chosen);
  if (!not_taken.ok()) return not_taken.status();
  StepReport report(session);
  absl::Status status;
  for (const Chosen& one : *chosen) {
    // Papers would send the draft anew as it is; whoever names it wants that.
    if (!one.named && not_taken->count(one.record.id) > 0) {
      report.Refused(one, NotTakenError());
      continue;
    }
    v1::Archive after = one.archive;
    AddDue(session, domain::FormatDate(*received), after);
    v1::Change change = session.NewPut(v1::RECORD_TYPE_ARCHIVE, &one.archive, after, *actor, "");
    if (change.put().changed_fields().empty()) {
      report.Complete(one);
      continue;
    }
    domain::Findings findings = domain::CheckValues(after, session.today());
    const auto missing = FindMissingRole(session, signed_in->person, v1::ACTION_EDIT,
                                         {one.record.org, one.archive.tier(), v1::OWNER_FILING});
    if (missing.has_value()) findings.push_back(*missing);
    if (domain::HasErrors(findings)) {
      report.Refused(one, findings);
      continue;
    }
    change.set_base_revision(one.record.base_revision);
    status = report.Enter(one, change, {});
    if (!status.ok()) break;
  }
  return report.Print({"材料已登记齐全", "papers recorded"}, status);
}

}  // namespace bangfu::client
