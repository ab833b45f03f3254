#ifndef BANGFU_SERVER_MAIN_KEY_COMMANDS_H_
#define BANGFU_SERVER_MAIN_KEY_COMMANDS_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/main/node_options.h"
#include "server/store/postgres/key_ring.h"

namespace CLI {
class App;
}

namespace bangfu::server {

// Of all of them: the database is read whether or not the node runs. Errors: those of
// OpenDatabaseBeside, MasterKey::Open and key_ring.h.

// Makes a new data key and returns its number. A server that runs takes it up by itself.
absl::StatusOr<int32_t> RotateDataKey(const NodeOptions& options);

// Wraps the data keys anew by the master key in `new_file`, which is made when there is none; both
// keys derive the same. May be repeated when it broke off. A server that runs needs a restart with
// the new file before the next data key. FAILED_PRECONDITION when the file holds the master key of
// something else.
absl::Status RotateMasterKey(const NodeOptions& options, const std::string& new_file);

absl::StatusOr<KeyRingState> KeyStatus(const NodeOptions& options);

// `key rotate [--master NEWFILE] | status`; the command that was given sets `run`.
void AddKeyCommands(CLI::App& app, std::function<absl::Status()>& run);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_MAIN_KEY_COMMANDS_H_
