#ifndef BANGFU_CLIENT_REPLICA_REPLICA_ROW_H_
#define BANGFU_CLIENT_REPLICA_REPLICA_ROW_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "bangfu/v1/org.pb.h"
#include "bangfu/v1/policy.pb.h"
#include "client/replica/replica.h"
#include "client/replica/sealed_database.h"

// The only row of the table replica, and that of policy_set. Everything here throws
// SQLite::Exception and runs inside the caller's transaction.
namespace bangfu::client {

// A replica without an id gets one.
void InsertReplica(SealedDatabase& db, const ReplicaIdentity& identity, const v1::OrgTree& orgs);
// Writes what FitsKeys reads.
void StoreKeyCheck(SealedDatabase& db);
// Whether the keys are those that the replica was sealed with.
bool FitsKeys(SealedDatabase& db);
ReplicaIdentity LoadIdentity(SealedDatabase& db);
SyncState LoadSyncState(SealedDatabase& db);
void StoreServerAddress(SealedDatabase& db, absl::string_view address);

v1::OrgTree LoadOrgTree(SealedDatabase& db);
// Takes only a higher version.
void StoreOrgTree(SealedDatabase& db, const v1::OrgTree& orgs);
v1::PolicySet LoadPolicySet(SealedDatabase& db);
// Takes only a higher version.
void StorePolicySet(SealedDatabase& db, const v1::PolicySet& set);

void StoreCursor(SealedDatabase& db, absl::string_view cursor);
void StoreFeed(SealedDatabase& db, absl::string_view epoch, absl::string_view scope);
// Forgets the cursor: what came before is compared or pulled again.
void BeginResync(SealedDatabase& db);
void EndResync(SealedDatabase& db);
// Notes a sync that was complete.
void StoreSynced(SealedDatabase& db, absl::Time now);
void StoreVerified(SealedDatabase& db, absl::Time now);
// An empty reason ends a failure; the first one of a row gives it its time.
void StoreFailure(SealedDatabase& db, absl::string_view reason, absl::Time now);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_REPLICA_REPLICA_ROW_H_
