#include "client/sync/watcher.h"

#include <algorithm>
#include <chrono>
#include <random>

#include "absl/status/status.h"
#include "client/transport/backoff.h"

namespace bangfu::client {
namespace {

// How soon a wait notices that it should stop.
constexpr absl::Duration kStopPoll = absl::Milliseconds(100);

std::chrono::nanoseconds Chrono(absl::Duration duration) {
  return absl::ToChronoNanoseconds(duration);
}

}  // namespace

Watcher::~Watcher() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (!thread_.joinable()) return;
  link_.Cancel();
  thread_.join();
}

void Watcher::Listen(absl::string_view cursor) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    cursor_ = std::string(cursor);
  }
  if (!thread_.joinable()) thread_ = std::thread([this] { Run(); });
}

void Watcher::Forget() {
  const std::lock_guard<std::mutex> lock(mutex_);
  more_ = false;
}

void Watcher::Wait(const std::atomic<bool>& stop, absl::Duration timeout, bool hears) {
  const auto end = std::chrono::steady_clock::now() + Chrono(timeout);
  std::unique_lock<std::mutex> lock(mutex_);
  while (!stop && !(hears && more_)) {
    const auto now = std::chrono::steady_clock::now();
    if (now >= end) return;
    changed_.wait_until(lock, std::min(end, now + Chrono(kStopPoll)));
  }
}

void Watcher::Run() {
  Backoff backoff(std::random_device{}());
  for (;;) {
    const absl::Status ended = link_.Watch(Cursor(), [&] {
      backoff.Reset();
      const std::lock_guard<std::mutex> lock(mutex_);
      more_ = true;
      changed_.notify_all();
      return stopping_ ? absl::CancelledError() : absl::OkStatus();
    });
    std::unique_lock<std::mutex> lock(mutex_);
    // A server that does not know the call is polled.
    if (absl::IsUnimplemented(ended)) return;
    changed_.wait_for(lock, Chrono(backoff.Next()), [this] { return stopping_; });
    if (stopping_) return;
  }
}

std::string Watcher::Cursor() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return cursor_;
}

}  // namespace bangfu::client
