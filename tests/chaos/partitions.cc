// A city, two districts and four desktops whose lines are cut at random under load: once they are
// healed, nothing waits anywhere and all copies are equal, every time.

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/chaos/scenario.h"
#include "tests/chaos/scenarios.h"
#include "tests/chaos/tree.h"

namespace bangfu::chaos {
namespace {

constexpr int kShortRounds = 100;
constexpr int kLongRounds = 500;
constexpr int kCutPercent = 40;
constexpr int kHouseholds = 60;  // per unit
constexpr int64_t kMaxEdits = 3;
constexpr absl::Duration kHealTimeout = absl::Seconds(60);
constexpr int64_t kMaxCutMilliseconds = 120;

// A few changes and a sync, which may fail.
void Work(World& world, Desktop& desktop, int unit, int64_t round) {
  const std::string& org = desktop.org();
  const bool is_unit = std::count(org.begin(), org.end(), '.') == 2;
  for (int64_t i = 0; i <= world.Random(kMaxEdits); ++i) {
    const int number = unit * kHouseholds + static_cast<int>(world.Random(kHouseholds));
    const std::string id = Household(number, org).id();
    const absl::Status edited = desktop.EditPhone(id, PhoneOf(round * 10 + i));
    if (is_unit && absl::IsNotFound(edited)) desktop.File(Household(number, org)).IgnoreError();
  }
  desktop.Sync().IgnoreError();
}

}  // namespace

void Partitions(const ScenarioOptions& options, Report& report) {
  World world(options);
  Tree tree(world);
  Node& fuyang = *tree.AddDistrict("hz.fuyang").node;
  Node& gongye = *tree.AddDistrict("hz.gongye").node;
  // The number of the unit whose households each works on: two share one.
  const std::vector<int> units = {0, 0, 1, 2};
  tree.AddDesktop("fuchun", "hz.fuyang.fuchun", fuyang);
  tree.AddDesktop("fuyang-desk", "hz.fuyang", fuyang);
  tree.AddDesktop("xiangjiao", "hz.gongye.xiangjiao", gongye);
  tree.AddDesktop("sichou", "hz.gongye.sichou", gongye);

  const int rounds = options.long_form ? kLongRounds : kShortRounds;
  int healed = 0;
  std::vector<absl::Duration> times;
  const absl::Time begin = absl::Now();
  for (int round = 0; round < rounds && !report.failed(); ++round) {
    std::vector<std::thread> threads;
    for (size_t i = 0; i < tree.seats().size(); ++i) {
      threads.emplace_back([&, i] { Work(world, *tree.seats()[i]->desktop, units[i], round); });
    }
    const std::vector<FaultyLine*> lines = tree.lines();
    for (FaultyLine* line : lines) {
      if (world.Chance(kCutPercent)) line->Cut();
    }
    absl::SleepFor(absl::Milliseconds(world.Random(kMaxCutMilliseconds)));
    for (FaultyLine* line : lines) line->Heal();
    const absl::Time heal = absl::Now();
    for (std::thread& thread : threads) thread.join();
    if (tree.Settle(kHealTimeout, report)) ++healed;
    times.push_back(absl::Now() - heal);
  }
  tree.CheckEffects(report);
  report.CheckEqual(healed, rounds, "rounds that ended with equal copies");
  std::sort(times.begin(), times.end());
  report.Figure("cuts and heals, on one set of processes", rounds);
  report.Figure("ended with empty queues and equal copies",
                absl::StrCat(100 * healed / rounds, " %"));
  report.Figure("median time from heal to equal",
                absl::FormatDuration(absl::Trunc(times[times.size() / 2], absl::Milliseconds(1))));
  report.Figure("longest", absl::FormatDuration(absl::Trunc(times.back(), absl::Milliseconds(1))));
  report.Figure("changes", NumberOf(tree.city(), "SELECT count(*) FROM change_log"));
  report.Figure("seconds", absl::StrCat(absl::ToInt64Seconds(absl::Now() - begin)));
}

}  // namespace bangfu::chaos
