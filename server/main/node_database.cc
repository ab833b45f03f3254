#include "server/main/node_database.h"

#include <utility>

#include "server/store/postgres/migrator.h"

namespace bangfu::server {
namespace {

constexpr char kDatabase[] = "bangfu";

}  // namespace

absl::StatusOr<NodeDatabase> OpenDatabase(const NodeOptions& options) {
  NodeDatabase database;
  if (!options.database.empty()) {
    database.connection_string = options.database;
  } else {
    PrivateClusterOptions cluster_options;
    cluster_options.data_dir = options.data_dir;
    auto cluster = PrivateCluster::Start(cluster_options);
    if (!cluster.ok()) return cluster.status();
    if (absl::Status status = (*cluster)->CreateDatabaseIfMissing(kDatabase); !status.ok())
      return status;
    database.connection_string = (*cluster)->ConnectionString(kDatabase);
    database.cluster = std::move(*cluster);
  }
  if (absl::Status status = Migrate(database.connection_string); !status.ok()) return status;
  return database;
}

absl::StatusOr<NodeDatabase> OpenDatabaseBeside(const NodeOptions& options) {
  if (options.database.empty()) {
    auto address = PrivateCluster::ConnectionStringBeside(options.data_dir, kDatabase);
    if (address.ok()) return NodeDatabase{nullptr, *std::move(address)};
    if (!absl::IsFailedPrecondition(address.status())) return address.status();
  }
  return OpenDatabase(options);
}

}  // namespace bangfu::server
