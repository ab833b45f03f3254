#include "server/store/postgres/queue_bell.h"

#include <exception>
#include <utility>

#include "server/store/postgres/feed_queries.h"

namespace bangfu::server {

QueueBell::QueueBell(std::string connection_string)
    : connection_string_(std::move(connection_string)), thread_([this] { Run(); }) {}

QueueBell::~QueueBell() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ended_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void QueueBell::Ring() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    rung_ = true;
  }
  changed_.notify_one();
}

void QueueBell::Run() {
  for (;;) {
    {
      std::unique_lock<std::mutex> lock(mutex_);
      changed_.wait(lock, [this] { return rung_ || ended_; });
      if (ended_) return;
      rung_ = false;
    }
    // Once more when the connection has broken since it was used last.
    if (!Wake()) Wake();
  }
}

bool QueueBell::Wake() {
  try {
    if (connection_ == nullptr) connection_ = std::make_unique<Connection>(connection_string_);
    if (connection_->Notify(queries::kNotifyQueue)) return true;
  } catch (const std::exception&) {
    // The database is away.
  }
  connection_.reset();
  return false;
}

}  // namespace bangfu::server
