#ifndef BANGFU_SERVER_SERVICE_RATE_LIMIT_H_
#define BANGFU_SERVER_SERVICE_RATE_LIMIT_H_

#include <cstddef>
#include <cstdint>
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

// A token bucket for each caller, kept as the time until which it is empty (GCRA, ITU-T I.371): no
// fractions of tokens. Thread-safe.
class RateLimit {
 public:
  explicit RateLimit(Rate rate, size_t capacity = kMaxRatedCallers)
      : limit_(rate.limit),
        interval_(absl::Nanoseconds(static_cast<int64_t>(
            1e9 / rate.per_second))),  // rounded down: a whole interval is enough
        depth_(interval_ * rate.burst),
        capacity_(capacity) {}

  // One more of `caller`. RESOURCE_EXHAUSTED QUOTA_EXCEEDED (with RetryInfo; metadata: limit).
  absl::Status Take(absl::string_view caller, absl::Time now);

  size_t size() const;

 private:
  void MakeRoom(absl::Time now);

  const char* const limit_;
  const absl::Duration interval_;  // that one more costs
  const absl::Duration depth_;     // of a full bucket
  const size_t capacity_;
  mutable std::mutex mutex_;
  // Until when what a caller did lasts at the rate; guarded by mutex_.
  std::map<std::string, absl::Time, std::less<>> paid_until_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_RATE_LIMIT_H_
