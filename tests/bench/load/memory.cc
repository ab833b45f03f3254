// Resident memory of bangfu-server while a child pushes archives, another pulls them, and a hundred
// read a page and then nothing; beside that of the idle server before.

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "base/limits.h"
#include "tests/bench/load/benchmarks.h"
#include "tests/bench/load/city_node.h"
#include "tests/bench/load/families.h"
#include "tests/bench/load/memory_gauge.h"
#include "tests/bench/load/stalled_readers.h"

namespace bangfu::bench {
namespace {

constexpr int kArchives = 1'000'000;
constexpr int kChunk = 20'000;  // archives in memory of this program at once
constexpr int kReaders = 100;
constexpr char kUnit[] = "MiB";
constexpr absl::Duration kIdle = absl::Seconds(2);
// Longer than a server lets a stalled pull keep its place from others.
constexpr absl::Duration kStall = absl::Seconds(40);
constexpr absl::Duration kShortStall = absl::Seconds(1);
constexpr absl::Duration kTryAgain = absl::Seconds(5);

// Pushes so many archives; the most memory in each tenth.
std::vector<double> PushTenths(CityNode& city, MemoryGauge& gauge, int archives,
                               Measurements& measurements) {
  constexpr int kTenths = 10;
  std::vector<double> most;
  int64_t accepted = 0;
  for (int tenth = 0; tenth < kTenths; ++tenth) {
    const int end = static_cast<int>(int64_t{archives} * (tenth + 1) / kTenths);
    for (int first = static_cast<int>(int64_t{archives} * tenth / kTenths); first < end;) {
      const int count = std::min(kChunk, end - first);
      accepted +=
          PushAll(city, kDistrict, Filings(city.world(), first, count, kDistrictUnit)).accepted;
      first += count;
    }
    most.push_back(gauge.TakeMost());
  }
  if (accepted != archives) measurements.Fail("memory: not everything was accepted");
  return most;
}

void PullAll(CityNode& city, int archives, Measurements& measurements) {
  const auto line = city.Line("child", kDistrict);
  scenario::Must(line->Handshake({}).status(), "handshake");
  int64_t records = 0;
  scenario::Must(line->Pull("",
                            [&records](const v1::PullResponse& batch) {
                              records += batch.records_size();
                              return absl::OkStatus();
                            }),
                 "pull");
  if (records != archives) measurements.Fail("memory: records are missing");
}

void Stall(CityNode& city, bool short_form, Measurements& measurements) {
  StalledReaders readers(city, kReaders);
  const int at_first = readers.stalled();
  if (at_first != std::min(kReaders, limits::kMaxPullsAtOnce)) {
    measurements.Fail(absl::StrCat("memory: ", at_first, " readers were let in"));
  }
  const absl::Time end = absl::Now() + (short_form ? kShortStall : kStall);
  while (absl::Now() < end) {
    absl::SleepFor(std::min(kTryAgain, end - absl::Now()));
    readers.TryAgain();
  }
  measurements.Note("memory_stalled_readers",
                    absl::StrCat(at_first, " of ", kReaders, " let in at once, ", readers.stalled(),
                                 " had got a page in the end"));
}

}  // namespace

// Once, whatever the number of runs: a gauge of the most that was ever taken has little to gain
// from being read again.
void Memory(const LoadOptions& options, Measurements& measurements) {
  const int archives = options.Scaled(kArchives);
  CityNode city(options);
  MemoryGauge gauge([&city] { return city.ServerMemory(); });
  absl::SleepFor(kIdle);
  const double idle = gauge.TakeMost();

  const std::vector<double> tenths = PushTenths(city, gauge, archives, measurements);
  measurements.Add("memory_push", *std::max_element(tenths.begin(), tenths.end()), idle, kUnit);
  measurements.Note("memory_push_tenths",
                    absl::StrCat("MiB at most in each tenth of the push: ",
                                 absl::StrJoin(tenths, ", ", [](std::string* text, double tenth) {
                                   absl::StrAppend(text, static_cast<int>(tenth));
                                 })));
  measurements.Add("memory_push_flat", tenths.back(), tenths.front(), kUnit);

  PullAll(city, archives, measurements);
  measurements.Add("memory_pull", gauge.TakeMost(), idle, kUnit);

  Stall(city, options.short_form, measurements);
  measurements.Add("memory_stalled", gauge.TakeMost(), idle, kUnit);
}

}  // namespace bangfu::bench
