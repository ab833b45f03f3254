#ifndef BANGFU_TESTS_SIM_DIRECTED_H_
#define BANGFU_TESTS_SIM_DIRECTED_H_

#include <string>
#include <vector>

namespace bangfu::sim {

// A story that chance tells too seldom.
struct DirectedScenario {
  const char* name;
  // What does not hold in it, one line each. Files go into `folder`.
  std::vector<std::string> (*run)(const std::string& folder);
};

std::vector<DirectedScenario> DirectedScenarios();

}  // namespace bangfu::sim

#endif  // BANGFU_TESTS_SIM_DIRECTED_H_
