#ifndef BANGFU_SERVER_SERVICE_STREAM_QUOTA_H_
#define BANGFU_SERVER_SERVICE_STREAM_QUOTA_H_

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace bangfu::server {

// A page takes that long on a line of 400 kbit/s.
inline constexpr absl::Duration kGivesWayAfter = absl::Seconds(20);

// How many streams of one kind are open, of one child and of all. When all places are taken, the
// stream that has not moved for the longest time gives way, if that is longer than
// kGivesWayAfter: readers that stall must not keep out the others. Thread-safe.
class StreamQuota {
 public:
  // One stream, until it is destroyed.
  class Ticket {
   public:
    Ticket(Ticket&& other) noexcept
        : quota_(std::exchange(other.quota_, nullptr)), number_(other.number_) {}
    Ticket& operator=(Ticket&&) = delete;
    ~Ticket() {
      if (quota_ != nullptr) quota_->Leave(number_);
    }

    // The other side took something.
    void Moved(absl::Time now = absl::Now()) { quota_->Moved(number_, now); }

   private:
    friend class StreamQuota;
    Ticket(StreamQuota& quota, int64_t number) : quota_(&quota), number_(number) {}
    StreamQuota* quota_;
    int64_t number_;
  };

  StreamQuota(int per_child, int at_once) : per_child_(per_child), at_once_(at_once) {}

  // `give_way` ends the stream from another thread, soon, and does not block; a stream without it
  // never gives way. RESOURCE_EXHAUSTED TOO_MANY_STREAMS (with RetryInfo; metadata: limit).
  absl::StatusOr<Ticket> Enter(const std::string& child, std::function<void()> give_way = {},
                               absl::Time now = absl::Now());

  int open() const;

 private:
  struct Stream {
    std::string child;
    std::function<void()> give_way;
    absl::Time moved;
  };

  void Leave(int64_t number);
  void Moved(int64_t number, absl::Time now);
  int OpenOf(const std::string& child) const;
  // Ends the stream that has stalled longest and gives its place away; false when none has.
  bool MakeRoom(absl::Time now);

  const int per_child_;
  const int at_once_;
  mutable std::mutex mutex_;
  std::map<int64_t, Stream> open_;  // by number of the ticket; guarded by mutex_
  int64_t last_number_ = 0;         // guarded by mutex_
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_STREAM_QUOTA_H_
