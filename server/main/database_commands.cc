#include "server/main/database_commands.h"

#include "server/main/node_database.h"
#include "server/store/postgres/postgres_store.h"

namespace bangfu::server {

absl::Status MigrateNode(const NodeOptions& options) { return OpenDatabase(options).status(); }

absl::Status BeginNodeEpoch(const NodeOptions& options) {
  const auto database = OpenDatabase(options);
  if (!database.ok()) return database.status();
  PostgresOptions postgres;
  postgres.connection_string = database->connection_string;
  const auto store = PostgresStore::Open(postgres);
  if (!store.ok()) return store.status();
  return (*store)->BeginEpoch();
}

}  // namespace bangfu::server
