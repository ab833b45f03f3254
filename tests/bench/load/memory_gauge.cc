#include "tests/bench/load/memory_gauge.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"

namespace bangfu::bench {
namespace {

constexpr absl::Duration kInterval = absl::Milliseconds(100);
constexpr double kMebibyte = 1024 * 1024;

}  // namespace

MemoryGauge::MemoryGauge(std::function<int64_t()> read) : read_(std::move(read)) {
  thread_ = std::thread([this] {
    while (!ends_) {
      Sample();
      absl::SleepFor(kInterval);
    }
  });
}

MemoryGauge::~MemoryGauge() {
  ends_ = true;
  thread_.join();
}

double MemoryGauge::TakeMost() {
  Sample();
  const std::lock_guard<std::mutex> lock(mutex_);
  return static_cast<double>(std::exchange(most_, 0)) / kMebibyte;
}

void MemoryGauge::Sample() {
  const std::lock_guard<std::mutex> lock(mutex_);
  most_ = std::max(most_, read_());
}

}  // namespace bangfu::bench
