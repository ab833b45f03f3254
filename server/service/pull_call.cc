#include "server/service/pull_call.h"

#include <string>

#include "absl/time/clock.h"
#include "base/error.h"
#include "base/limits.h"
#include "server/service/replicated.h"
#include "server/sync/pull.h"

namespace bangfu::server {
namespace {

// To be called once the cursor proved to be one of the present epoch.
absl::Status NoteAcknowledged(Node& node, const Call& call, const std::string& cursor) {
  ChildContact contact;
  contact.key = call.principal.Key();
  contact.scope = call.scope();
  contact.seen = node.clock.Now();
  contact.acknowledged = 0;
  if (!cursor.empty()) {
    const auto decoded = DecodeCursor(cursor);
    if (!decoded.ok()) return decoded.status();
    contact.acknowledged = decoded->feed_seq;
  }
  return node.store.NoteChild(contact);
}

absl::Status Interrupted() {
  return ErrorBuilder(
             absl::StatusCode::kUnavailable, v1::ERROR_REASON_SHUTTING_DOWN,
             {"拉取中断；请从当前位置继续。", "The pull was interrupted; resume at your cursor."})
      .Build();
}

}  // namespace

absl::Status HandlePull(Node& node, Call& call, const v1::PullRequest& request,
                        grpc::ServerWriter<v1::PullResponse>& writer) {
  const auto open =
      node.open.Enter(call.principal, [&context = call.context] { context.TryCancel(); });
  auto stream =
      node.pulls.Enter(call.principal.Key(), [&context = call.context] { context.TryCancel(); });
  if (!stream.ok()) {
    node.metrics.CountRefused("pull");
    return stream.status();
  }
  node.metrics.CountPull();
  PullAudit audit(node, call);
  std::string cursor = request.cursor();
  const absl::Time deadline = absl::Now() + limits::kPullTimeout;
  for (bool first = true; !call.context.IsCancelled() && !node.draining && absl::Now() < deadline;
       first = false) {
    auto batch =
        ReadBatch(node.store, *call.orgs, call.principal, cursor, request.max_batch_records());
    if (!batch.ok()) return batch.status();
    if (first) {
      if (absl::Status status = NoteAcknowledged(node, call, cursor); !status.ok()) return status;
    }
    const auto same = ConfirmRights(node, call.context, call);
    if (!same.ok()) return same.status();
    if (!*same) return Interrupted();
    if (!request.with_conflicts()) {
      batch->clear_conflicts();
      batch->clear_left_conflict_ids();
    }
    if (absl::Status entered = audit.Add(*batch); !entered.ok()) return entered;
    if (!writer.Write(*batch)) return absl::CancelledError("The caller is gone.");
    stream->Moved();
    if (batch->caught_up()) return absl::OkStatus();
    cursor = batch->next_cursor();
  }
  return Interrupted();
}

}  // namespace bangfu::server
