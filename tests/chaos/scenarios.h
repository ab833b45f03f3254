#ifndef BANGFU_TESTS_CHAOS_SCENARIOS_H_
#define BANGFU_TESTS_CHAOS_SCENARIOS_H_

#include "tests/chaos/scenario.h"

// One function a scenario, each in the file of its name.
namespace bangfu::chaos {

void LateCommits(const ScenarioOptions& options, Report& report);
void Faults(const ScenarioOptions& options, Report& report);

}  // namespace bangfu::chaos

#endif  // BANGFU_TESTS_CHAOS_SCENARIOS_H_
