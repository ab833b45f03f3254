// The seeded simulation; see README.md beside this file.
#include <sqlite3.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <functional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/sim/directed.h"
#include "tests/sim/mutations.h"
#include "tests/sim/revocation.h"
#include "tests/sim/seed_pool.h"
#include "tests/sim/trial.h"

namespace bangfu::sim {
namespace {

constexpr uint64_t kDefaultSeeds = 2000;
constexpr uint64_t kSeedsBeforeStories = 60;  // of those of a mutation
constexpr uint64_t kSeedsPerMutation = 400;
constexpr auto kProgressEvery = std::chrono::seconds(10);

using Clock = std::chrono::steady_clock;

struct Tally {
  int64_t passed = 0;
  int64_t failed = 0;
};

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Says now and then how far a long run is.
class Progress {
 public:
  Progress(const char* what, uint64_t count) : what_(what), count_(count) {}

  void Note() {
    ++done_;
    if (Clock::now() - said_ < kProgressEvery) return;
    said_ = Clock::now();
    Say("");
  }

  void Finish() const { Say(", done"); }

 private:
  void Say(const char* end) const {
    const double seconds = SecondsSince(start_);
    std::printf("%" PRIu64 " of %" PRIu64 " %s, %.0f s, %.1f a second%s\n", done_, count_, what_,
                seconds, static_cast<double>(done_) / std::max(seconds, 0.001), end);
  }

  const char* const what_;
  const uint64_t count_;
  const Clock::time_point start_ = Clock::now();
  Clock::time_point said_ = start_;
  uint64_t done_ = 0;
};

// What is told by hand: the directed scenarios, then the ways in which records leave a desktop.
struct Stories {
  std::vector<DirectedScenario> directed = DirectedScenarios();
  std::vector<Scenario> leaving = Scenarios();

