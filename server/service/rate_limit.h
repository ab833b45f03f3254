#ifndef BANGFU_SERVER_SERVICE_RATE_LIMIT_H_
#define BANGFU_SERVER_SERVICE_RATE_LIMIT_H_

#include <cstddef>
#include <map>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/limits.h"

namespace bangfu::server {

// A rate on average, with so many at once.
struct Rate {
  double per_second = 0;
  double burst = 0;
  const char* limit = "";  // name in the error's metadata
};
inline constexpr Rate kCallRate{limits::kCallsPerSecond, limits::kCallBurst, "calls_per_second"};
inline constexpr Rate kSignInRate{limits::kSignInsPerMinute / 60.0, limits::kSignInsPerMinute,
                                  "sign_ins_per_minute"};

// Callers that are remembered; whoever was idle until their bucket was full is forgotten first.
inline constexpr size_t kMaxRatedCallers = 10000;

// A token bucket for each caller. Thread-safe.
class RateLimit {
 public:
  explicit RateLimit(Rate rate, size_t capacity = kMaxRatedCallers)
      : rate_(rate), capacity_(capacity) {}

  // One more of `caller`. RESOURCE_EXHAUSTED QUOTA_EXCEEDED (with RetryInfo; metadata: limit).
  absl::Status Take(absl::string_view caller, absl::Time now);

  size_t size() const;

 private:
  struct Bucket {
    double tokens = 0;
    absl::Time filled;
  };
  double TokensOf(const Bucket& bucket, absl::Time now) const;
  void MakeRoom(absl::Time now);

  const Rate rate_;
  const size_t capacity_;
  mutable std::mutex mutex_;
  std::map<std::string, Bucket, std::less<>> buckets_;  // guarded by mutex_
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_RATE_LIMIT_H_
