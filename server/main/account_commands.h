#ifndef BANGFU_SERVER_MAIN_ACCOUNT_COMMANDS_H_
#define BANGFU_SERVER_MAIN_ACCOUNT_COMMANDS_H_

#include <functional>

#include "absl/status/status.h"

namespace CLI {
class App;
}

namespace bangfu::server {

// `account add|list|update|reset|disable|enable`; the command that was given sets `run`. Each asks
// the running node as its operator; accounts of the node's own org and below.
void AddAccountCommands(CLI::App& app, std::function<absl::Status()>& run);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_MAIN_ACCOUNT_COMMANDS_H_
