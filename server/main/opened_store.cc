#include "server/main/opened_store.h"

#include <utility>

namespace bangfu::server {

absl::StatusOr<OpenedStore> OpenStoreBeside(const NodeOptions& options) {
  auto key = MasterKey::Open(MasterKeyFile(options));
  if (!key.ok()) return key.status();
  auto database = OpenDatabaseBeside(options);
  if (!database.ok()) return database.status();
  PostgresOptions postgres;
  postgres.connection_string = database->connection_string;
  postgres.master_key = *std::move(key);
  auto store = PostgresStore::Open(postgres);
  if (!store.ok()) return store.status();
  return OpenedStore{*std::move(database), *std::move(store)};
}

}  // namespace bangfu::server
