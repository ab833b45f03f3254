#ifndef BANGFU_TESTS_BENCH_LOAD_GROWING_CITY_H_
#define BANGFU_TESTS_BENCH_LOAD_GROWING_CITY_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "client/transport/grpc_server_link.h"
#include "tests/bench/load/city_node.h"
#include "tests/bench/load/measurement.h"

namespace bangfu::bench {

// A city that takes in more and more archives of one district, with a child of that district that
// stands at the head of the feed. What goes wrong fails `measurements`. Not thread-safe.
class GrowingCity {
 public:
  static constexpr int kChanges = 1'000;  // of one round of edits
  static constexpr int kChunk = 20'000;   // archives

  GrowingCity(const LoadOptions& options, Measurements& measurements);

  int size() const { return static_cast<int>(revisions_.size()); }
  CityNode& city() { return city_; }

  // Files archives until there are so many, kChunk of them in memory at once; seconds without the
  // time that it takes to invent them.
  double GrowTo(int size);
  // The same with at most kChunk archives.
  PushTotals File(int count);

  // The child is connected and has everything, as after a pull; no records travel.
  void CatchUp();
  // Others edit kChanges archives, spread over all.
  void EditSome();
  // Milliseconds in which the child gets what the last round of edits changed. It can do so again
  // and again; the next round begins where this one ended.
  double PullChanges();

 private:
  CityNode city_;
  Measurements& measurements_;
  std::unique_ptr<client::GrpcServerLink> child_;
  std::vector<int> revisions_;  // by number of the archive
  int edits_ = 0;
  std::string cursor_;       // of the child before the last round of edits
  std::string next_cursor_;  // after it
};

}  // namespace bangfu::bench

#endif  // BANGFU_TESTS_BENCH_LOAD_GROWING_CITY_H_
