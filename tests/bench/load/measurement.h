#ifndef BANGFU_TESTS_BENCH_LOAD_MEASUREMENT_H_
#define BANGFU_TESTS_BENCH_LOAD_MEASUREMENT_H_

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace bangfu::bench {

// Where the programs under test are, and how much is done.
struct LoadOptions {
  int runs = 5;
  bool short_form = false;  // shows that the benchmarks work, measures nothing
  uint64_t seed = 1;
  std::string server_binary;  // bangfu-server
  std::string client_binary;  // bangfu
  std::string folder;         // of the repository

  double part = 1;  // of the archives of the full form

  // So many of `count` archives.
  int Scaled(int count) const {
    return std::min(count, std::max(kLeast, static_cast<int>(count * part)));
  }
  static constexpr int kLeast = 1000;
  static constexpr double kShortPart = 0.005;
};

// What the runs of a benchmark measured. Not thread-safe.
class Measurements {
 public:
  // One run: what we took or did and what the baseline did, in `unit`. The ratio is ours/baseline.
  void Add(absl::string_view name, double ours, double baseline, absl::string_view unit);
  // A figure beside the ratios: memory, counts. Shown with the table.
  void Note(absl::string_view name, absl::string_view text);
  // Something went wrong: the program ends with status 1.
  void Fail(absl::string_view what);

  bool failed() const { return failed_; }
  // JSON lines, one a name: {"name","ratio","ours","baseline","unit","runs","spread"}; medians, and
  // the range of the ratios by their median. Notes are {"name","note"}.
  std::string JsonLines() const;

 private:
  struct Series {
    std::vector<double> ours, baseline;
    std::string unit;
  };
  std::vector<std::string> order_;
  std::map<std::string, Series, std::less<>> series_;
  std::vector<std::pair<std::string, std::string>> notes_;
  bool failed_ = false;
};

struct LoadBenchmark {
  const char* name;
  void (*run)(const LoadOptions& options, Measurements& measurements);
};

// All of them, in the order in which they run.
const std::vector<LoadBenchmark>& AllLoadBenchmarks();

// A line about progress on stderr, with the time.
void Progress(absl::string_view text);

// Of unsorted values; `part` 0.5 is the median. 0 when there are none.
double Quantile(std::vector<double> values, double part);

}  // namespace bangfu::bench

#endif  // BANGFU_TESTS_BENCH_LOAD_MEASUREMENT_H_
