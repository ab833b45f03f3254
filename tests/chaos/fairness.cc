// One union uploads without end; a district that has one change to send is answered soon.

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "tests/chaos/scenario.h"
#include "tests/chaos/scenarios.h"
#include "tests/chaos/tree.h"

namespace bangfu::chaos {
namespace {

constexpr char kUnit[] = "hz.fuyang.fuchun";
constexpr char kUnion[] = "hz.gongye";
constexpr char kUnionUnit[] = "hz.gongye.xiangjiao";
constexpr int kUploads = 2;  // at once, of one certificate
constexpr int kChangesPerPush = 500;
constexpr int kProbes = 15;
constexpr absl::Duration kStarved = absl::Seconds(10);
constexpr absl::Duration kWarmUp = absl::Seconds(2);

int64_t Accepted(const absl::StatusOr<std::vector<v1::Outcome>>& outcomes) {
  if (!outcomes.ok()) return 0;
  return std::count_if(outcomes->begin(), outcomes->end(), [](const v1::Outcome& outcome) {
    return outcome.verdict() == v1::VERDICT_ACCEPTED;
  });
}

// Pushes new households until it is told to stop.
void Upload(World& world, const std::string& server, std::atomic<int>& number,
            std::atomic<int64_t>& pushed, const std::atomic<bool>& stop) {
  auto link = Must(client::GrpcServerLink::Connect(
                       server, world.CredentialsOf("upload", kUnion, NodeKind::kServer)),
                   "line");
  while (!stop) {
    std::vector<v1::Change> changes;
    for (int i = 0; i < kChangesPerPush; ++i) {
      changes.push_back(Filing(world, Household(++number, kUnionUnit)));
    }
    // A quota that is used up is no failure here; whoever is told to wait comes back.
    pushed += Accepted(link->Push(changes, {}));
  }
}

// Median time of a push of one change, and the longest.
struct Times {
  absl::Duration median;
  absl::Duration longest;
};

Times Probe(World& world, client::ServerLink& link, int first, Report& report) {
  std::vector<absl::Duration> times;
  for (int i = 0; i < kProbes; ++i) {
    const absl::Time begin = absl::Now();
    const auto outcomes = link.Push({Filing(world, Household(first + i, kUnit))}, {});
    times.push_back(absl::Now() - begin);
    if (report.Check(outcomes.status(), "a district's push")) {
      report.CheckEqual(Accepted(outcomes), 1, "changes of a district's push that were taken");
    }
    if (times.back() > kStarved) {
      report.Fail(absl::StrCat("a district waited ", absl::FormatDuration(times.back())));
      break;
    }
    absl::SleepFor(absl::Milliseconds(100));
  }
  std::sort(times.begin(), times.end());
  return {times[times.size() / 2], times.back()};
}

}  // namespace

void Fairness(const ScenarioOptions& options, Report& report) {
  World world(options);
  Node city(world, "city", "hz");
  city.MustStart();
  auto district =
      Must(client::GrpcServerLink::Connect(
               city.address(), world.CredentialsOf("fuyang", "hz.fuyang", NodeKind::kServer)),
           "line");
  const Times alone = Probe(world, *district, 1, report);
  std::atomic<bool> stop{false};
  std::atomic<int> number{1'000'000};
  std::atomic<int64_t> pushed{0};
  std::vector<std::thread> uploads;
  for (int i = 0; i < kUploads; ++i) {
    uploads.emplace_back([&] { Upload(world, city.address(), number, pushed, stop); });
  }
  absl::SleepFor(kWarmUp);
  const absl::Time begin = absl::Now();
  const int64_t pushed_before = pushed;
  const Times beside = Probe(world, *district, 1000, report);
  const double seconds = absl::ToDoubleSeconds(absl::Now() - begin);
  const auto rate = static_cast<double>(pushed - pushed_before) / seconds;
  stop = true;
  for (std::thread& thread : uploads) thread.join();
  report.Check(pushed > 0, "the union uploaded nothing");
  const auto text = [](const Times& times) {
    return absl::StrCat(absl::ToInt64Milliseconds(times.median), " ms, longest ",
                        absl::ToInt64Milliseconds(times.longest), " ms");
  };
  report.Figure("a district's push alone: median", text(alone));
  report.Figure("beside an upload: median", text(beside));
  report.Figure("ratio of the medians",
                absl::StrFormat("%.1f", absl::FDivDuration(beside.median, alone.median)));
  report.Figure("changes a second of the upload meanwhile", static_cast<int64_t>(rate));
}

}  // namespace bangfu::chaos
