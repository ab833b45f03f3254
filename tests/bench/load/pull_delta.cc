// A child that has everything pulls 1,000 changes, in a large city and in a small one. While the
// large one grows: how fast archives are pushed and changes pulled at each size.

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "tests/bench/load/benchmarks.h"
#include "tests/bench/load/growing_city.h"

namespace bangfu::bench {
namespace {

constexpr int kSizes[] = {10'000, 100'000, 1'000'000, 2'000'000};  // archives
constexpr int kLastPushed =
    GrowingCity::kChunk;  // archives before each size whose rate counts, at most
constexpr size_t kPushesPerPart = 4;
constexpr int kPulls = 5;  // of the same changes; their median counts
constexpr char kDelta[] = "pull_delta";

std::vector<int> SizesOf(const LoadOptions& options) {
  std::vector<int> sizes;
  for (const int size : kSizes) {
    const int scaled = options.Scaled(size);
    if (sizes.empty() || scaled > sizes.back()) sizes.push_back(scaled);
  }
  return sizes;
}

// Archives a second in so many parts of one filing, at most: what the first pushes to be answered
// held, the next ones, and so on.
std::vector<double> RatesOf(const PushTotals& totals, int parts) {
  const size_t pushes = totals.answered.size();
  const double each = static_cast<double>(totals.accepted) / static_cast<double>(pushes);
  const size_t count = std::clamp<size_t>(pushes / kPushesPerPart, 1, static_cast<size_t>(parts));
  std::vector<double> rates;
  for (size_t part = 0; part < count; ++part) {
    const size_t begin = pushes * part / count;
    const size_t end = pushes * (part + 1) / count;
    const double since = begin == 0 ? 0 : totals.answered[begin - 1];
    rates.push_back(each * static_cast<double>(end - begin) / (totals.answered[end - 1] - since));
  }
  return rates;
}

// Grows to `size`; archives a second while the last ones are filed.
std::vector<double> RatesUpTo(GrowingCity& large, int size, const LoadOptions& options,
                              Measurements& measurements) {
  const int before = large.size();
  const int last = std::min(options.Scaled(kLastPushed), size - before);
  const double seconds = large.GrowTo(size - last);
  const PushTotals totals = large.File(last);
  const int rate = static_cast<int>((size - before) / (seconds + totals.seconds));
  measurements.Note(
      absl::StrCat("growth_push_up_to_", size),
      absl::StrCat(rate, " archives/s from ", before,
                   " on, feed and audit chain with them; these were ready ",
                   totals.seconds - totals.answered.back(), " s after the last push"));
  return RatesOf(totals, options.runs);
}

// Milliseconds of a pull of a round of edits, `runs` times.
std::vector<double> PullsAt(GrowingCity& large, int runs) {
  std::vector<double> medians;
  large.CatchUp();
  for (int run = 0; run < runs; ++run) {
    large.EditSome();
    std::vector<double> times;
    for (int i = 0; i < kPulls; ++i) times.push_back(large.PullChanges());
    medians.push_back(Quantile(times, 0.5));
  }
  return medians;
}

void AddAll(const std::string& name, const std::vector<double>& ours, double baseline,
            const char* unit, Measurements& measurements) {
  for (const double value : ours) measurements.Add(name, value, baseline, unit);
}

// The baseline of every size is the first one.
void Grow(GrowingCity& large, const LoadOptions& options, Measurements& measurements) {
  double first_rate = 0;
  double first_pull = 0;
  for (const int size : SizesOf(options)) {
    const std::vector<double> rates = RatesUpTo(large, size, options, measurements);
    const std::vector<double> pulls = PullsAt(large, options.runs);
    if (first_rate == 0) {
      first_rate = Quantile(rates, 0.5);
      first_pull = Quantile(pulls, 0.5);
    }
    AddAll(absl::StrCat("growth_push_", size), rates, first_rate, "archives/s", measurements);
    AddAll(absl::StrCat("growth_pull_delta_", size), pulls, first_pull, "ms", measurements);
  }
  measurements.Note("growth_database", absl::StrCat("database with ", large.size(), " archives: ",
                                                    absl::StripAsciiWhitespace(large.city().Psql(
                                                        "SELECT pg_size_pretty(pg_database_size("
                                                        "current_database()))"))));
}

}  // namespace

void PullDelta(const LoadOptions& options, Measurements& measurements) {
  GrowingCity large(options, measurements);
  Grow(large, options, measurements);
  GrowingCity small(options, measurements);
  small.GrowTo(SizesOf(options).front());
  large.CatchUp();
  small.CatchUp();
  std::vector<double> first_large;
  std::vector<double> first_small;
  for (int run = 0; run < options.runs; ++run) {
    large.EditSome();
    small.EditSome();
    std::vector<double> of_large;
    std::vector<double> of_small;
    for (int i = 0; i < kPulls; ++i) {
      of_small.push_back(small.PullChanges());
      of_large.push_back(large.PullChanges());
    }
    measurements.Add(kDelta, Quantile(of_large, 0.5), Quantile(of_small, 0.5), "ms");
    first_large.push_back(of_large.front());
    first_small.push_back(of_small.front());
  }
  measurements.Note("pull_delta_first",
                    absl::StrCat("first pull after the edits: ", Quantile(first_large, 0.5),
                                 " ms at ", large.size(), " archives, ", Quantile(first_small, 0.5),
                                 " ms at ", small.size()));
}

}  // namespace bangfu::bench
