#ifndef BANGFU_CLIENT_REPLICA_SEAL_EXISTING_H_
#define BANGFU_CLIENT_REPLICA_SEAL_EXISTING_H_

#include "client/replica/sealed_database.h"

namespace bangfu::client {

// Seals what a program wrote that did not seal yet (schema version 3), and hashes the identity
// numbers anew. Runs in the transaction of the migration, after its statements. Throws
// SQLite::Exception.
void SealExisting(SealedDatabase& db);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_REPLICA_SEAL_EXISTING_H_
