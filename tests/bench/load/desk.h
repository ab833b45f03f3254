#ifndef BANGFU_TESTS_BENCH_LOAD_DESK_H_
#define BANGFU_TESTS_BENCH_LOAD_DESK_H_

#include <string>
#include <vector>

#include "tests/bench/load/city_node.h"
#include "tests/bench/load/measurement.h"

namespace bangfu::bench {

// A desk of the district that has joined and pulled nothing yet; the shipped program works in its
// folder, which ends with this.
class Desk {
 public:
  Desk(CityNode& city, const LoadOptions& options, const std::string& name);
  ~Desk();
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  std::string replica() const { return folder_ + "/replica.db"; }
  double PullSeconds() const;

 private:
  void Run(std::vector<std::string> command) const;

  const std::string program_;
  const std::string folder_;
};

}  // namespace bangfu::bench

#endif  // BANGFU_TESTS_BENCH_LOAD_DESK_H_
