#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "tests/security/scenario.h"
#include "tests/support/process.h"

// Runs scenarios one after the other; prints what each measured and found, then all figures again.
namespace {

using bangfu::security::Report;
using bangfu::security::Scenario;
using bangfu::security::ScenarioOptions;

enum ExitStatus { kPassed = 0, kFailed = 1, kUsage = 2 };

// Columns of the table at the end.
constexpr int kScenarioWidth = 16;
constexpr int kFigureWidth = 52;

void Print(const Scenario& scenario, const Report& report, absl::Duration spent) {
  std::cout << scenario.name << ": " << scenario.shows << "\n";
  for (const auto& [name, value] : report.figures())
    std::cout << "    " << name << ": " << value << "\n";
  for (const std::string& failure : report.failures())
    std::cout << "    FAILED " << failure << "\n";
  const int64_t more = report.failure_count() - static_cast<int64_t>(report.failures().size());
  if (more > 0) std::cout << "    FAILED " << more << " more\n";
  std::cout << absl::StrFormat("    %s in %.1f s\n", report.failed() ? "failed" : "passed",
                               absl::ToDoubleSeconds(spent))
            << std::flush;
}

}  // namespace

int main(int argc, char** argv) {
  bangfu::server::KillProcessesOnSignals();
  CLI::App app("bangfu_security: who may do what, tried from outside");
  ScenarioOptions options;
  options.own_binary = argv[0];
  options.seed = std::random_device{}();
  std::vector<std::string> names;
  bool list = false;
  app.add_option("--seed", options.seed, "Replays a run");
  app.add_flag("--long", options.long_form, "An hour of mutated messages");
  app.add_flag("--list", list, "Names the scenarios");
  app.add_option("--server", options.server_binary, "bangfu-server with test hooks");
  app.add_option("names", names, "Scenarios; all when there is none");
  CLI11_PARSE(app, argc, argv);
  std::vector<Scenario> chosen;
  for (const Scenario& scenario : bangfu::security::AllScenarios()) {
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
  std::vector<std::string> failed;
  std::string table;
  for (const Scenario& scenario : chosen) {
    Report report;
    const absl::Time begin = absl::Now();
    scenario.run(options, report);
    Print(scenario, report, absl::Now() - begin);
    if (report.failed()) failed.push_back(scenario.name);
    for (const auto& [name, value] : report.figures()) {
      absl::StrAppendFormat(&table, "%-*s %-*s %s\n", kScenarioWidth, scenario.name, kFigureWidth,
                            name, value);
    }
  }
  std::cout << absl::StrFormat("\n%-*s %-*s %s\n", kScenarioWidth, "scenario", kFigureWidth,
                               "figure", "value")
            << table;
  if (!failed.empty()) {
    std::cout << absl::StrFormat("\nto see it again: tests/security/run --seed %d%s", options.seed,
                                 options.long_form ? " --long" : "");
    for (const std::string& name : failed) std::cout << " " << name;
    std::cout << "\n";
  }
  std::cout << absl::StrFormat("\n%d passed, %d failed\n", chosen.size() - failed.size(),
                               failed.size());
  return failed.empty() ? kPassed : kFailed;
}
