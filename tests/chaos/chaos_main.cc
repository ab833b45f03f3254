#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "tests/chaos/process.h"
#include "tests/chaos/scenario.h"

// Runs scenarios one after the other; prints what each measured and found, then all figures again.
namespace {

using bangfu::chaos::Report;
using bangfu::chaos::Scenario;
using bangfu::chaos::ScenarioOptions;

enum ExitStatus { kPassed = 0, kFailed = 1, kUsage = 2 };

// Columns of the table at the end.
constexpr int kScenarioWidth = 14;
constexpr int kFigureWidth = 52;

struct Result {
  std::string scenario;
  Report::Figures figures;
};

// Whether it passed.
bool Run(const Scenario& scenario, const ScenarioOptions& options, std::vector<Result>& results) {
  std::cout << scenario.name << ": " << scenario.shows << std::endl;
  Report report;
  const absl::Time begin = absl::Now();
  scenario.run(options, report);
  for (const auto& [name, value] : report.figures()) {
    std::cout << "    " << name << ": " << value << "\n";
  }
  for (const std::string& failure : report.failures()) {
    std::cout << "    FAILED " << failure << "\n";
  }
  std::cout << absl::StrFormat("    %s in %.1f s\n", report.failed() ? "failed" : "passed",
                               absl::ToDoubleSeconds(absl::Now() - begin))
            << std::flush;
  results.push_back({scenario.name, report.figures()});
  return !report.failed();
}

void PrintTable(const std::vector<Result>& results) {
  std::cout << "\n"
            << absl::StrFormat("%-*s %-*s %s\n", kScenarioWidth, "scenario", kFigureWidth, "figure",
                               "value");
  for (const Result& result : results) {
    for (const auto& [name, value] : result.figures) {
      std::cout << absl::StrFormat("%-*s %-*s %s\n", kScenarioWidth, result.scenario, kFigureWidth,
                                   name, value);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  bangfu::chaos::KillProcessesOnSignals();
  CLI::App app("bangfu_chaos: faults on real PostgreSQL and real gRPC");
  ScenarioOptions options;
  options.own_binary = argv[0];
  options.seed = std::random_device{}();
  std::vector<std::string> names;
  bool list = false;
  app.add_option("--seed", options.seed, "Replays a run");
  app.add_flag("--long", options.long_form, "Reaches the figures that the short form does not");
  app.add_flag("--list", list, "Names the scenarios");
  app.add_option("--server", options.server_binary, "bangfu-server with test hooks");
  app.add_option("--client", options.client_binary, "bangfu with test hooks");
  app.add_option("names", names, "Scenarios; all when there is none");
  CLI11_PARSE(app, argc, argv);
  std::vector<Scenario> chosen;
  for (const Scenario& scenario : bangfu::chaos::AllScenarios()) {
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
                               options.long_form ? "long" : "short", options.seed);
  std::vector<Result> results;
  int passed = 0;
  std::vector<std::string> failed;
  for (const Scenario& scenario : chosen) {
    if (Run(scenario, options, results)) {
      ++passed;
    } else {
      failed.push_back(scenario.name);
    }
  }
  PrintTable(results);
  if (!failed.empty()) {
    std::cout << absl::StrFormat("\nto see it again: tests/chaos/run --seed %d%s", options.seed,
                                 options.long_form ? " --long" : "");
    for (const std::string& name : failed) std::cout << " " << name;
    std::cout << "\n";
  }
  std::cout << absl::StrFormat("\n%d passed, %d failed\n", passed, failed.size());
  return failed.empty() ? kPassed : kFailed;
}
