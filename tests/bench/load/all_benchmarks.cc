#include "tests/bench/load/benchmarks.h"

namespace bangfu::bench {

const std::vector<LoadBenchmark>& AllLoadBenchmarks() {
  static const auto* const benchmarks = new std::vector<LoadBenchmark>{
      {"push_bulk", PushBulk},
      {"pull_initial", PullInitial},
  };
  return *benchmarks;
}

}  // namespace bangfu::bench
