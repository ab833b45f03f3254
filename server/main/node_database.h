#ifndef BANGFU_SERVER_MAIN_NODE_DATABASE_H_
#define BANGFU_SERVER_MAIN_NODE_DATABASE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "server/cluster/private_cluster.h"
#include "server/main/node_options.h"

namespace bangfu::server {

// A node's database, up to date: the given one, or a private cluster in the data folder, which runs
// as long as this lives.
struct NodeDatabase {
  std::unique_ptr<PrivateCluster> cluster;  // nullptr: the given one
  std::string connection_string;
};

// Errors: those of PrivateCluster::Start and Migrate.
absl::StatusOr<NodeDatabase> OpenDatabase(const NodeOptions& options);

// The same also while the node runs: then its database is used as it is. For commands of the
// operator.
absl::StatusOr<NodeDatabase> OpenDatabaseBeside(const NodeOptions& options);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_MAIN_NODE_DATABASE_H_
