#ifndef BANGFU_BASE_CLOCK_H_
#define BANGFU_BASE_CLOCK_H_

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace bangfu {

// The clock of a node, injected everywhere: business days, entry times and deadlines never read the
// machine directly.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() const = 0;
};

// The machine's clock.
class SystemClock final : public Clock {
 public:
  absl::Time Now() const override { return absl::Now(); }
};

// A clock that started at `start` when it was made and runs at normal speed since: for
// demonstrations and tests that need the days of the notice. Certificates are always checked
// against the machine's clock.
class ShiftedClock final : public Clock {
 public:
  explicit ShiftedClock(absl::Time start) : offset_(start - absl::Now()) {}
  absl::Time Now() const override { return absl::Now() + offset_; }

 private:
  absl::Duration offset_;
};

}  // namespace bangfu

#endif  // BANGFU_BASE_CLOCK_H_
