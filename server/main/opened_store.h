#ifndef BANGFU_SERVER_MAIN_OPENED_STORE_H_
#define BANGFU_SERVER_MAIN_OPENED_STORE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "server/main/node_database.h"
#include "server/main/node_options.h"
#include "server/seal/master_key.h"
#include "server/store/postgres/postgres_store.h"

namespace bangfu::server {

// For what the key of the audit chain is derived from the master key.
inline constexpr char kAuditKeyPurpose[] = "audit";

// The store of a node for a command, also while the node runs.
struct OpenedStore {
  NodeDatabase database;
  std::unique_ptr<PostgresStore> store;
};

// Errors: those of OpenDatabaseBeside, MasterKey::Open and PostgresStore::Open.
absl::StatusOr<OpenedStore> OpenStoreBeside(const NodeOptions& options);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_MAIN_OPENED_STORE_H_
