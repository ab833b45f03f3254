#ifndef BANGFU_SERVER_MAIN_ENROLL_COMMANDS_H_
#define BANGFU_SERVER_MAIN_ENROLL_COMMANDS_H_

#include <functional>

#include "absl/status/status.h"

namespace CLI {
class App;
}

namespace bangfu::server {

// `enroll invite|list|approve|reject|revoke` ask the running node as its operator; `enroll join`
// joins with an invitation, before there is a node. The command that was given sets `run`.
void AddEnrollCommands(CLI::App& app, std::function<absl::Status()>& run);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_MAIN_ENROLL_COMMANDS_H_
