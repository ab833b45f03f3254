#ifndef BANGFU_SERVER_SERVICE_STREAM_QUOTA_H_
#define BANGFU_SERVER_SERVICE_STREAM_QUOTA_H_

#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "absl/status/statusor.h"

namespace bangfu::server {

// How many streams of one kind are open, of one child and of all. Thread-safe.
class StreamQuota {
 public:
  // One stream, until it is destroyed.
  class Ticket {
   public:
    Ticket(Ticket&& other) noexcept
        : quota_(std::exchange(other.quota_, nullptr)), child_(std::move(other.child_)) {}
    Ticket& operator=(Ticket&&) = delete;
    ~Ticket() {
      if (quota_ != nullptr) quota_->Leave(child_);
    }

   private:
    friend class StreamQuota;
    Ticket(StreamQuota& quota, std::string child) : quota_(&quota), child_(std::move(child)) {}
    StreamQuota* quota_;
    std::string child_;
  };

  StreamQuota(int per_child, int at_once) : per_child_(per_child), at_once_(at_once) {}

  // RESOURCE_EXHAUSTED TOO_MANY_STREAMS (with RetryInfo; metadata: limit).
  absl::StatusOr<Ticket> Enter(const std::string& child);

  int open() const;

 private:
  void Leave(const std::string& child);

  const int per_child_;
  const int at_once_;
  mutable std::mutex mutex_;
  std::map<std::string, int> children_;  // those with open streams; guarded by mutex_
  int open_ = 0;                         // guarded by mutex_
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_STREAM_QUOTA_H_
