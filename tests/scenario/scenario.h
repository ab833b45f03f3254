#ifndef BANGFU_TESTS_SCENARIO_SCENARIO_H_
#define BANGFU_TESTS_SCENARIO_SCENARIO_H_

#include <cstdint>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace bangfu::scenario {

// Where the programs under test are, and how thorough a run is.
struct ScenarioOptions {
  uint64_t seed = 0;
  bool long_form = false;
  std::string server_binary;  // bangfu-server of a build with test hooks
  std::string client_binary;  // bangfu of the same
  std::string own_binary;     // this program, for scenarios that run others
};

// What a scenario measured and what it found wrong. Thread-safe.
class Report {
 public:
  using Figures = std::vector<std::pair<std::string, std::string>>;  // name and value, with unit

  // A value that a table shows; `name` says what it is.
  void Figure(absl::string_view name, absl::string_view value);
  void Figure(absl::string_view name, int64_t value);

  // The scenario has failed, and why. Only the first kMaxFailures are kept.
  void Fail(absl::string_view what);
  // Fails unless `holds`; returns it.
  bool Check(bool holds, absl::string_view what);
  bool Check(const absl::Status& status, absl::string_view what);
  // Fails unless both are the same.
  bool CheckEqual(int64_t actual, int64_t expected, absl::string_view what);

  bool failed() const;
  Figures figures() const;
  std::vector<std::string> failures() const;

 private:
  static constexpr size_t kMaxFailures = 20;
  mutable std::mutex mutex_;
  Figures figures_;                    // guarded by mutex_
  std::vector<std::string> failures_;  // guarded by mutex_
  int64_t failure_count_ = 0;          // guarded by mutex_
};

struct Scenario {
  const char* name;
  const char* shows;  // what a green run shows, one line
  void (*run)(const ScenarioOptions& options, Report& report);
  bool alone;  // nothing else runs meanwhile: it measures times or memory, or takes the whole
               // machine
};

}  // namespace bangfu::scenario

#endif  // BANGFU_TESTS_SCENARIO_SCENARIO_H_
