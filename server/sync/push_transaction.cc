#include "server/sync/push_transaction.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/test_hooks.h"
#include "domain/rules/finding.h"
#include "domain/text/uuid.h"
#include "server/sync/actor_check.h"
#include "server/sync/conflict_entry.h"
#include "server/sync/push_audit.h"
#include "server/sync/push_moved.h"
#include "server/sync/push_outcome.h"
#include "server/sync/push_put.h"
#include "server/sync/push_read.h"
#include "server/sync/push_resolution.h"
#include "server/sync/push_step.h"

namespace bangfu::server {
namespace {

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

// Of a change that is refused whatever the record is: a server gets the record, because it must
// take back what its people see of the change; a desk gets the same answer as without one.
v1::Outcome RefuseUnseen(PushState& state, const v1::Change& change, domain::Findings findings) {
  const bool server = state.context.principal.kind == v1::NODE_KIND_SERVER;
  return Refuse(std::move(findings), server ? state.Visible(change.record_id()) : nullptr);
}

v1::Outcome Decide(PushState& state, const PreparedChange& prepared, const ActorCheck& actor) {
  const v1::Change& change = *prepared.change;
  if (domain::HasErrors(prepared.findings)) return RefuseUnseen(state, change, prepared.findings);
  if (actor.problem) return RefuseUnseen(state, change, {*actor.problem});
  state.actor = actor.rights;
  if (std::optional<v1::Outcome> parked = ParkMoved(state, prepared)) return *parked;
  WorkingRecord* record = state.Visible(change.record_id());
  const bool hidden = record == nullptr && state.batch.Find(change.record_id()) != nullptr;
  if (hidden || (record != nullptr && record->stored.type != change.record_type()))
    return Refuse({NotFound()});
  v1::Outcome outcome = change.has_put()                ? DecidePut(state, prepared, record)
                        : change.has_resolve_conflict() ? DecideResolution(state, prepared, record)
                                                        : DecideStep(state, prepared, record);
  for (const v1::Finding& finding : prepared.findings)
    *outcome.add_findings() = finding;  // warnings
  return outcome;
}

v1::Outcome Replay(PushState& state, const PreparedChange& prepared, const LoggedChange& logged,
                   PushAudit& audit) {
  // By the name of the child: one that was installed anew still gets its first outcomes.
  if (logged.pushed_by != state.context.principal.Key() || logged.digest != prepared.digest) {
    v1::Outcome outcome = Refuse({ChangeIdReused()});
    outcome.set_change_id(prepared.change->change_id());
    audit.Add(state, *prepared.change, outcome, nullptr);
    return outcome;
  }
  v1::Outcome outcome = logged.outcome;
  outcome.set_replayed(true);
  const std::string& id = prepared.change->record_id();
  WorkingRecord* record = state.Visible(id);
  Attach(record, outcome);
  if (record == nullptr && outcome.revision() > 0 && state.WasVisible(id)) {
    // The record has left since. A child that went back to a backup may have made it anew.
    *outcome.add_findings() = HasMovedSince();
  }
  return outcome;
}

v1::Outcome Answer(PushState& state, const PreparedChange& prepared, PushAudit& audit) {
  const v1::Change& change = *prepared.change;
  state.entries.clear();
  state.actor.reset();
  if (const auto known = state.logged.find(change.change_id());
      known != state.logged.end() && !BANGFU_SEEDED_BUG("forget_change_ids")) {
    return Replay(state, prepared, known->second, audit);
  }
  const size_t in_line = state.batch.writes().upstream.size();
  const PushContext& context = state.context;
  const ActorCheck actor = CheckActor(context.orgs, context.principal, context.people, change);
  v1::Outcome outcome = Decide(state, prepared, actor);
  outcome.set_change_id(change.change_id());
  *outcome.mutable_answered_time() = ToProto(context.now);
  for (v1::Conflict& entry : state.entries) state.batch.LogConflict(std::move(entry));
  LoggedChange logged;
  logged.change_id = change.change_id();
  logged.record_id = change.record_id();
  logged.pushed_by = context.principal.Key();
  logged.digest = prepared.digest;
  logged.outcome = outcome;
  logged.outcome.clear_record();
  logged.forwarded = state.batch.writes().upstream.size() > in_line;
  audit.Add(state, change, outcome, actor.person);
  // Nothing is promised about what a desk sends without its people: they sign in and send it again.
  if (IsRefusedFor(outcome, v1::FINDING_CODE_NOT_SIGNED_IN)) return outcome;
  if (domain::IsUuid(change.record_id())) state.batch.writes().changes.push_back(logged);
  state.logged.emplace(change.change_id(), std::move(logged));
  return outcome;
}

}  // namespace

absl::StatusOr<std::vector<v1::Outcome>> AnswerChanges(Transaction& transaction,
                                                       const PushContext& context,
                                                       const std::vector<PreparedChange>& changes) {
  PushState state(context);
  if (absl::Status status = ReadForPush(transaction, changes, state); !status.ok()) return status;
  std::vector<v1::Outcome> outcomes;
  outcomes.reserve(changes.size());
  PushAudit audit(context);
  for (const PreparedChange& prepared : changes) outcomes.push_back(Answer(state, prepared, audit));
  if (absl::Status status = CheckReply(outcomes); !status.ok()) return status;
  state.numbering.AddTo(state.batch.writes());
  audit.AddTo(state.batch.writes());
  BANGFU_STEP("push.decided");
  if (absl::Status status = state.batch.Write(transaction); !status.ok()) return status;
  return outcomes;
}

}  // namespace bangfu::server
