#include "server/service/push_call.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/limits.h"
#include "domain/text/uuid.h"
#include "server/identity/session_tokens.h"

namespace bangfu::server {
namespace {

absl::Status CheckRequest(const v1::PushRequest& request) {
  if (!request.replica_id().empty() && !domain::IsUuid(request.replica_id()))
    return BadField("replica_id", "副本标识须为 UUID。", "The id of a replica is a UUID.");
  std::set<absl::string_view> ids;
  for (const v1::Change& change : request.changes()) ids.insert(change.change_id());
  if (request.sessions_size() > limits::kMaxSessionsPerPush)
    return BadField("sessions", "一次推送附带的登录过多。", "There are too many sessions.");
  for (const v1::Reoffer& reoffer : request.reoffers()) {
    if (ids.erase(reoffer.change_id()) == 0) {
      return BadField("reoffers", "重新提交的标识须各对应本次的一条变更。",
                      "Every reoffer is of one of these changes, each at most once.");
    }
  }
  return absl::OkStatus();
}

// Accounts of the sessions that are good at the calling desk; a server vouches, and brings none.
// One that is no good is nobody's: the changes of its person wait or are refused.
std::vector<std::string> SignedIn(const Node& node, const Call& call,
                                  const v1::PushRequest& request) {
  std::set<std::string> accounts;
  if (call.principal.kind != v1::NODE_KIND_DESK) return {};
  for (const std::string& session : request.sessions()) {
    const auto person =
        VerifySession(*call.people, session, call.principal.Key(), node.security_clock.Now());
    if (person.ok()) accounts.insert(person->id());
  }
  return {accounts.begin(), accounts.end()};
}

void SetWait(absl::Duration wait, v1::PushResponse& response) {
  if (wait <= absl::ZeroDuration()) return;
  const int64_t seconds = absl::IDivDuration(wait, absl::Seconds(1), &wait);
  response.mutable_wait()->set_seconds(seconds);
  response.mutable_wait()->set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(wait)));
}

}  // namespace

absl::Status HandlePush(Node& node, Call& call, const v1::PushRequest& request,
                        v1::PushResponse& response) {
  if (absl::Status status = CheckRequest(request); !status.ok()) return status;
  auto turn =
      node.pushes.Enter(call.principal.Key(), [&call] { return call.context.IsCancelled(); });
  if (!turn.ok()) {
    if (turn.status().code() == absl::StatusCode::kResourceExhausted)
      node.metrics.CountRefused("push");
    return turn.status();
  }
  Principal principal = call.principal;
  principal.replica = request.replica_id();
  principal.signed_in = SignedIn(node, call, request);
  const absl::Span<const v1::Change* const> changes(request.changes().data(),
                                                    static_cast<size_t>(request.changes_size()));
  const std::vector<v1::Reoffer> reoffers(request.reoffers().begin(), request.reoffers().end());
  auto outcomes =
      node.push.Push(principal, *call.orgs, *node.policy.Book(), *call.people, changes, reoffers);
  if (!outcomes.ok()) return outcomes.status();
  if (node.on_push) node.on_push();
  // What was committed stays; the answer, with records in it, is for who may still have it. The
  // same push again gets it.
  const auto same = ConfirmRights(node, call.context, call);
  if (!same.ok()) return same.status();
  if (!*same) return RightsChange();
  SetWait(turn->Done(request.changes_size()), response);
  node.metrics.CountPush();
  for (v1::Outcome& outcome : *outcomes) {
    node.metrics.CountChange(outcome.verdict());
    *response.add_outcomes() = std::move(outcome);
  }
  return absl::OkStatus();
}

}  // namespace bangfu::server
