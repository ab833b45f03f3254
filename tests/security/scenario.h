#ifndef BANGFU_TESTS_SECURITY_SCENARIO_H_
#define BANGFU_TESTS_SECURITY_SCENARIO_H_

#include <vector>

#include "tests/scenario/scenario.h"

namespace bangfu::security {

using scenario::Report;
using scenario::Scenario;
using scenario::ScenarioOptions;

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
