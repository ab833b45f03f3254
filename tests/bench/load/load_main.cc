// Measures running nodes; see tests/bench/README.md. Started by tests/bench/run.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

#include "tests/bench/load/measurement.h"
#include "tests/support/process.h"

int main(int argc, char** argv) {
  using bangfu::bench::AllLoadBenchmarks;
  bangfu::server::KillProcessesOnSignals();
  CLI::App app("bangfu_load: speed of running nodes beside a baseline");
  bangfu::bench::LoadOptions options;
  std::vector<std::string> names;
  bool list = false;
  app.add_option("name", names, "Benchmarks; all when none is named");
  app.add_flag("--list", list, "Names of the benchmarks");
  app.add_flag("--short", options.short_form, "Shows that they work, measures nothing");
  app.add_option("--part", options.part, "Part of the archives, for a quick look")
      ->check(CLI::Range(0.0, 1.0));
  app.add_option("--runs", options.runs, "Interleaved runs")->check(CLI::Range(1, 100));
  app.add_option("--seed", options.seed, "Of what is drawn");
  app.add_option("--server", options.server_binary, "bangfu-server");
  app.add_option("--client", options.client_binary, "bangfu");
  app.add_option("--folder", options.folder, "Folder of the repository");
  CLI11_PARSE(app, argc, argv);
  if (list) {
    for (const auto& benchmark : AllLoadBenchmarks()) std::cout << benchmark.name << "\n";
    return 0;
  }
  if (options.short_form) {
    options.runs = 1;
    options.part = options.kShortPart;
  }
  bangfu::bench::Measurements measurements;
  for (const auto& benchmark : AllLoadBenchmarks()) {
    const bool chosen =
        names.empty() || std::find(names.begin(), names.end(), benchmark.name) != names.end();
    if (!chosen) continue;
    bangfu::bench::Progress(benchmark.name);
    benchmark.run(options, measurements);
  }
  std::cout << measurements.JsonLines() << std::flush;
  return measurements.failed() ? 1 : 0;
}
