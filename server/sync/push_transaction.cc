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
#include "server/authz/permissions.h"
#include "server/sync/conflict_entry.h"
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

v1::Outcome Decide(PushState& state, const PreparedChange& prepared) {
  const v1::Change& change = *prepared.change;
  WorkingRecord* record = state.Visible(change.record_id());
  if (domain::HasErrors(prepared.findings)) return Refuse(prepared.findings, record);
  if (!MaySpeakFor(state.context.orgs, state.context.principal, change.actor().org()))
    return Refuse({NotSpeakingFor()}, record);
  if (std::optional<v1::Outcome> parked = ParkMoved(state, prepared)) return *parked;
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

v1::Outcome Replay(PushState& state, const PreparedChange& prepared, const LoggedChange& logged) {
  // By the name of the child: one that was installed anew still gets its first outcomes.
  if (logged.pushed_by != state.context.principal.Key() || logged.digest != prepared.digest) {
    v1::Outcome outcome = Refuse({ChangeIdReused()});
    outcome.set_change_id(prepared.change->change_id());
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

v1::Outcome Answer(PushState& state, const PreparedChange& prepared) {
  const v1::Change& change = *prepared.change;
  if (const auto known = state.logged.find(change.change_id());
      known != state.logged.end() && !BANGFU_SEEDED_BUG("forget_change_ids")) {
    return Replay(state, prepared, known->second);
  }
  const size_t in_line = state.batch.writes().upstream.size();
  state.entries.clear();
  v1::Outcome outcome = Decide(state, prepared);
  outcome.set_change_id(change.change_id());
  *outcome.mutable_answered_time() = ToProto(state.context.now);
  for (v1::Conflict& entry : state.entries) state.batch.LogConflict(std::move(entry));
  LoggedChange logged;
  logged.change_id = change.change_id();
  logged.record_id = change.record_id();
  logged.pushed_by = state.context.principal.Key();
  logged.digest = prepared.digest;
  logged.outcome = outcome;
  logged.outcome.clear_record();
  logged.forwarded = state.batch.writes().upstream.size() > in_line;
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
  for (const PreparedChange& prepared : changes) outcomes.push_back(Answer(state, prepared));
  if (absl::Status status = CheckReply(outcomes); !status.ok()) return status;
  state.numbering.AddTo(state.batch.writes());
  BANGFU_STEP("push.decided");
  if (absl::Status status = state.batch.Write(transaction); !status.ok()) return status;
  return outcomes;
}

}  // namespace bangfu::server
