#include "tests/security/scenario.h"

namespace bangfu::security {

const std::vector<Scenario>& AllScenarios() {
  static const auto& scenarios = *new std::vector<Scenario>{
      {"table", "the permission table says what the sentences of the notice say, and no more",
       PermissionTable, true},
      {"forged_pushes", "whatever is forged is refused, in the audit log, and changes no row",
       ForgedPushes, true},
      {"new_enemy", "nobody reads what was written after their rights ended", NewEnemy, true},
      {"rpc_fuzz", "no message brings the server down or a person's numbers out", RpcFuzz, true},
      {"audit_tampering", "whatever is done to the audit log is found", AuditTampering, true},
  };
  return scenarios;
}

}  // namespace bangfu::security
