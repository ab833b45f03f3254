#ifndef BANGFU_TESTS_SCENARIO_SCENARIO_PROGRAM_H_
#define BANGFU_TESTS_SCENARIO_SCENARIO_PROGRAM_H_

#include <vector>

#include "tests/scenario/scenario.h"

namespace bangfu::scenario {

// What a program that runs scenarios says of itself.
struct ScenarioProgram {
  const char* description;
  const char* long_form;   // what --long is for
  const char* run_script;  // how people start it, "tests/chaos/run"
};

// The program: runs the scenarios that the command line names, all when it names none; prints what
// each measured and found, then all figures again, and "N passed, N failed" at the end. Those that
// need not be alone run two at a time. Exit status: 0 nothing failed, 1 something failed, 2 wrong
// usage.
int RunScenarios(const ScenarioProgram& program, const std::vector<Scenario>& scenarios, int argc,
                 char** argv);

}  // namespace bangfu::scenario

#endif  // BANGFU_TESTS_SCENARIO_SCENARIO_PROGRAM_H_
