#include "tests/security/scenario.h"

namespace bangfu::security {

const std::vector<Scenario>& AllScenarios() {
  static const auto& scenarios = *new std::vector<Scenario>{
      {"table", "the permission table says what the sentences of the notice say, and no more",
       PermissionTable},
  };
  return scenarios;
}

}  // namespace bangfu::security
