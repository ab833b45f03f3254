#ifndef BANGFU_CLIENT_CLI_TERMINAL_H_
#define BANGFU_CLIENT_CLI_TERMINAL_H_

#include <string>

#include "absl/status/statusor.h"
#include "client/cli/output.h"

namespace bangfu::client {

// Asks at the terminal of the process, whatever its input and output are, and reads a line that is
// not shown while it is typed. INVALID_ARGUMENT without a terminal: `otherwise` says what to use
// instead.
absl::StatusOr<std::string> AskUnseen(const Output& out, const Text& question,
                                      const Text& otherwise);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_CLI_TERMINAL_H_
