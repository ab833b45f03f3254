#ifndef BANGFU_SERVER_STORE_POSTGRES_CONNECTION_POOL_H_
#define BANGFU_SERVER_STORE_POSTGRES_CONNECTION_POOL_H_

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <pqxx/pqxx>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/store/postgres/connection.h"

namespace bangfu::server {

// How long a call waits for a connection that another one uses.
inline constexpr absl::Duration kConnectionWait = absl::Seconds(10);

// A fixed number of connections, opened when needed. Thread-safe.
class ConnectionPool {
 public:
  // A borrowed connection; goes back when it is destroyed, or is closed when it was marked as
  // broken.
  class Lease {
   public:
    Lease(Lease&& other) noexcept
        : pool_(std::exchange(other.pool_, nullptr)),
          connection_(std::move(other.connection_)),
          scope_(std::move(other.scope_)),
          generation_(other.generation_),
          broken_(other.broken_) {}
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (pool_ != nullptr)
        pool_->Return(std::move(connection_), std::move(scope_), generation_, broken_);
    }

    Connection& operator*() { return *connection_; }
    void MarkBroken() { broken_ = true; }

    // What the session was told last to be its scope (kSetScope); empty for nothing. It stays with
    // the connection.
    const std::string& scope() const { return scope_; }
    void set_scope(absl::string_view scope) { scope_ = std::string(scope); }

   private:
    friend class ConnectionPool;
    Lease(ConnectionPool* pool, std::unique_ptr<Connection> connection, std::string scope,
          uint64_t generation)
        : pool_(pool),
          connection_(std::move(connection)),
          scope_(std::move(scope)),
          generation_(generation) {}

    ConnectionPool* pool_;
    std::unique_ptr<Connection> connection_;
    std::string scope_;
    uint64_t generation_;
    bool broken_ = false;
  };

  ConnectionPool(std::string connection_string, int connections, absl::Duration wait)
      : connection_string_(std::move(connection_string)), wait_(wait), free_slots_(connections) {}

  // A connection for the use of one thread.
  // Errors: UNAVAILABLE STORE_UNAVAILABLE, with RetryInfo when all are in use for longer than the
  // wait.
  absl::StatusOr<Lease> Acquire(absl::string_view operation);

 private:
  // std::mutex with the annotations that clang checks.
  class ABSL_LOCKABLE Mutex {
   public:
    void lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() { mutex_.lock(); }
    void unlock() ABSL_UNLOCK_FUNCTION() { mutex_.unlock(); }

   private:
    std::mutex mutex_;
  };

  class ABSL_SCOPED_LOCKABLE MutexLock {
   public:
    explicit MutexLock(Mutex& mutex) ABSL_EXCLUSIVE_LOCK_FUNCTION(mutex) : mutex_(mutex) {
      mutex_.lock();
    }
    MutexLock(const MutexLock&) = delete;
    MutexLock& operator=(const MutexLock&) = delete;
    ~MutexLock() ABSL_UNLOCK_FUNCTION() { mutex_.unlock(); }

   private:
    Mutex& mutex_;
  };

  struct Idle {
    std::unique_ptr<Connection> connection;
    std::string scope;
    uint64_t generation = 0;
  };

  // Waits for a slot and takes an idle connection of the present generation with it, if there is
  // one.
  bool TakeSlot(Idle& idle);
  void Return(std::unique_ptr<Connection> connection, std::string scope, uint64_t generation,
              bool broken);

  const std::string connection_string_;
  const absl::Duration wait_;

  Mutex mutex_;
  std::condition_variable_any slot_freed_;
  int free_slots_ ABSL_GUARDED_BY(mutex_);  // connections that may still be handed out, open or not
  std::vector<Idle> idle_ ABSL_GUARDED_BY(mutex_);
  // Grows when a connection breaks: those opened before it have probably broken too and are not
  // used again.
  uint64_t generation_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_CONNECTION_POOL_H_
