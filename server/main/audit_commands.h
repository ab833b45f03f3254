#ifndef BANGFU_SERVER_MAIN_AUDIT_COMMANDS_H_
#define BANGFU_SERVER_MAIN_AUDIT_COMMANDS_H_

#include <functional>

#include "absl/status/status.h"

namespace CLI {
class App;
}

namespace bangfu::server {

// `audit list|verify|export`; the command that was given sets `run`. Verifying and exporting read
// the database, whether or not the node runs, and need its master key. DATA_LOSS when verifying
// found something.
void AddAuditCommands(CLI::App& app, std::function<absl::Status()>& run);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_MAIN_AUDIT_COMMANDS_H_
