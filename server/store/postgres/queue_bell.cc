#include "server/store/postgres/queue_bell.h"

#include "server/store/postgres/feed_queries.h"

namespace bangfu::server {

QueueBell::QueueBell(PooledStatements& statements)
    : statements_(statements), thread_([this] { Run(); }) {}

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
    statements_
        .Run<bool>("WakeSequencer",
                   [](Connection& connection) -> absl::StatusOr<bool> {
                     if (!connection.Notify(queries::kNotifyQueue))
                       throw pqxx::broken_connection("the sequencer could not be woken");
                     return true;
                   })
        .IgnoreError();
  }
}

}  // namespace bangfu::server
