#include "client/transport/cancellation.h"

namespace bangfu::client {

Cancellation::Running::Running(Cancellation& cancellation, grpc::ClientContext& context)
    : cancellation_(cancellation), context_(context) {
  const std::lock_guard<std::mutex> lock(cancellation_.mutex_);
  cancellation_.contexts_.insert(&context_);
  if (cancellation_.cancelled_) context_.TryCancel();
}

Cancellation::Running::~Running() {
  const std::lock_guard<std::mutex> lock(cancellation_.mutex_);
  cancellation_.contexts_.erase(&context_);
}

void Cancellation::Cancel() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    cancelled_ = true;
    for (grpc::ClientContext* context : contexts_) context->TryCancel();
  }
  changed_.notify_all();
}

bool Cancellation::cancelled() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return cancelled_;
}

void Cancellation::Sleep(absl::Duration duration) {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait_for(lock, absl::ToChronoNanoseconds(duration), [this] { return cancelled_; });
}

}  // namespace bangfu::client
