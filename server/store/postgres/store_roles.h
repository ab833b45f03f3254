#ifndef BANGFU_SERVER_STORE_POSTGRES_STORE_ROLES_H_
#define BANGFU_SERVER_STORE_POSTGRES_STORE_ROLES_H_

#include <optional>
#include <pqxx/pqxx>
#include <string>

#include "absl/status/status.h"

// The roles of a database. The account that logs in owns everything; the server works as `node`,
// which owns nothing and can do no more than store_grants.h says, and reads for its callers as
// `reader`, which by row-level security sees only the subtree that its session names. Roles belong
// to the whole cluster, so their names carry that of the database; the names are kept in it, so
// that a copy or a renamed database finds its own.
namespace bangfu::server {

struct StoreRoles {
  std::string node;
  std::string reader;
};

// Makes the roles when they are missing and gives them their rights when these have changed.
// Restarting with nothing to do takes no locks. Run by Migrate, with the schema of this binary.
//
// FAILED_PRECONDITION when the account may neither create roles nor use those that somebody made
// for it; the text says what to run. Throws what libpqxx throws.
absl::Status ProvideStoreRoles(pqxx::connection_base& connection);

// nullopt when ProvideStoreRoles has not run on this cluster. Throws what libpqxx throws.
std::optional<StoreRoles> FindStoreRoles(pqxx::connection_base& connection);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_STORE_ROLES_H_
