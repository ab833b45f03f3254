#ifndef BANGFU_CLIENT_REPLICA_SCHEMA_H_
#define BANGFU_CLIENT_REPLICA_SCHEMA_H_

#include <iterator>

namespace bangfu::client {

// PRAGMA application_id of a replica, "bfRp": tells it from other SQLite files.
inline constexpr int kApplicationId = 0x62665270;

// PRAGMA user_version. A change of the schema takes the next number and a migration.
inline constexpr int kSchemaVersion = 6;
// The first version whose values are sealed.
inline constexpr int kSealedVersion = 4;

// A random UUID (RFC 9562, version 4) as an SQL expression.
#define BANGFU_RANDOM_UUID                                                                         \
  "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), "   \
  "2) || '-' || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || " \
  "hex(randomblob(6)))"

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
  org_tree BLOB NOT NULL,            -- bangfu.v1.OrgTree
  replica_id TEXT NOT NULL DEFAULT '',   -- UUID
  last_verified_ms INTEGER,          -- Unix milliseconds, NULL before the first
  failure TEXT NOT NULL DEFAULT '',  -- of the last sync, empty when it was complete
  failing_since_ms INTEGER,          -- Unix milliseconds, NULL while it does not fail
  key_check BLOB NOT NULL DEFAULT x'',     -- replica_id sealed: tells whether the key file is ours
  directory_version INTEGER NOT NULL DEFAULT 0  -- of the accounts below
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
  base_body BLOB,                    -- sealed; NULL: the parent has not got it
  body BLOB NOT NULL,                -- sealed; base_body with the pending changes on top; empty: as base_body
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
  person_hash BLOB NOT NULL,         -- keyed hash of the normalised identity number
  archive_id TEXT NOT NULL REFERENCES record (id) ON DELETE CASCADE,
  PRIMARY KEY (person_hash, archive_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_by_archive ON person (archive_id);

-- Changes entered here, in order. AUTOINCREMENT: a position is never used twice. No foreign key: a
-- change outlives its record when that leaves our scope.
CREATE TABLE outbox (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  change_id TEXT NOT NULL UNIQUE,
  record_id TEXT NOT NULL,
  state INTEGER NOT NULL,            -- EntryState
  change BLOB NOT NULL,              -- bangfu.v1.Change, sealed
  outcome BLOB,                      -- bangfu.v1.Outcome without its record, sealed; NULL before the first
  receipt BLOB,                      -- bangfu.v1.Receipt; NULL while there is none
  settled INTEGER NOT NULL DEFAULT 0,          -- 1: nothing more will come from above
  answered_at_ms INTEGER,            -- Unix milliseconds of the parent; NULL before the first answer
  answered_epoch TEXT NOT NULL DEFAULT '',     -- in which feed the parent answered
  purged INTEGER NOT NULL DEFAULT 0,           -- 1: the content is gone, it cannot be sent again
  reoffer INTEGER NOT NULL DEFAULT 0,  -- EntryState before the parent began anew; 0: no reoffer
  number TEXT NOT NULL DEFAULT '',   -- unified number that the answer gave
  actor TEXT NOT NULL DEFAULT ''     -- account of who made the change
) STRICT;
CREATE INDEX outbox_by_state ON outbox (state, position);       -- Outbox, GetBacklog
CREATE INDEX outbox_by_record ON outbox (record_id, position);  -- History, what people see
CREATE INDEX outbox_pending ON outbox (reoffer = 0, position) WHERE state = 1;          -- Pending
CREATE INDEX outbox_unsettled ON outbox (position)
  WHERE settled = 0 AND purged = 0 AND state <> 1;              -- UnsettledChanges
CREATE INDEX outbox_answered ON outbox (answered_at_ms) WHERE purged = 0;               -- PurgeAnswered

-- Entries of the conflict log as the parent has them.
CREATE TABLE conflict (
  id TEXT PRIMARY KEY,
  record_id TEXT NOT NULL,
  org TEXT NOT NULL,
  state INTEGER NOT NULL,            -- bangfu.v1.ConflictState
  logged_ms INTEGER NOT NULL,        -- Unix milliseconds
  body BLOB NOT NULL                 -- bangfu.v1.Conflict, sealed
) STRICT;
CREATE INDEX conflict_by_time ON conflict (logged_ms, id);               -- ListConflicts
CREATE INDEX conflict_by_record ON conflict (record_id, logged_ms, id);  -- of a record; when it leaves

-- Who signed in at this desk and has not signed out.
CREATE TABLE session (
  person_id TEXT PRIMARY KEY,
  person BLOB NOT NULL,              -- bangfu.v1.Person as of the sign-in
  token BLOB,                        -- sealed; NULL: it has ended
  expires_ms INTEGER NOT NULL,       -- Unix milliseconds
  signed_in_ms INTEGER NOT NULL      -- Unix milliseconds
) STRICT;

-- Accounts of the scope, as the directory of the parent has them.
CREATE TABLE account (
  person_id TEXT PRIMARY KEY,
  person BLOB NOT NULL               -- bangfu.v1.Person
) STRICT;

-- What people read in detail here and the parent has not been told, in order.
CREATE TABLE local_read (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  report_id TEXT NOT NULL UNIQUE,    -- UUID
  entry BLOB NOT NULL                -- bangfu.v1.AuditEntry, sealed: reasons are free text
) STRICT;
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
    // What was accepted, merged, superseded or put away (2, 3, 7, 8) has lost its content before.
    R"sql(
ALTER TABLE replica ADD COLUMN replica_id TEXT NOT NULL DEFAULT '';
ALTER TABLE replica ADD COLUMN last_verified_ms INTEGER;
ALTER TABLE replica ADD COLUMN failure TEXT NOT NULL DEFAULT '';
ALTER TABLE replica ADD COLUMN failing_since_ms INTEGER;
UPDATE replica SET replica_id = )sql" BANGFU_RANDOM_UUID R"sql(;
ALTER TABLE outbox ADD COLUMN receipt BLOB;
ALTER TABLE outbox ADD COLUMN settled INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN answered_at_ms INTEGER;
ALTER TABLE outbox ADD COLUMN answered_epoch TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN purged INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN reoffer INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN number TEXT NOT NULL DEFAULT '';
UPDATE outbox SET settled = 1, answered_at_ms = 0, purged = state IN (2, 3, 7, 8),
  answered_epoch = (SELECT epoch FROM replica) WHERE state <> 1;
CREATE INDEX outbox_pending ON outbox (reoffer = 0, position) WHERE state = 1;
CREATE INDEX outbox_unsettled ON outbox (position)
  WHERE settled = 0 AND purged = 0 AND state <> 1;
CREATE INDEX outbox_answered ON outbox (answered_at_ms) WHERE purged = 0;
CREATE TABLE conflict (
  id TEXT PRIMARY KEY,
  record_id TEXT NOT NULL,
  org TEXT NOT NULL,
  state INTEGER NOT NULL,
  logged_ms INTEGER NOT NULL,
  body BLOB NOT NULL
) STRICT;
CREATE INDEX conflict_by_time ON conflict (logged_ms, id);
CREATE INDEX conflict_by_record ON conflict (record_id, logged_ms, id);
)sql",
    // SealExisting goes on from here.
    R"sql(
ALTER TABLE replica ADD COLUMN key_check BLOB NOT NULL DEFAULT x'';
ALTER TABLE replica ADD COLUMN directory_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN actor TEXT NOT NULL DEFAULT '';
DROP TABLE person;
CREATE TABLE person (
  person_hash BLOB NOT NULL,
  archive_id TEXT NOT NULL REFERENCES record (id) ON DELETE CASCADE,
  PRIMARY KEY (person_hash, archive_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_by_archive ON person (archive_id);
CREATE TABLE session (
  person_id TEXT PRIMARY KEY,
  person BLOB NOT NULL,
  token BLOB,
  expires_ms INTEGER NOT NULL,
  signed_in_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE account (
  person_id TEXT PRIMARY KEY,
  person BLOB NOT NULL
) STRICT;
CREATE TABLE local_read (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  report_id TEXT NOT NULL UNIQUE,
  entry BLOB NOT NULL
) STRICT;
)sql",
    // From here on a body may be empty, which programs of before would show as an empty record.
    "",
    // Half of a hash is enough (RFC 2104, 5), and takes half of the place.
    "UPDATE person SET person_hash = substr(person_hash, 1, 16);",
};
static_assert(std::size(kMigrations) == kSchemaVersion - 1);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_REPLICA_SCHEMA_H_
