#include "server/store/postgres/connection_pool.h"

#include <poll.h>

#include <chrono>

#include "server/store/postgres/sql_failure.h"

namespace bangfu::server {
namespace {

// Whether the server has said something to an idle session: that it ends it, or that a setting
// changed. Either way a new connection is cheaper than a failed call.
bool Spoke(const Connection& connection) {
  pollfd socket{.fd = connection.sock(), .events = POLLIN, .revents = 0};
  return socket.fd < 0 || poll(&socket, 1, 0) != 0;
}

// Whether whoever used the connection has left no transaction or pipeline open.
bool IsClean(const Connection& connection) {
  const PGconn* const handle = connection.handle();
  return handle != nullptr && PQtransactionStatus(handle) == PQTRANS_IDLE &&
         PQpipelineStatus(handle) == PQ_PIPELINE_OFF;
}

}  // namespace

bool ConnectionPool::TakeSlot(Idle& idle) {
  std::vector<Idle> outdated;  // closed after the lock is released
  const MutexLock lock(mutex_);
  const auto deadline = std::chrono::steady_clock::now() + absl::ToChronoMilliseconds(wait_);
  while (free_slots_ == 0) {
    if (slot_freed_.wait_until(mutex_, deadline) == std::cv_status::timeout && free_slots_ == 0) {
      return false;
    }
  }
  --free_slots_;
  idle.generation = generation_;
  while (!idle_.empty() && idle.connection == nullptr) {
    if (idle_.back().generation == generation_) {
      idle = std::move(idle_.back());
    } else {
      outdated.push_back(std::move(idle_.back()));
    }
    idle_.pop_back();
  }
  return true;
}

absl::StatusOr<ConnectionPool::Lease> ConnectionPool::Acquire(absl::string_view operation) {
  Idle idle;
  if (!TakeSlot(idle)) return StoreBusy(operation);
  if (idle.connection != nullptr && Spoke(*idle.connection)) idle.connection.reset();
  if (idle.connection == nullptr) {
    idle.scope.clear();
    try {
      idle.connection = std::make_unique<Connection>(connection_string_);
    } catch (...) {
      Return(nullptr, "", idle.generation, false);
      return CurrentSqlFailure(operation).status;
    }
  }
  return Lease(this, std::move(idle.connection), std::move(idle.scope), idle.generation);
}

void ConnectionPool::Return(std::unique_ptr<Connection> connection, std::string scope,
                            uint64_t generation, bool broken) {
  {
    const MutexLock lock(mutex_);
    ++free_slots_;
    if (broken && generation == generation_) ++generation_;
    if (connection != nullptr && !broken && generation == generation_ && IsClean(*connection)) {
      idle_.push_back({std::move(connection), std::move(scope), generation});
    }
  }
  slot_freed_.notify_one();
}

}  // namespace bangfu::server
