#ifndef BANGFU_TESTS_SECURITY_SCENARIO_H_
#define BANGFU_TESTS_SECURITY_SCENARIO_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace bangfu::security {

// Where the programs under test are, and how thorough a run is.
struct ScenarioOptions {
  uint64_t seed = 0;
  bool long_form = false;
  std::string server_binary;  // bangfu-server
  std::string own_binary;     // this program, for scenarios that run others
};

// What a scenario measured and what it found wrong. One thread at a time.
class Report {
 public:
  using Figures = std::vector<std::pair<std::string, std::string>>;  // name and value, with unit

  // A value that a table shows; `name` says what it is.
  void Figure(absl::string_view name, absl::string_view value);
  void Figure(absl::string_view name, int64_t value);

  // The scenario has failed, and why. The words of the first kMaxFailures are kept.
  void Fail(absl::string_view what);
  // Fails unless `holds`; returns it.
  bool Check(bool holds, absl::string_view what);
  bool Check(const absl::Status& status, absl::string_view what);

  bool failed() const { return failure_count_ > 0; }
  const Figures& figures() const { return figures_; }
  const std::vector<std::string>& failures() const { return failures_; }
  int64_t failure_count() const { return failure_count_; }

 private:
  static constexpr size_t kMaxFailures = 30;
  Figures figures_;
  std::vector<std::string> failures_;
  int64_t failure_count_ = 0;
};

struct Scenario {
  const char* name;
  const char* shows;  // what a green run shows, one line
  void (*run)(const ScenarioOptions& options, Report& report);
};

// One function a scenario, each in the file of its name.
void PermissionTable(const ScenarioOptions& options, Report& report);
void ForgedPushes(const ScenarioOptions& options, Report& report);
void NewEnemy(const ScenarioOptions& options, Report& report);
void RpcFuzz(const ScenarioOptions& options, Report& report);
void AuditTampering(const ScenarioOptions& options, Report& report);

// All of them, in the order in which they run.
const std::vector<Scenario>& AllScenarios();

}  // namespace bangfu::security

#endif  // BANGFU_TESTS_SECURITY_SCENARIO_H_
