#include "server/service/pull_call.h"

#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "base/error.h"
#include "base/limits.h"
#include "server/service/batch_ahead.h"
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

// A reader that takes longer for a page gains nothing when the next one has been read.
constexpr absl::Duration kSlowWrite = absl::Milliseconds(500);

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
  BatchAhead batches(node, request.max_batch_records());
  std::string cursor = request.cursor();
  bool first = true;
  absl::Duration written_in;  // the last page
  const absl::Time deadline = absl::Now() + limits::kPullTimeout;
  while (!call.context.IsCancelled() && !node.draining && absl::Now() < deadline) {
    BatchAhead::Batch fetched = batches.Take(call, cursor);
    if (!fetched.ok()) return fetched.status();
    cursor = fetched->next_cursor;
    if (std::exchange(first, false)) {
      const absl::Status noted = NoteAcknowledged(node, call, request.cursor());
      if (!noted.ok()) return noted;
    }
    const bool caught_up = fetched->page.caught_up;
    if (!caught_up && written_in < kSlowWrite) batches.Begin(call, cursor);
    auto batch = OpenBatch(*std::move(fetched));
    if (!batch.ok()) return batch.status();
    // After the batch was read, also when that was long ago: nobody may get what was read before
    // the rights changed.
    const auto same = ConfirmRights(node, call.context, call);
    if (!same.ok()) return same.status();
    if (!*same) return Interrupted();
    if (!request.with_conflicts()) {
      batch->clear_conflicts();
      batch->clear_left_conflict_ids();
    }
    if (absl::Status entered = audit.Add(*batch); !entered.ok()) return entered;
    const absl::Time begun = absl::Now();
    if (!writer.Write(*batch)) return absl::CancelledError("The caller is gone.");
    written_in = absl::Now() - begun;
    stream->Moved();
    if (caught_up) return absl::OkStatus();
  }
  return Interrupted();
}

}  // namespace bangfu::server
