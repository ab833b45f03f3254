#include "server/service/watch_call.h"

#include <mutex>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "server/service/call.h"
#include "server/service/status_mapping.h"

namespace bangfu::server {
namespace {

using Reactor = grpc::ServerWriteReactor<v1::WatchResponse>;

class Refusal final : public Reactor {
 public:
  explicit Refusal(const absl::Status& status) { Finish(ToGrpc(status)); }
  void OnDone() override { delete this; }
};

class WatchCall final : public Reactor, private FeedWatcher {
 public:
  WatchCall(Node& node, std::string caller, std::string scope, StreamQuota::Ticket stream)
      : node_(node),
        caller_(std::move(caller)),
        scope_(std::move(scope)),
        stream_(std::move(stream)) {
    node_.metrics.AddWatches(1);
  }

  void Begin(const std::string& cursor) { node_.feed.Add(*this, scope_, cursor); }

  void OnWriteDone(bool ok) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    writing_ = false;
    if (!ok && !ending_) {
      ending_ = true;
      status_ = absl::CancelledError("The caller is gone.");
    }
    if (ending_) {
      Finish(ToGrpc(status_));
    } else if (more_) {
      more_ = false;
      Write(true);
    }
  }
  void OnCancel() override { End(absl::CancelledError("The caller is gone.")); }
  void OnDone() override {
    node_.feed.Remove(*this, scope_);
    node_.metrics.AddWatches(-1);
    // A watch ends because one side goes.
    LogCall(node_, "Watch", caller_, start_, absl::OkStatus());
    delete this;
  }

 private:
  void OnMore() override {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (ending_) return;
    if (writing_) {
      more_ = true;
    } else {
      Write(true);
    }
  }
  void OnHeartbeat() override {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!ending_ && !writing_) Write(false);
  }
  void OnClose() override { End(ShuttingDown()); }

  // Guarded by mutex_, like the rest; one write at a time.
  void Write(bool more) {
    writing_ = true;
    news_.set_more(more);
    StartWrite(&news_);
  }
  void End(absl::Status status) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (ending_) return;
    ending_ = true;
    status_ = std::move(status);
    if (!writing_) Finish(ToGrpc(status_));  // else when the write is done
  }

  Node& node_;
  const std::string caller_;
  const std::string scope_;
  const StreamQuota::Ticket stream_;
  const absl::Time start_ = absl::Now();
  std::mutex mutex_;
  v1::WatchResponse news_;
  bool writing_ = false;
  bool more_ = false;  // something came while writing
  bool ending_ = false;
  absl::Status status_;
};

}  // namespace

grpc::ServerWriteReactor<v1::WatchResponse>* StartWatch(Node& node,
                                                        grpc::CallbackServerContext& context,
                                                        const v1::WatchRequest& request) {
  if (node.draining) return new Refusal(ShuttingDown());
  const auto orgs = node.orgs.Tree();
  auto principal = CallerOf(node, context, *orgs);
  if (!principal.ok()) return new Refusal(principal.status());
  auto stream = node.watches.Enter(principal->Key());
  if (!stream.ok()) {
    node.metrics.CountRefused("watch");
    LogCall(node, "Watch", principal->Key(), absl::Now(), stream.status());
    return new Refusal(stream.status());
  }
  auto* watch =
      new WatchCall(node, principal->Key(), orgs->ReadScope(principal->org), *std::move(stream));
  watch->Begin(request.cursor());
  return watch;
}

}  // namespace bangfu::server
