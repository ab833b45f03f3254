#ifndef BANGFU_TESTS_CHAOS_SCENARIO_H_
#define BANGFU_TESTS_CHAOS_SCENARIO_H_

#include <vector>

#include "tests/scenario/households.h"
#include "tests/scenario/must.h"
#include "tests/scenario/scenario.h"
#include "tests/scenario/world.h"

namespace bangfu::chaos {

using scenario::CompleteHousehold;
using scenario::Edit;
using scenario::Filing;
using scenario::Household;
using scenario::Must;
using scenario::NewChange;
using scenario::Node;
using scenario::NodeKind;
using scenario::PhoneOf;
using scenario::Process;
using scenario::Report;
using scenario::Scenario;
using scenario::ScenarioOptions;
using scenario::SetEntryTime;
using scenario::World;

// All of them, in the order in which they run.
const std::vector<Scenario>& AllScenarios();

}  // namespace bangfu::chaos

#endif  // BANGFU_TESTS_CHAOS_SCENARIO_H_
