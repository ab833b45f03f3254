#ifndef BANGFU_SERVER_MAIN_ORG_COMMANDS_H_
#define BANGFU_SERVER_MAIN_ORG_COMMANDS_H_

#include <functional>

#include "absl/status/status.h"

namespace CLI {
class App;
}

namespace bangfu::server {

// `orgs apply FILE`: brings a new edition of the dictionary of orgs into force at the running root.
// The command sets `run`.
void AddOrgCommands(CLI::App& app, std::function<absl::Status()>& run);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_MAIN_ORG_COMMANDS_H_