  uint64_t size() const { return directed.size() + leaving.size(); }
  std::string Name(uint64_t number) const {
    return number < directed.size() ? directed[number].name
                                    : NameOf(leaving[number - directed.size()]);
  }
  Problems Run(uint64_t number, const std::string& folder) const {
    return number < directed.size() ? directed[number].run(folder)
                                    : RunScenario(leaving[number - directed.size()], folder);
  }
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

// What was not run, because processes could not be started, did not pass.
void CountUnrun(uint64_t count, uint64_t results, Tally& tally) {
  if (results >= count || IsStopped()) return;
  std::printf("%" PRIu64 " were not run\n", count - results);
  tally.failed += static_cast<int64_t>(count - results);
}

void RunAll(uint64_t first, uint64_t count, int jobs, int to_shrink, Tally& tally) {
  int shrunk = 0;
  uint64_t results = 0;
  Progress progress("seeds", count);
  RunSeeds(first, count, jobs, RunSeed, [&](const SeedResult& result) {
    ++results;
    progress.Note();
    if (result.problems.empty()) {
      ++tally.passed;
      return true;
    }
    ++tally.failed;
    std::printf("seed %" PRIu64 " FAILED; replay: tests/sim/run --seed %" PRIu64 "\n", result.seed,
                result.seed);
    PrintProblems(result.problems);
    if (shrunk++ < to_shrink) PrintShortest(result.seed);
    return true;
  });
  progress.Finish();
  CountUnrun(count, results, tally);
}

void RunStories(int jobs, Tally& tally) {
  const Stories stories;
  uint64_t results = 0;
  Progress progress("scenarios", stories.size());
  const auto trial = [&](uint64_t number, const std::string& folder) {
    return stories.Run(number, folder);
  };
  RunSeeds(0, stories.size(), jobs, trial, [&](const SeedResult& result) {
    ++results;
    progress.Note();
    if (result.problems.empty()) {
      ++tally.passed;
      return true;
    }
    ++tally.failed;
    std::printf("%s FAILED\n", stories.Name(result.seed).c_str());
    PrintProblems(result.problems);
    return true;
  });
  progress.Finish();
  CountUnrun(stories.size(), results, tally);
}

// What runs under a defect, by number.
struct Notices {
  uint64_t first;
  uint64_t count;
  std::function<Problems(uint64_t, const std::string&)> run;
  std::function<std::string(uint64_t)> name;
};

// Whether something in `notices` fails because of the defect; tells what.
bool IsNoticedBy(const std::string& bug, int jobs, const Notices& notices) {
  const Clock::time_point start = Clock::now();
  bool noticed = false;
  const auto trial = [&](uint64_t number, const std::string& folder) {
    SwitchOn(bug);
    const Problems problems = notices.run(number, folder);
    SwitchOn("");
    // What fails anyway does not notice anything.
    return problems.empty() || !notices.run(number, folder).empty() ? Problems() : problems;
  };
  RunSeeds(notices.first, notices.count, jobs, trial, [&](const SeedResult& result) {
    if (result.problems.empty()) return true;
    noticed = true;
    std::printf("%-26s noticed by %s (%.0f s): %s\n", bug.c_str(),
                notices.name(result.seed).c_str(), SecondsSince(start),
                result.problems.front().c_str());
    return false;
  });
  return noticed;
}

// The stories that are few and short first, then chance, then the ways to leave.
bool IsNoticed(const std::string& bug, int jobs) {
  const Stories stories;
  const auto story = [&](uint64_t number, const std::string& folder) {
    return stories.Run(number, folder);
  };
  const auto name = [&](uint64_t number) { return stories.Name(number); };
  const auto seed = [](uint64_t number) { return "seed " + std::to_string(number); };
  const uint64_t few = stories.directed.size();
  const bool noticed = IsNoticedBy(bug, jobs, {0, few, story, name}) ||
                       IsNoticedBy(bug, jobs, {1, kSeedsBeforeStories, RunSeed, seed}) ||
                       IsNoticedBy(bug, jobs, {few, stories.size() - few, story, name}) ||
                       IsNoticedBy(bug, jobs,
                                   {kSeedsBeforeStories + 1,
                                    kSeedsPerMutation - kSeedsBeforeStories, RunSeed, seed});
  if (!noticed && !IsStopped()) {
    std::printf("%-26s FAILED: not noticed by %" PRIu64 " seeds and %" PRIu64 " scenarios\n",
                bug.c_str(), kSeedsPerMutation, stories.size());
  }
  return noticed;
}

void RunMutations(int jobs, const std::string& only, Tally& tally) {
  std::set<std::string> bugs = SeededBugs();
  if (!only.empty()) {
    if (bugs.count(only) == 0) {
      ++tally.failed;
      std::printf("%-26s FAILED: in no source\n", only.c_str());
      return;
    }
    ++(IsNoticed(only, jobs) ? tally.passed : tally.failed);
    return;
  }
  for (const auto& [bug, reason] : ExemptBugs()) {
    if (bugs.count(bug) > 0) {
      std::printf("%-26s left out: %s\n", bug.c_str(), reason.c_str());
    } else {
      ++tally.failed;
      std::printf("%-26s FAILED: left out here, but in no source\n", bug.c_str());
    }
  }
  for (const std::string& bug : bugs) {
    if (ExemptBugs().count(bug) > 0) continue;
    if (IsStopped()) break;
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
  std::string mutation;
  bool scenarios = false;
  app.add_option("--seeds", seeds, "how many seeds");
  app.add_option("--first", first, "the first one");
  CLI::Option* one = app.add_option("--seed", seed, "only this one");
  app.add_option("--jobs", jobs, "processes at once");
  app.add_option("--shrink", shrink, "failures for which the shortest list of steps is looked for");
  app.add_flag("--forever", forever, "until something fails");
  app.add_flag("--mutations", mutations, "break the program on purpose; each must be noticed");
  app.add_option("--mutation", mutation, "only this defect");
  app.add_flag("--scenarios", scenarios, "only what is told by hand");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  mutations = mutations || !mutation.empty();
  // Each process has one thread: SQLite needs no locks.
  sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
  WatchForStop();
  const Clock::time_point start = Clock::now();
  Tally tally;
  if (mutations && !SwitchOn("")) {
    std::fprintf(stderr, "seeded defects need a build with BANGFU_TEST_HOOKS (preset hooks)\n");
    return 2;
  }
  if (one->count() > 0) {
    RunAll(seed, 1, 1, shrink, tally);
  } else if (mutations) {
    RunMutations(jobs, mutation, tally);
  } else {
    RunStories(jobs, tally);
  }
  if (one->count() == 0 && !mutations && !scenarios) {
    do {
      RunAll(first, seeds, jobs, shrink, tally);
      first += seeds;
    } while (forever && tally.failed == 0 && !IsStopped());
  }
  if (IsStopped()) {
    std::printf("stopped before the end\n");
    ++tally.failed;
  }
  std::printf("%.0f s\n", SecondsSince(start));
  std::printf("%" PRId64 " passed, %" PRId64 " failed\n", tally.passed, tally.failed);
  return tally.failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace bangfu::sim

int main(int argc, char** argv) { return bangfu::sim::Main(argc, argv); }
