#include "client/replica/replica_row.h"

#include <SQLiteCpp/Statement.h>
#include <sqlite3.h>

#include <cstdint>

#include "client/replica/record_rows.h"
#include "client/replica/schema.h"

namespace bangfu::client {
namespace {

constexpr char kInsertReplica[] =
    "INSERT INTO replica (one, server_address, server_node, server_org, node, org, scope,"
    " org_tree_version, org_tree, replica_id)"
    " VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,"
    " CASE ?9 WHEN '' THEN " BANGFU_RANDOM_UUID " ELSE ?9 END)";
constexpr char kSelectIdentity[] =
    "SELECT server_address, server_node, server_org, node, org, scope, replica_id FROM replica";
constexpr char kSelectState[] =
    "SELECT epoch, cursor, resyncing, last_sync_ms, last_verified_ms, failure, failing_since_ms"
    " FROM replica";
constexpr char kUpdateKeyCheck[] = "UPDATE replica SET key_check = ?1";
constexpr char kSelectKeyCheck[] = "SELECT key_check FROM replica";
constexpr char kKeyCheckPlace[] = "replica";
constexpr char kUpdateAddress[] = "UPDATE replica SET server_address = ?1";
constexpr char kSelectOrgTree[] = "SELECT org_tree FROM replica";
constexpr char kUpdateOrgTree[] =
    "UPDATE replica SET org_tree_version = ?1, org_tree = ?2 WHERE org_tree_version < ?1";
constexpr char kSelectPolicySet[] = "SELECT body FROM policy_set";
constexpr char kSavePolicySet[] =
    "INSERT INTO policy_set (one, version, body) VALUES (1, ?1, ?2) ON CONFLICT (one)"
    " DO UPDATE SET version = excluded.version, body = excluded.body"
    " WHERE policy_set.version < excluded.version";
constexpr char kUpdateCursor[] = "UPDATE replica SET cursor = ?1";
constexpr char kUpdateFeed[] = "UPDATE replica SET epoch = ?1, scope = ?2";
constexpr char kBeginResync[] = "UPDATE replica SET cursor = x'', resyncing = 1";
constexpr char kEndResync[] = "UPDATE replica SET resyncing = 0";
constexpr char kUpdateSynced[] = "UPDATE replica SET last_sync_ms = ?1";
constexpr char kUpdateVerified[] = "UPDATE replica SET last_verified_ms = ?1";
constexpr char kUpdateFailure[] =
    "UPDATE replica SET failing_since_ms = CASE WHEN ?1 = '' THEN NULL WHEN failure = '' THEN ?2"
    " ELSE failing_since_ms END, failure = ?1";

void StoreTime(SealedDatabase& db, const char* statement, absl::Time now) {
  const auto update = db.Prepare(statement);
  update->bind(1, absl::ToUnixMillis(now));
  update->exec();
}

void StoreVersioned(SealedDatabase& db, const char* statement, int64_t version,
                    const std::string& body) {
  const auto update = db.Prepare(statement);
  update->bind(1, version);
  BindBlob(*update, 2, body);
  update->exec();
}

}  // namespace

void InsertReplica(SealedDatabase& db, const ReplicaIdentity& identity, const v1::OrgTree& orgs) {
  const auto insert = db.Prepare(kInsertReplica);
  insert->bind(1, identity.server_address);
  insert->bind(2, identity.server_node);
  insert->bind(3, identity.server_org);
  insert->bind(4, identity.node);
  insert->bind(5, identity.org);
  insert->bind(6, identity.scope);
  insert->bind(7, static_cast<int64_t>(orgs.version()));
  BindBlob(*insert, 8, orgs.SerializeAsString());
  insert->bind(9, identity.replica_id);
  insert->exec();
  StoreKeyCheck(db);
}

void StoreKeyCheck(SealedDatabase& db) {
  const auto update = db.Prepare(kUpdateKeyCheck);
  BindBlob(*update, 1, db.keys().Seal(kKeyCheckPlace, LoadIdentity(db).replica_id));
  update->exec();
}

bool FitsKeys(SealedDatabase& db) {
  const auto select = db.Prepare(kSelectKeyCheck);
  return select->executeStep() &&
         db.keys().Unseal(kKeyCheckPlace, select->getColumn(0).getString()).has_value();
}

ReplicaIdentity LoadIdentity(SealedDatabase& db) {
  const auto select = db.Prepare(kSelectIdentity);
  select->executeStep();
  return {select->getColumn(0).getString(), select->getColumn(1).getString(),
          select->getColumn(2).getString(), select->getColumn(3).getString(),
          select->getColumn(4).getString(), select->getColumn(5).getString(),
          select->getColumn(6).getString()};
}

SyncState LoadSyncState(SealedDatabase& db) {
  const auto select = db.Prepare(kSelectState);
  select->executeStep();
  SyncState state;
  state.epoch = select->getColumn(0).getString();
  state.cursor = select->getColumn(1).getString();
  state.resyncing = select->getColumn(2).getInt() != 0;
  const auto read_time = [&](int column, absl::Time& time) {
    if (select->isColumnNull(column)) return;
    time = absl::FromUnixMillis(select->getColumn(column).getInt64());
  };
  read_time(3, state.last_sync);
  read_time(4, state.last_verified);
  state.failure = select->getColumn(5).getString();
  read_time(6, state.failing_since);
  return state;
}

void StoreServerAddress(SealedDatabase& db, absl::string_view address) {
  const auto update = db.Prepare(kUpdateAddress);
  update->bind(1, std::string(address));
  update->exec();
}

v1::OrgTree LoadOrgTree(SealedDatabase& db) {
  const auto select = db.Prepare(kSelectOrgTree);
  select->executeStep();
  v1::OrgTree orgs;
  if (!orgs.ParseFromString(select->getColumn(0).getString())) {
    throw SQLite::Exception("", SQLITE_CORRUPT);
  }
  return orgs;
}

void StoreOrgTree(SealedDatabase& db, const v1::OrgTree& orgs) {
  StoreVersioned(db, kUpdateOrgTree, orgs.version(), orgs.SerializeAsString());
}

v1::PolicySet LoadPolicySet(SealedDatabase& db) {
  const auto select = db.Prepare(kSelectPolicySet);
  v1::PolicySet set;
  if (select->executeStep() && !set.ParseFromString(select->getColumn(0).getString())) {
    throw SQLite::Exception("", SQLITE_CORRUPT);
  }
  return set;
}

void StorePolicySet(SealedDatabase& db, const v1::PolicySet& set) {
  StoreVersioned(db, kSavePolicySet, set.version(), set.SerializeAsString());
}

void StoreCursor(SealedDatabase& db, absl::string_view cursor) {
  const auto update = db.Prepare(kUpdateCursor);
  BindBlob(*update, 1, cursor);
  update->exec();
}

void StoreFeed(SealedDatabase& db, absl::string_view epoch, absl::string_view scope) {
  const auto update = db.Prepare(kUpdateFeed);
  update->bind(1, std::string(epoch));
  update->bind(2, std::string(scope));
  update->exec();
}

void BeginResync(SealedDatabase& db) { db.exec(kBeginResync); }

void EndResync(SealedDatabase& db) { db.exec(kEndResync); }

void StoreSynced(SealedDatabase& db, absl::Time now) { StoreTime(db, kUpdateSynced, now); }

void StoreVerified(SealedDatabase& db, absl::Time now) { StoreTime(db, kUpdateVerified, now); }

void StoreFailure(SealedDatabase& db, absl::string_view reason, absl::Time now) {
  const auto update = db.Prepare(kUpdateFailure);
  update->bind(1, std::string(reason));
  update->bind(2, absl::ToUnixMillis(now));
  update->exec();
}

}  // namespace bangfu::client
