#ifndef BANGFU_CLIENT_REPLICA_SQLITE_STATUS_H_
#define BANGFU_CLIENT_REPLICA_SQLITE_STATUS_H_

#include <SQLiteCpp/Exception.h>

#include <string>

#include "absl/status/status.h"

namespace bangfu::client {

// What SQLite reports about the replica at `path`, in words for the user: RESOURCE_EXHAUSTED (disk
// full), PERMISSION_DENIED (cannot be written), ABORTED (held by another process), DATA_LOSS
// (damaged), INTERNAL. `system_error` is the errno of SQLite's last failed call, 0 when unknown.
absl::Status SqliteStatus(const SQLite::Exception& error, int system_error,
                          const std::string& path);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_REPLICA_SQLITE_STATUS_H_
