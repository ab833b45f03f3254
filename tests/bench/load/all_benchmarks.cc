#include "tests/bench/load/benchmarks.h"

namespace bangfu::bench {

// clang-format off: one a line
const std::vector<LoadBenchmark>& AllLoadBenchmarks() {
  static const auto* const benchmarks = new std::vector<LoadBenchmark>{
      {"push_bulk", PushBulk},
      {"push_update", PushUpdate},
      {"push_single", PushSingle},
      {"fairness", Fairness},
      {"list", List},
      {"sweep", Sweep},
      {"sequencer", Sequencer},
      {"watch_fanout", WatchFanout},
      {"pull_initial", PullInitial},
      {"pull_delta", PullDelta},
      {"memory", Memory},
      {"peer_logical", PeerLogical},
      {"peer_couch", PeerCouch},
  };
  return *benchmarks;
}
// clang-format on

}  // namespace bangfu::bench
