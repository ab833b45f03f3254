#include "server/sync/push_step.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "domain/life/lifecycle.h"
#include "domain/life/step_check.h"
#include "domain/record/field_values.h"
#include "domain/rules/finding.h"
#include "domain/text/civil_date.h"
#include "server/sync/actor_check.h"
#include "server/sync/conflict_entry.h"
#include "server/sync/push_outcome.h"
#include "server/sync/step_place.h"

namespace bangfu::server {
namespace {

using domain::Findings;

// A withdrawal is about the whole case, every other step about the archive alone.
domain::Case CaseFor(const PushState& state, const v1::Change& change, const v1::Archive& archive) {
  if (change.has_withdraw()) return state.cases.CaseOf(archive);
  domain::Case c;
  c.archive = &archive;
  return c;
}

// Whoever signs, signs what he has read: not contents of the filing side that others have changed
// since. A base of 0 says that the writer does not tell what it has read.
std::optional<v1::Finding> FindChangedSinceRead(const PushState& state, const v1::Change& change,
                                                WorkingRecord& record) {
  const bool signs = change.has_submit() || change.has_review() || change.has_approve();
  if (!signs || change.base_revision() == 0) return std::nullopt;
  const auto* descriptor = record.message->GetDescriptor();
  const domain::FieldValues now = domain::ReadFields(*record.message);
  domain::FieldEdits read;  // what the signer saw of fields that others have written since
  for (const Revision* revision : state.UnseenBy(change, record))
    read.insert(revision->before.begin(), revision->before.end());
  for (const auto& [path, value] : read) {
    if (domain::OwnerOfPath(*descriptor, path) != v1::OWNER_FILING) continue;
    const auto current = now.find(path);
    const bool same = current == now.end() ? !value : value && *value == current->second;
    if (!same) return ChangedSinceRead(*descriptor, path);
  }
  return std::nullopt;
}

Findings GiveNumber(PushState& state, const PreparedChange& prepared, v1::Archive& archive) {
  if (state.context.role.has_upstream) return {OnlyTheCityEstablishes()};
  const v1::Reoffer* reoffer = state.ReofferOf(*prepared.change);
  if (reoffer == nullptr || reoffer->number().empty()) return state.numbering.Assign(archive);
  return state.numbering.AssignAgain(archive, reoffer->number(),
                                     domain::ShanghaiYear(prepared.entry_time));
}

}  // namespace

v1::Outcome DecideStep(PushState& state, const PreparedChange& prepared, WorkingRecord* record) {
  const v1::Change& change = *prepared.change;
  if (record == nullptr || record->archive() == nullptr) return Refuse({NotFound()});
  const v1::Archive& archive = *record->archive();
  const v1::Action action = ActionOfChange(change, /*creates=*/false);
  if (std::optional<v1::Finding> missing =
          FindMissingRole(*state.actor, action, record->stored.org, archive.tier())) {
    return Refuse({*missing}, record);
  }
  // Of an org that was re-zoned since, the step is that of the org that it has become.
  v1::Change of_present_org = change;
  of_present_org.mutable_actor()->set_org(state.actor->org());
  Findings findings =
      domain::CheckStep(CaseFor(state, change, archive), of_present_org,
                        domain::RuleContext{state.context.orgs, state.context.policy, state.today});
  if (state.context.role.has_upstream) domain::Append(findings, CheckPlace(change, archive));
  if (change.has_merge_into())
    domain::Append(findings, CheckMergeTarget(state.Visible(change.merge_into().archive_id())));
  if (domain::HasErrors(findings)) return Refuse(std::move(findings), record);
  // The record's org may be another one than the unit in it says: both count.
  if (state.actor->May(action, record->stored.org, archive.tier()) == domain::Permission::kDenied)
    return Refuse({OutOfScope()}, record);
  if (std::optional<v1::Finding> changed = FindChangedSinceRead(state, change, *record))
    return Refuse({*changed}, record);

  auto next = std::make_unique<v1::Archive>(archive);
  v1::Change signed_change = change;
  *signed_change.mutable_entry_time() = ToProto(prepared.entry_time);  // guarded against skew (A23)
  domain::StepResult step = domain::TakeStep(*next, signed_change, state.today);
  domain::Append(findings, std::move(step.findings));
  if (step.needs_number) {
    Findings number = GiveNumber(state, prepared, *next);
    if (domain::HasErrors(number)) return Refuse(std::move(number), record);
    domain::Append(findings, std::move(number));
  }
  state.Commit(prepared, record, record->stored.org, std::move(next));
  state.Forward(record, change);
  v1::Outcome outcome = Applied(v1::VERDICT_ACCEPTED, *record, std::move(findings));
  Attach(record, outcome);
  return outcome;
}

}  // namespace bangfu::server
