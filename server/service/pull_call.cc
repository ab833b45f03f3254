#include "server/service/pull_call.h"

#include <future>
#include <optional>
#include <string>
#include <utility>

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

using Batch = absl::StatusOr<v1::PullResponse>;

// A reader that takes longer for a page gains nothing when the next one has been read.
constexpr absl::Duration kSlowWrite = absl::Milliseconds(500);

// One of the pages that pulls may read ahead of what their readers have taken.
class PageAhead {
 public:
  explicit PageAhead(Node& node) : node_(node), granted_(node.pages_ahead.try_acquire()) {}
  PageAhead(const PageAhead&) = delete;
  PageAhead& operator=(const PageAhead&) = delete;
  ~PageAhead() {
    if (granted_) node_.pages_ahead.release();
  }
  bool granted() const { return granted_; }

 private:
  Node& node_;
  const bool granted_;
};

// Reads a batch in the background (when there is no thread left, in get()); whoever drops the
// future waits for it. It has its own copies of what ConfirmRights may replace meanwhile: that goes
// on only when the scope is still the same.
std::future<Batch> BeginReading(Node& node, const Call& call, std::string cursor, int max_records) {
  return std::async(std::launch::async | std::launch::deferred,
                    [&store = node.store, orgs = call.orgs, principal = call.principal,
                     cursor = std::move(cursor), max_records] {
                      return ReadBatch(store, *orgs, principal, cursor, max_records);
                    });
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
  std::optional<PageAhead> ahead;
  std::future<Batch> next;  // valid while `ahead` is granted
  std::string cursor = request.cursor();
  bool first = true;
  absl::Duration written_in;  // the last page
  const absl::Time deadline = absl::Now() + limits::kPullTimeout;
  while (!call.context.IsCancelled() && !node.draining && absl::Now() < deadline) {
    Batch batch = next.valid() ? next.get()
                               : ReadBatch(node.store, *call.orgs, call.principal, cursor,
                                           request.max_batch_records());
    ahead.reset();
    if (!batch.ok()) return batch.status();
    cursor = batch->next_cursor();
    if (std::exchange(first, false)) {
      const absl::Status noted = NoteAcknowledged(node, call, request.cursor());
      if (!noted.ok()) return noted;
    }
    const bool caught_up = batch->caught_up();
    if (!caught_up && written_in < kSlowWrite && ahead.emplace(node).granted())
      next = BeginReading(node, call, cursor, request.max_batch_records());
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
