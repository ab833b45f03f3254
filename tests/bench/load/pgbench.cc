#include "tests/bench/load/pgbench.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "tests/bench/load/city_node.h"

namespace bangfu::bench {
namespace {

constexpr int kThreads = 2;

// A line of the log: client, number, time, script, when, microseconds, lag. The time counts from
// the moment for which the transaction was scheduled; the lag is how much later it began.
struct Logged {
  int client = 0;
  double milliseconds = 0;
};

Logged LoggedOf(const std::string& line) {
  std::istringstream words(line);
  Logged logged;
  std::string number, script, seconds, microseconds;
  double time = 0;
  double lag = 0;
  words >> logged.client >> number >> time >> script >> seconds >> microseconds >> lag;
  logged.milliseconds = (time - lag) / 1e3;
  return logged;
}

}  // namespace

std::vector<double> PgbenchTimes(const PgbenchRun& run) {
  std::filesystem::create_directories(run.folder);
  std::vector<std::string> command = {"pgbench",
                                      "--no-vacuum",
                                      "--protocol=prepared",
                                      "--log",
                                      absl::StrCat("--log-prefix=", run.folder, "/log"),
                                      absl::StrCat("--file=", run.script),
                                      absl::StrCat("--client=", run.clients),
                                      absl::StrCat("--jobs=", std::min(run.clients, kThreads)),
                                      absl::StrCat("--transactions=", run.transactions),
                                      absl::StrCat("--rate=", run.rate * run.clients)};
  for (const auto& [name, value] : run.variables)
    command.push_back(absl::StrCat("--define=", name, "=", value));
  command.push_back(run.address);
  RunProgram(command);

  std::vector<double> times;
  std::map<int, int> seen;  // transactions of each client, which logs them in their order
  for (const auto& entry : std::filesystem::directory_iterator(run.folder)) {
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) {
      const Logged logged = LoggedOf(line);
      if (++seen[logged.client] > run.warm_up) times.push_back(logged.milliseconds);
    }
  }
  std::filesystem::remove_all(run.folder);
  return times;
}

}  // namespace bangfu::bench
