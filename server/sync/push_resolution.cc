#include "server/sync/push_resolution.h"

#include <utility>

#include "base/test_hooks.h"
#include "server/sync/conflict_resolution.h"
#include "server/sync/push_outcome.h"
#include "server/sync/push_put.h"
#include "server/sync/push_step.h"

namespace bangfu::server {
namespace {

// What takes effect of the resolution, as if it had just been pushed: by those whose it is, with
// the right of whoever decided.
v1::Outcome ApplyNow(PushState& state, const v1::Change& change) {
  state.actor = ActorRights::OfOrg(state.context.orgs, change.actor().org());
  WorkingRecord* record = state.Visible(change.record_id());
  const bool hidden = record == nullptr && state.batch.Find(change.record_id()) != nullptr;
  if (hidden || (record != nullptr && record->stored.type != change.record_type()))
    return Refuse({NotFound()});
  const PreparedChange prepared = Prepare(change, state.context.now);
  if (domain::HasErrors(prepared.findings)) return Refuse(prepared.findings, record);
  return change.has_put() ? DecidePut(state, prepared, record)
                          : DecideStep(state, prepared, record);
}

}  // namespace

v1::Outcome DecideResolution(PushState& state, const PreparedChange& prepared,
                             WorkingRecord* record) {
  const v1::Change& change = *prepared.change;
  const PushContext& context = state.context;
  Ruling ruling = DecideConflict(
      {state.node, context.role.has_upstream, context.orgs, context.principal, *state.actor},
      change, state.batch.FindConflict(change.resolve_conflict().conflict_id()), record,
      record == nullptr || change.base_revision() == 0 ? std::vector<const Revision*>()
                                                       : state.UnseenBy(change, *record));
  BANGFU_STEP("resolve.decided");
  if (domain::HasErrors(ruling.findings)) return Refuse(std::move(ruling.findings), record);

  v1::Outcome outcome;
  outcome.set_verdict(v1::VERDICT_ACCEPTED);
  if (ruling.apply) {
    outcome = ApplyNow(state, *ruling.apply);
    if (outcome.verdict() == v1::VERDICT_PARKED || outcome.verdict() == v1::VERDICT_REFUSED) {
      // It stays where it was logged first.
      outcome.set_verdict(v1::VERDICT_REFUSED);
      outcome.clear_conflict_id();
      state.entries.clear();
      return outcome;
    }
    record = state.Visible(change.record_id());
  }
  if (ruling.forward) state.Forward(record, change);
  if (ruling.entry) state.batch.PutConflict(*std::move(ruling.entry));
  if (record != nullptr) outcome.set_revision(record->stored.revision);
  Attach(record, outcome);
  return outcome;
}

}  // namespace bangfu::server
