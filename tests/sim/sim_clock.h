#ifndef BANGFU_TESTS_SIM_SIM_CLOCK_H_
#define BANGFU_TESTS_SIM_SIM_CLOCK_H_

#include "base/clock.h"

namespace bangfu::sim {

// 2014-06-10T09:00:00+08:00: in the middle of a year, so that no clock sees another one.
inline constexpr int64_t kWorldBegins = 1402362000;

// The true time of a world, which nobody in it knows.
struct WorldTime {
  absl::Time now = absl::FromUnixSeconds(kWorldBegins);
};

// What one machine takes for the time.
class SimClock final : public Clock {
 public:
  SimClock(const WorldTime& time, absl::Duration skew) : time_(time), skew_(skew) {}
  absl::Time Now() const override { return time_.now + skew_; }
  void Jump(absl::Duration skew) { skew_ = skew; }

 private:
  const WorldTime& time_;
  absl::Duration skew_;
};

}  // namespace bangfu::sim

#endif  // BANGFU_TESTS_SIM_SIM_CLOCK_H_
