#ifndef BANGFU_SERVER_MAIN_DATABASE_COMMANDS_H_
#define BANGFU_SERVER_MAIN_DATABASE_COMMANDS_H_

#include "absl/status/status.h"
#include "server/main/node_options.h"

namespace bangfu::server {

// Brings the database of a node up to date and ends.
absl::Status MigrateNode(const NodeOptions& options);

// Begins a new epoch of the node's feed and ends: to be said after the files of the database were
// copied or brought back in a way that PostgreSQL does not notice by itself. Children compare their
// records with the node's at their next sync, and offer again what it had answered.
absl::Status BeginNodeEpoch(const NodeOptions& options);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_MAIN_DATABASE_COMMANDS_H_
