#ifndef BANGFU_TESTS_BENCH_LOAD_STALLED_READERS_H_
#define BANGFU_TESTS_BENCH_LOAD_STALLED_READERS_H_

#include <memory>
#include <vector>

#include "tests/bench/load/city_node.h"

namespace bangfu::bench {

// Pulls of large pages that read the first one and then nothing, over lines that take little in
// advance, so that the rest waits in the server. As many for each child as it may have; end with
// this. Not thread-safe.
class StalledReaders {
 public:
  // Opens `count` pulls and reads what comes first; the server refuses those that are too many.
  StalledReaders(CityNode& city, int count);
  ~StalledReaders();

  // Those that were refused try again.
  void TryAgain();
  // Pulls that have got a page.
  int stalled() const;

 private:
  class Pull;
  std::vector<std::unique_ptr<Pull>> pulls_;
};

}  // namespace bangfu::bench

#endif  // BANGFU_TESTS_BENCH_LOAD_STALLED_READERS_H_
