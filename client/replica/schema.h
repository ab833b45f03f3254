#ifndef BANGFU_CLIENT_REPLICA_SCHEMA_H_
#define BANGFU_CLIENT_REPLICA_SCHEMA_H_

#include <iterator>

namespace bangfu::client {

// PRAGMA application_id of a replica, "bfRp": tells it from other SQLite files.
inline constexpr int kApplicationId = 0x62665270;

// PRAGMA user_version. A change of the schema takes the next number and a migration.
inline constexpr int kSchemaVersion = 2;

inline constexpr char kSchema[] = R"sql(
-- Whose replica this is and where it stands. One row.
CREATE TABLE replica (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  server_address TEXT NOT NULL,
  server_node TEXT NOT NULL,
  server_org TEXT NOT NULL,
  node TEXT NOT NULL,
  org TEXT NOT NULL,
  scope TEXT NOT NULL,
  epoch TEXT NOT NULL DEFAULT '',
  cursor BLOB NOT NULL DEFAULT x'',
  resyncing INTEGER NOT NULL DEFAULT 0,
  last_sync_ms INTEGER,              -- Unix milliseconds, NULL before the first
  org_tree_version INTEGER NOT NULL,
  org_tree BLOB NOT NULL             -- bangfu.v1.OrgTree
) STRICT;

-- Policy data as the parent gave them; no row before the first time.
CREATE TABLE policy_set (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  version INTEGER NOT NULL,
  body BLOB NOT NULL                 -- bangfu.v1.PolicySet
) STRICT;

CREATE TABLE record (
  id TEXT PRIMARY KEY,
  type INTEGER NOT NULL,             -- bangfu.v1.RecordType
  org TEXT NOT NULL,
  base_revision INTEGER NOT NULL,
  base_body BLOB,                    -- NULL: the parent has not got it
  body BLOB NOT NULL,                -- base_body with the pending changes on top
  archive_id TEXT NOT NULL,          -- of an aid event or visit, else empty
  status INTEGER NOT NULL,           -- bangfu.v1.ArchiveStatus
  number TEXT NOT NULL,
  left_scope INTEGER NOT NULL,
  unseen INTEGER NOT NULL            -- 0, or why the parent's version is in doubt: see Unseen
) STRICT;
CREATE INDEX record_by_type ON record (type, id);                                    -- ListRecords
CREATE INDEX record_by_archive ON record (archive_id, type, id) WHERE archive_id <> '';  -- ListCaseRecords
CREATE INDEX record_by_number ON record (number) WHERE number <> '';                 -- FindByNumber
CREATE INDEX record_unseen ON record (id) WHERE unseen <> 0;                         -- FinishPull

-- Persons of live archives, for warnings about double filing.
CREATE TABLE person (
  identity_number TEXT NOT NULL,     -- normalised
  archive_id TEXT NOT NULL REFERENCES record (id) ON DELETE CASCADE,
  PRIMARY KEY (identity_number, archive_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_by_archive ON person (archive_id);

-- Changes entered here, in order. AUTOINCREMENT: a position is never used twice. No foreign key: a
-- change outlives its record when that leaves our scope.
CREATE TABLE outbox (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  change_id TEXT NOT NULL UNIQUE,
  record_id TEXT NOT NULL,
  state INTEGER NOT NULL,            -- EntryState
  change BLOB NOT NULL,              -- bangfu.v1.Change
  outcome BLOB                       -- bangfu.v1.Outcome without its record; NULL while pending
) STRICT;
CREATE INDEX outbox_by_state ON outbox (state, position);       -- Pending, Outbox, GetBacklog
CREATE INDEX outbox_by_record ON outbox (record_id, position);  -- History, what people see
)sql";

// What turns a replica of version 1 into one of version 2, and so on; each runs once, in order.
inline constexpr const char* kMigrations[] = {
    R"sql(
CREATE TABLE policy_set (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  version INTEGER NOT NULL,
  body BLOB NOT NULL
) STRICT;
)sql",
};
static_assert(std::size(kMigrations) == kSchemaVersion - 1);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_REPLICA_SCHEMA_H_
