#ifndef BANGFU_TESTS_SIM_SEED_POOL_H_
#define BANGFU_TESTS_SIM_SEED_POOL_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace bangfu::sim {

// What became of a seed: what does not hold, one line each; empty when all does.
struct SeedResult {
  uint64_t seed = 0;
  std::vector<std::string> problems;
};

// Runs `trial` for the seeds first … first + count - 1 in `jobs` processes and tells `on_result` as
// they end, in no order; `on_result` returns whether to go on. A process that dies is a failure of
// the seed that it was at. Every process gets a folder of its own below one that is removed at the
// end. Processes end with the one that started them. After WatchForStop, a signal ends the run.
void RunSeeds(
    uint64_t first, uint64_t count, int jobs,
    const std::function<std::vector<std::string>(uint64_t seed, const std::string& folder)>& trial,
    const std::function<bool(const SeedResult&)>& on_result);

// From now on SIGINT, SIGTERM and SIGHUP do not end the process, but the running RunSeeds.
void WatchForStop();
// Whether one of them came.
bool IsStopped();

}  // namespace bangfu::sim

#endif  // BANGFU_TESTS_SIM_SEED_POOL_H_
