#ifndef BANGFU_TESTS_BENCH_LOAD_MEMORY_GAUGE_H_
#define BANGFU_TESTS_BENCH_LOAD_MEMORY_GAUGE_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

namespace bangfu::bench {

// Reads a memory every 100 ms in a thread of its own. Thread-safe.
class MemoryGauge {
 public:
  // `read` returns bytes.
  explicit MemoryGauge(std::function<int64_t()> read);
  ~MemoryGauge();
  MemoryGauge(const MemoryGauge&) = delete;
  MemoryGauge& operator=(const MemoryGauge&) = delete;

  // The most since the last call, or the beginning; MiB.
  double TakeMost();

 private:
  void Sample();

  const std::function<int64_t()> read_;
  std::mutex mutex_;
  int64_t most_ = 0;  // guarded by mutex_
  std::atomic<bool> ends_{false};
  std::thread thread_;
};

}  // namespace bangfu::bench

#endif  // BANGFU_TESTS_BENCH_LOAD_MEMORY_GAUGE_H_
