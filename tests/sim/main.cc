// The seeded simulation; see README.md beside this file.
#include <CLI/CLI.hpp>
#include <cinttypes>
#include <cstdio>
#include <functional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/sim/mutations.h"
#include "tests/sim/revocation.h"
#include "tests/sim/seed_pool.h"
#include "tests/sim/trial.h"

namespace bangfu::sim {
namespace {

constexpr uint64_t kDefaultSeeds = 2000;
constexpr uint64_t kSeedsPerMutation = 400;

struct Tally {
  int64_t passed = 0;
  int64_t failed = 0;
};

void PrintProblems(const std::vector<std::string>& problems) {
  constexpr size_t kAtMost = 8;
  for (size_t i = 0; i < problems.size() && i < kAtMost; ++i) {
    std::printf("    %s\n", problems[i].c_str());
  }
  if (problems.size() > kAtMost) std::printf("    and %zu more\n", problems.size() - kAtMost);
}

// The shortest list of steps, found in a process of its own: what fails may also crash.
void PrintShortest(uint64_t seed) {
  const auto trial = [](uint64_t of_seed, const std::string& folder) {
    Plan plan = PlanOf(of_seed);
    if (RunPlan(plan, folder).empty()) return std::vector<std::string>();
    plan.steps = Shrink(plan, folder);
    std::vector<std::string> lines;
    for (const Step& step : plan.steps) lines.push_back("step " + NameOf(step));
    for (const std::string& problem : RunPlan(plan, folder)) lines.push_back(problem);
    return lines;
  };
  RunSeeds(seed, 1, 1, trial, [](const SeedResult& result) {
    std::printf("  shortest list of steps that fails:\n");
    for (const std::string& line : result.problems) std::printf("    %s\n", line.c_str());
    return true;
  });
}

void RunAll(uint64_t first, uint64_t count, int jobs, int to_shrink, Tally& tally) {
  int shrunk = 0;
  RunSeeds(first, count, jobs, RunSeed, [&](const SeedResult& result) {
    if (result.problems.empty()) {
      ++tally.passed;
      return true;
    }
    ++tally.failed;
    std::printf("seed %" PRIu64 " FAILED; replay: tests/sim/run --seed %" PRIu64 "\n", result.seed,
                result.seed);
    PrintProblems(result.problems);
    if (shrunk++ < to_shrink) PrintShortest(result.seed);
    std::fflush(stdout);
    return true;
  });
}

// Ways in which records leave a desktop, each by its number in the place of a seed.
void RunScenarios(int jobs, Tally& tally) {
  const std::vector<Scenario> scenarios = Scenarios();
  const auto trial = [&](uint64_t number, const std::string& folder) {
    return RunScenario(scenarios[number], folder);
  };
  RunSeeds(0, scenarios.size(), jobs, trial, [&](const SeedResult& result) {
    if (result.problems.empty()) {
      ++tally.passed;
      return true;
    }
    ++tally.failed;
    std::printf("%s FAILED\n", NameOf(scenarios[result.seed]).c_str());
    PrintProblems(result.problems);
    return true;
  });
}

// Whether something in `what` notices the defect; tells what.
bool IsNoticedBy(const std::string& bug, uint64_t first, uint64_t count, int jobs,
                 const std::function<Problems(uint64_t, const std::string&)>& what,
                 const char* name) {
  bool noticed = false;
  const auto trial = [&](uint64_t number, const std::string& folder) {
    SwitchOn(bug);
    const Problems problems = what(number, folder);
    SwitchOn("");
    // What fails anyway does not notice anything.
    return problems.empty() || !what(number, folder).empty() ? Problems() : problems;
  };
  RunSeeds(first, count, jobs, trial, [&](const SeedResult& result) {
    if (result.problems.empty()) return true;
    noticed = true;
    std::printf("%-28s noticed by %s %" PRIu64 ": %s\n", bug.c_str(), name, result.seed,
                result.problems.front().c_str());
    return false;
  });
  return noticed;
}

bool IsNoticed(const std::string& bug, int jobs) {
  const std::vector<Scenario> scenarios = Scenarios();
  const auto scenario = [&](uint64_t number, const std::string& folder) {
    return RunScenario(scenarios[number], folder);
  };
  const bool noticed = IsNoticedBy(bug, 1, kSeedsPerMutation, jobs, RunSeed, "seed") ||
                       IsNoticedBy(bug, 0, scenarios.size(), jobs, scenario, "scenario");
  if (!noticed) {
    std::printf("%-28s FAILED: not noticed by %" PRIu64 " seeds and %zu scenarios\n", bug.c_str(),
                kSeedsPerMutation, scenarios.size());
  }
  std::fflush(stdout);
  return noticed;
}

void RunMutations(int jobs, Tally& tally) {
  const std::set<std::string> bugs = SeededBugs();
  for (const auto& [bug, reason] : ExemptBugs()) {
    if (bugs.count(bug) > 0) {
      std::printf("%-28s left out: %s\n", bug.c_str(), reason.c_str());
    } else {
      ++tally.failed;
      std::printf("%-28s FAILED: left out here, but in no source\n", bug.c_str());
    }
  }
  for (const std::string& bug : bugs) {
    if (ExemptBugs().count(bug) > 0) continue;
    ++(IsNoticed(bug, jobs) ? tally.passed : tally.failed);
  }
}

int Main(int argc, char** argv) {
  CLI::App app("Simulates cities from seeds and checks what sync promises.");
  uint64_t seeds = kDefaultSeeds;
  uint64_t first = 1;
  uint64_t seed = 0;
  int jobs = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  int shrink = 3;
  bool forever = false;
  bool mutations = false;
  bool scenarios = false;
  app.add_option("--seeds", seeds, "how many seeds");
  app.add_option("--first", first, "the first one");
  CLI::Option* one = app.add_option("--seed", seed, "only this one");
  app.add_option("--jobs", jobs, "processes at once");
  app.add_option("--shrink", shrink, "failures for which the shortest list of steps is looked for");
  app.add_flag("--forever", forever, "until something fails");
  app.add_flag("--mutations", mutations, "break the program on purpose; each must be noticed");
  app.add_flag("--scenarios", scenarios, "only the ways in which records leave a desktop");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  Tally tally;
  if (mutations && !SwitchOn("")) {
    std::fprintf(stderr, "seeded defects need a build with BANGFU_TEST_HOOKS (preset hooks)\n");
    return 2;
  }
  if (one->count() > 0) {
    RunAll(seed, 1, 1, shrink, tally);
  } else if (mutations) {
    RunMutations(jobs, tally);
  } else {
    RunScenarios(jobs, tally);
  }
  if (one->count() == 0 && !mutations && !scenarios) {
    do {
      RunAll(first, seeds, jobs, shrink, tally);
      first += seeds;
    } while (forever && tally.failed == 0);
  }
  std::printf("%" PRId64 " passed, %" PRId64 " failed\n", tally.passed, tally.failed);
  return tally.failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace bangfu::sim

int main(int argc, char** argv) { return bangfu::sim::Main(argc, argv); }
