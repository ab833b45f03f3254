#include "server/main/database_commands.h"

#include <utility>

#include "server/main/node_database.h"
#include "server/seal/master_key.h"
#include "server/store/postgres/postgres_store.h"

namespace bangfu::server {

absl::Status MigrateNode(const NodeOptions& options) { return OpenDatabase(options).status(); }

absl::Status BeginNodeEpoch(const NodeOptions& options) {
  const auto database = OpenDatabase(options);
  if (!database.ok()) return database.status();
  auto master_key = MasterKey::Open(MasterKeyFile(options));
  if (!master_key.ok()) return master_key.status();
  PostgresOptions postgres;
  postgres.connection_string = database->connection_string;
  postgres.master_key = *std::move(master_key);
  const auto store = PostgresStore::Open(postgres);
  if (!store.ok()) return store.status();
  return (*store)->BeginEpoch();
}

}  // namespace bangfu::server
