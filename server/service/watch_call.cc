#include "server/service/watch_call.h"

#include <mutex>
#include <optional>
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
  WatchCall(Node& node, const Rights& rights, StreamQuota::Ticket stream)
      : node_(node),
        caller_(rights.principal.Key()),
        scope_(rights.scope()),
        stream_(std::move(stream)) {
    node_.metrics.AddWatches(1);
  }

  void Begin(const Principal& principal, const std::string& cursor) {
    open_.emplace(node_.open.Enter(principal, [this] { End(CertificateRevoked()); }));
    node_.feed.Add(*this, scope_, cursor);
    // A directory that came before the two lines above was told to nobody; and the child does not
    // know yet of one that came after its handshake.
    const auto people = node_.people.Book();
    if (people->IsRevoked(principal)) End(CertificateRevoked());
    OnDirectory(people->version());
  }

  void OnWriteDone(bool ok) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    writing_ = false;
    if (!ok && !ending_) {
      ending_ = true;
      status_ = absl::CancelledError("The caller is gone.");
    }
    if (ending_) {
      Finish(ToGrpc(status_));
    } else if (more_ || told_) {
      told_ = false;
      Write(std::exchange(more_, false));
    }
  }
  void OnCancel() override { End(absl::CancelledError("The caller is gone.")); }
  void OnDone() override {
    open_.reset();
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
  void OnDirectory(int64_t version) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (ending_ || version == version_) return;
    version_ = version;
    if (writing_) {
      told_ = true;
    } else {
      Write(false);
    }
  }
  void OnClose() override { End(ShuttingDown()); }

  // Guarded by mutex_, like the rest; one write at a time.
  void Write(bool more) {
    writing_ = true;
    news_.set_more(more);
    news_.set_directory_version(version_);
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
  std::optional<OpenCalls::Ticket> open_;
  const absl::Time start_ = absl::Now();
  std::mutex mutex_;
  v1::WatchResponse news_;
  int64_t version_ = 0;  // of the directory, last one heard of
  bool writing_ = false;
  bool more_ = false;  // something came while writing
  bool told_ = false;  // the directory changed while writing
  bool ending_ = false;
  absl::Status status_;
};

}  // namespace

grpc::ServerWriteReactor<v1::WatchResponse>* StartWatch(Node& node,
                                                        grpc::CallbackServerContext& context,
                                                        const v1::WatchRequest& request) {
  static constexpr Method kMethod{"Watch", v1::ACTION_REPLICATE, Audience::kSyncingNode, false};
  if (node.draining) return new Refusal(ShuttingDown());
  std::string caller;
  // By the directory in memory: a thread of the callbacks does not wait for the database, and Begin
  // looks again.
  auto rights = AdmitCall(node, context, kMethod, Edition::kInMemory, caller);
  if (!rights.ok()) {
    LogCall(node, kMethod.name, caller, absl::Now(), rights.status());
    return new Refusal(rights.status());
  }
  auto stream = node.watches.Enter(rights->principal.Key());
  if (!stream.ok()) {
    node.metrics.CountRefused("watch");
    LogCall(node, "Watch", rights->principal.Key(), absl::Now(), stream.status());
    return new Refusal(stream.status());
  }
  auto* watch = new WatchCall(node, *rights, *std::move(stream));
  watch->Begin(rights->principal, request.cursor());
  return watch;
}

}  // namespace bangfu::server
