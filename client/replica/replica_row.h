#ifndef BANGFU_CLIENT_REPLICA_REPLICA_ROW_H_
#define BANGFU_CLIENT_REPLICA_REPLICA_ROW_H_

#include <SQLiteCpp/Database.h>

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "bangfu/v1/org.pb.h"
#include "bangfu/v1/policy.pb.h"
#include "client/replica/replica.h"

// The only row of the table replica, and that of policy_set. Everything here throws
// SQLite::Exception and runs inside the caller's transaction.
namespace bangfu::client {

// A replica without an id gets one.
void InsertReplica(SQLite::Database& db, const ReplicaIdentity& identity, const v1::OrgTree& orgs);
ReplicaIdentity LoadIdentity(SQLite::Database& db);
SyncState LoadSyncState(SQLite::Database& db);
void StoreServerAddress(SQLite::Database& db, absl::string_view address);

v1::OrgTree LoadOrgTree(SQLite::Database& db);
// Takes only a higher version.
void StoreOrgTree(SQLite::Database& db, const v1::OrgTree& orgs);
v1::PolicySet LoadPolicySet(SQLite::Database& db);
// Takes only a higher version.
void StorePolicySet(SQLite::Database& db, const v1::PolicySet& set);

void StoreCursor(SQLite::Database& db, absl::string_view cursor);
void StoreFeed(SQLite::Database& db, absl::string_view epoch, absl::string_view scope);
// Forgets the cursor: what came before is compared or pulled again.
void BeginResync(SQLite::Database& db);
void EndResync(SQLite::Database& db);
// Notes a sync that was complete.
void StoreSynced(SQLite::Database& db, absl::Time now);
void StoreVerified(SQLite::Database& db, absl::Time now);
// An empty reason ends a failure; the first one of a row gives it its time.
void StoreFailure(SQLite::Database& db, absl::string_view reason, absl::Time now);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_REPLICA_REPLICA_ROW_H_
