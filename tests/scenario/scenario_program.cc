#include "tests/scenario/scenario_program.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <iostream>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "tests/support/process.h"

namespace bangfu::scenario {
namespace {

enum ExitStatus { kPassed = 0, kFailed = 1, kUsage = 2 };

// Columns of the table at the end.
constexpr int kScenarioWidth = 16;
constexpr int kFigureWidth = 52;

// Scenarios that run at the same time, apart from those that must be alone: most wait more than
// they work.
constexpr int kAtOnce = 2;

// What came of the chosen scenarios, by their place. Thread-safe.
class Results {
 public:
  explicit Results(const std::vector<Scenario>& scenarios)
      : scenarios_(scenarios), figures_(scenarios.size()) {}

  void Run(size_t place, const ScenarioOptions& options) {
    const Scenario& scenario = scenarios_[place];
    Report report;
    const absl::Time begin = absl::Now();
    scenario.run(options, report);
    Print(scenario, report, absl::Now() - begin);
    const std::lock_guard<std::mutex> lock(mutex_);
    figures_[place] = report.figures();
    if (report.failed()) failed_.push_back(scenario.name);
  }

  void PrintTable() const {
    std::cout << "\n"
              << absl::StrFormat("%-*s %-*s %s\n", kScenarioWidth, "scenario", kFigureWidth,
                                 "figure", "value");
    for (size_t i = 0; i < scenarios_.size(); ++i) {
      for (const auto& [name, value] : figures_[i]) {
        std::cout << absl::StrFormat("%-*s %-*s %s\n", kScenarioWidth, scenarios_[i].name,
                                     kFigureWidth, name, value);
      }
    }
  }

  const std::vector<std::string>& failed() const { return failed_; }  // once all have run

 private:
  void Print(const Scenario& scenario, const Report& report, absl::Duration spent) {
    const std::lock_guard<std::mutex> lock(mutex_);
    std::cout << scenario.name << ": " << scenario.shows << "\n";
    for (const auto& [name, value] : report.figures()) {
      std::cout << "    " << name << ": " << value << "\n";
    }
    for (const std::string& failure : report.failures()) {
      std::cout << "    FAILED " << failure << "\n";
    }
    std::cout << absl::StrFormat("    %s in %.1f s\n", report.failed() ? "failed" : "passed",
                                 absl::ToDoubleSeconds(spent))
              << std::flush;
  }

  const std::vector<Scenario>& scenarios_;
  std::mutex mutex_;
  std::vector<Report::Figures> figures_;  // guarded by mutex_
  std::vector<std::string> failed_;       // guarded by mutex_
};

void RunAll(const std::vector<Scenario>& scenarios, const ScenarioOptions& options,
            Results& results) {
  std::atomic<size_t> next{0};
  std::vector<std::thread> workers;
  for (int i = 0; i < kAtOnce; ++i) {
    workers.emplace_back([&] {
      for (size_t place = next++; place < scenarios.size(); place = next++) {
        if (!scenarios[place].alone) results.Run(place, options);
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  for (size_t place = 0; place < scenarios.size(); ++place) {
    if (scenarios[place].alone) results.Run(place, options);
  }
}

}  // namespace

int RunScenarios(const ScenarioProgram& program, const std::vector<Scenario>& scenarios, int argc,
                 char** argv) {
  server::KillProcessesOnSignals();
  CLI::App app(program.description);
  ScenarioOptions options;
  options.own_binary = argv[0];
  options.seed = std::random_device{}();
  std::vector<std::string> names;
  bool list = false;
  app.add_option("--seed", options.seed, "Replays a run");
  app.add_flag("--long", options.long_form, program.long_form);
  app.add_flag("--list", list, "Names the scenarios");
  app.add_option("--server", options.server_binary, "bangfu-server with test hooks");
  app.add_option("--client", options.client_binary, "bangfu with test hooks");
  app.add_option("names", names, "Scenarios; all when there is none");
  CLI11_PARSE(app, argc, argv);
  std::vector<Scenario> chosen;
  for (const Scenario& scenario : scenarios) {
    if (list) std::cout << scenario.name << "\n";
    const bool named = std::find(names.begin(), names.end(), scenario.name) != names.end();
    if (names.empty() || named) chosen.push_back(scenario);
  }
  if (list) return kPassed;
  if (!names.empty() && chosen.size() != names.size()) {
    std::cerr << "no such scenario, or one twice; --list names them\n";
    return kUsage;
  }
  std::cout << absl::StrFormat("%d scenarios, %s form, seed %d\n", chosen.size(),
                               options.long_form ? "long" : "short", options.seed)
            << std::flush;
  Results results(chosen);
  RunAll(chosen, options, results);
  results.PrintTable();
  const std::vector<std::string>& failed = results.failed();
  if (!failed.empty()) {
    std::cout << absl::StrFormat("\nto see it again: %s --seed %d%s", program.run_script,
                                 options.seed, options.long_form ? " --long" : "");
    for (const std::string& name : failed) std::cout << " " << name;
    std::cout << "\n";
  }
  std::cout << absl::StrFormat("\n%d passed, %d failed\n", chosen.size() - failed.size(),
                               failed.size());
  return failed.empty() ? kPassed : kFailed;
}

}  // namespace bangfu::scenario
