#ifndef BANGFU_SERVER_STORE_POSTGRES_MIGRATOR_H_
#define BANGFU_SERVER_STORE_POSTGRES_MIGRATOR_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/store/postgres/migration.h"
#include "server/store/postgres/store_roles.h"

namespace bangfu::server {

// PostgreSQL that the schema needs (ON DELETE SET NULL of one column), as in server_version_num.
inline constexpr int kMinServerVersion = 150000;

// How long a migration waits for another one, and for locks of running statements.
inline constexpr absl::Duration kMigrationLockTimeout = absl::Minutes(5);

// Brings the database at `connection_string` (libpq URI or keywords) to the schema of this binary.
// Every migration is one transaction and is recorded with its SHA-256; servers that start together
// take turns (advisory lock). Then the roles of the database get their rights (store_roles.h).
//
// Retry: safe; what is applied stays applied, the second time does nothing.
// Errors: INVALID_ARGUMENT unreadable address; UNAVAILABLE the database cannot be reached, or is
// busy;
//         FAILED_PRECONDITION a migration was applied in another version, the database is newer
//         than this binary, PostgreSQL is too old, or the account may not create what is needed;
//         INTERNAL a migration fails, which leaves the schema as the one before it made it.
// The texts of failed connections are for the operator and name hosts and accounts, never
// passwords.
absl::Status Migrate(absl::string_view connection_string);

// The same with other migrations than the embedded ones.
absl::Status ApplyMigrations(absl::string_view connection_string,
                             const std::vector<Migration>& migrations);

// The roles of a database that has exactly the schema of this binary. FAILED_PRECONDITION for
// another, saying what to do; other errors as above.
absl::StatusOr<StoreRoles> CheckSchema(absl::string_view connection_string);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_MIGRATOR_H_
