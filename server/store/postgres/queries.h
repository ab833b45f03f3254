#ifndef BANGFU_SERVER_STORE_POSTGRES_QUERIES_H_
#define BANGFU_SERVER_STORE_POSTGRES_QUERIES_H_

#include "server/store/postgres/record_columns.h"

// Statements of the store. Parameters are text; those ending in [] are array literals
// (array_literal.h), bytes in them hexadecimal. Indexes are those of migrations/. Those of the feed
// are in feed_queries.h, those of digests in digest_queries.h, those of the line to the parent in
// upstream_queries.h.
namespace bangfu::server::queries {

// ---- Transaction: reading and locking.

// Outcomes given before. $1 change ids[]. Index: change_log_pkey.
inline constexpr char kFindChanges[] =
    "SELECT change_id, record_id, pushed_by, digest, outcome, forwarded FROM change_log "
    "WHERE change_id = ANY ($1::uuid[])";

// Locks records in the order of their ids. $1 ids[]. Index: record_pkey.
// NO KEY: an event that is written for a locked archive need not wait, its foreign key only wants
// the archive to stay.
inline constexpr char kLockRecords[] =
    "SELECT " BANGFU_RECORD_COLUMNS
    " FROM record r WHERE r.id = ANY ($1::uuid[]) ORDER BY r.id FOR NO KEY UPDATE";

// Batches look rows up one by one through an index, whatever the statistics of a table that is
// being filled say: OFFSET 0 keeps the planner from reading the whole table for a hash join.

// History after a revision. $1 record ids[], $2 revisions[]. Index: revision_pkey.
inline constexpr char kRevisionsSince[] =
    "SELECT v.record_id, v.revision, v.change_id, v.pushed_by, v.actor, "
    "(extract(epoch FROM v.entry_time) * 1000000)::bigint, "
    "(extract(epoch FROM v.received_time) * 1000000)::bigint, v.before_values "
    "FROM unnest($1::uuid[], $2::bigint[]) AS s (record_id, revision) "
    "CROSS JOIN LATERAL (SELECT * FROM revision r WHERE r.record_id = s.record_id "
    "AND r.revision > s.revision OFFSET 0) v ORDER BY v.record_id, v.revision";

// Live archives of persons, and their orgs. $1 person keys[]. Index: archive_person_pkey,
// record_pkey.
inline constexpr char kFindPersons[] =
    "SELECT p.person_key, p.archive_id, r.org FROM unnest($1::uuid[]) AS s (person_key) "
    "CROSS JOIN LATERAL (SELECT * FROM archive_person a WHERE a.person_key = s.person_key OFFSET "
    "0) p "
    "CROSS JOIN LATERAL (SELECT org FROM record WHERE id = p.archive_id OFFSET 0) r";

// Aid events and visits of archives. $1 archive ids[]. Index: record_archive_id_id.
inline constexpr char kChildrenOf[] =
    "SELECT " BANGFU_RECORD_COLUMNS
    " FROM record r WHERE r.archive_id = ANY ($1::uuid[]) ORDER BY r.archive_id, r.id";

// Archives of numbers. $1 numbers[]. Index: record_number.
inline constexpr char kFindNumbers[] =
    "SELECT number, id FROM record WHERE number = ANY ($1::text[])";

// Makes the rows of counters that were never used. $1 prefixes[], $2 years[]. Index:
// number_counter_pkey.
inline constexpr char kMakeCounters[] =
    "INSERT INTO number_counter (prefix, year, last) "
    "SELECT prefix, year, 0 FROM unnest($1::text[], $2::smallint[]) AS n (prefix, year) "
    "ORDER BY prefix, year ON CONFLICT DO NOTHING";

// Locks counters in order. $1 prefixes[], $2 years[]. Index: number_counter_pkey.
inline constexpr char kLockCounters[] =
    "SELECT c.prefix, c.year, c.last FROM number_counter c "
    "WHERE (c.prefix, c.year) IN (SELECT * FROM unnest($1::text[], $2::smallint[])) "
    "ORDER BY c.prefix, c.year FOR UPDATE";

// Entries of the conflict log, locked in the order of their ids. $1 ids[]. Index: conflict_id_key.
inline constexpr char kLockConflicts[] =
    "SELECT id, body FROM conflict WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE";

// The same about records. $1 record ids[]. Index: conflict_record.
inline constexpr char kLockConflictsOf[] =
    "SELECT id, body FROM conflict WHERE record_id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE";

// Orgs that records have left. $1 record ids[]. Index: record_former_org_pkey.
inline constexpr char kFormerOrgs[] =
    "SELECT record_id, org FROM record_former_org WHERE record_id = ANY ($1::uuid[]) "
    "ORDER BY record_id, org";

// ---- Transaction: writing. One statement per table, or one for each of few new rows; rows in key
// order, so that two transactions meet in one order.

// As PostgreSQL's own subscriptions do: what a crash takes comes again. Whatever commits later and
// waits for the disk, as the sequencer does, waits for this as well.
inline constexpr char kCommitWithoutWaiting[] = "SET LOCAL synchronous_commit = off";

// $1 ids[]. Index: record_pkey.
inline constexpr char kRemoveRecords[] = "DELETE FROM record WHERE id = ANY ($1::uuid[])";

// Inserts or replaces; parameters are binary (binary_array.h). $1 ids[], $2 types[], $3 orgs[], $4
// archive ids[], $5 revisions[], $6 upstream revisions[], $7 statuses[], $8 tiers[], $9
// categories[], $10 numbers[], $11 days[], $12 bodies[], $13 buckets[], $14 leaves[], $15 leaves of
// the parent[]. Index: record_pkey. A row that went further meanwhile is left alone, which the
// caller sees in the number of rows.
inline constexpr char kWriteRecords[] =
    "INSERT INTO record AS r (id, type, org, archive_id, archive_ref, revision, upstream_revision, "
    "status, tier, category, number, on_date, body, bucket, leaf, upstream_leaf) "
    "SELECT id, type, org::ltree, archive_id, "
    "CASE WHEN upstream_revision = 0 THEN archive_id END, revision, upstream_revision, status, "
    "tier, category, number, on_date::date, body, bucket, leaf, upstream_leaf "
    "FROM unnest($1::uuid[], $2::smallint[], $3::text[], $4::uuid[], $5::bigint[], $6::bigint[], "
    "$7::smallint[], $8::smallint[], $9::smallint[], $10::text[], $11::text[], $12::bytea[], "
    "$13::integer[], $14::bigint[], $15::bigint[]) "
    "AS n (id, type, org, archive_id, revision, upstream_revision, status, tier, category, number, "
    "on_date, body, bucket, leaf, upstream_leaf) ORDER BY id "
    "ON CONFLICT (id) DO UPDATE SET type = excluded.type, org = excluded.org, "
    "archive_id = excluded.archive_id, archive_ref = excluded.archive_ref, "
    "revision = excluded.revision, upstream_revision = excluded.upstream_revision, "
    "status = excluded.status, tier = excluded.tier, category = excluded.category, "
    "number = excluded.number, on_date = excluded.on_date, body = excluded.body, "
    "leaf = excluded.leaf, upstream_leaf = excluded.upstream_leaf, "
    "updated_at = now() WHERE r.revision <= excluded.revision";

// New rows of the tables that are without row-level security (binary_copy.h).
inline constexpr char kRevisionRows[] =
    "revision (record_id, revision, change_id, pushed_by, actor, entry_time, received_time, "
    "before_values)";
inline constexpr char kChangeRows[] =
    "change_log (change_id, record_id, pushed_by, digest, outcome, forwarded, settled)";
// Of archives that were not there; a person who is in another archive is a unique violation.
inline constexpr char kPersonRows[] = "archive_person (person_key, archive_id)";

// Receipts of changes that are in the log. $1 change ids[], $2 receipts[], $3 whether they are
// settled[]. Index: change_log_pkey.
inline constexpr char kWriteReceipts[] =
    "WITH given AS (SELECT c.change_id, n.receipt, n.settled "
    "FROM unnest($1::uuid[], $2::text[], $3::boolean[]) AS n (change_id, receipt, settled) "
    "JOIN change_log c ON c.change_id = n.change_id ORDER BY c.change_id FOR NO KEY UPDATE OF c) "
    "UPDATE change_log c SET receipt = decode(g.receipt, 'hex'), settled = g.settled, "
    "receipt_at = now() FROM given g WHERE c.change_id = g.change_id";

// $1 ids[], $2 orgs[], $3 record ids[], $4 states[], $5 bodies[]. Positions follow the order of the
// array.
inline constexpr char kWriteConflicts[] =
    "INSERT INTO conflict (id, org, record_id, state, body) "
    "SELECT id, org, record_id, state, decode(body, 'hex') "
    "FROM unnest($1::uuid[], $2::ltree[], $3::uuid[], $4::smallint[], $5::text[]) WITH ORDINALITY "
    "AS n (id, org, record_id, state, body, place) ORDER BY place ON CONFLICT (id) DO NOTHING";

// The same parameters; replaces what is there, which keeps its position. Index: conflict_id_key.
inline constexpr char kUpdateConflicts[] =
    "INSERT INTO conflict (id, org, record_id, state, body) "
    "SELECT id, org, record_id, state, decode(body, 'hex') "
    "FROM unnest($1::uuid[], $2::ltree[], $3::uuid[], $4::smallint[], $5::text[]) "
    "AS n (id, org, record_id, state, body) ORDER BY id "
    "ON CONFLICT (id) DO UPDATE SET org = excluded.org, record_id = excluded.record_id, "
    "state = excluded.state, body = excluded.body";

// $1 ids[]. Index: conflict_id_key.
inline constexpr char kRemoveConflicts[] = "DELETE FROM conflict WHERE id = ANY ($1::uuid[])";

// Persons who no longer belong to the archives. $1 archive ids[], $2 person keys[] and $3 their
// archives[] now. Index: archive_person_archive.
inline constexpr char kRemovePersons[] =
    "DELETE FROM archive_person p WHERE p.archive_id = ANY ($1::uuid[]) AND NOT EXISTS ("
    "SELECT FROM unnest($2::uuid[], $3::uuid[]) AS n (person_key, archive_id) "
    "WHERE n.person_key = p.person_key AND n.archive_id = p.archive_id)";

// Persons who are new in the archives; one who is in another archive is a unique violation. $1
// person keys[], $2 archives[]. Index: archive_person_pkey.
inline constexpr char kWritePersons[] =
    "INSERT INTO archive_person (person_key, archive_id) SELECT person_key, archive_id "
    "FROM unnest($1::uuid[], $2::uuid[]) AS n (person_key, archive_id) WHERE NOT EXISTS ("
    "SELECT FROM archive_person p WHERE p.person_key = n.person_key AND p.archive_id = "
    "n.archive_id) "
    "ORDER BY person_key";

// A counter never goes back. $1 prefixes[], $2 years[], $3 last sequences[]. Index:
// number_counter_pkey.
inline constexpr char kWriteCounters[] =
    "INSERT INTO number_counter AS c (prefix, year, last) SELECT prefix, year, last "
    "FROM unnest($1::text[], $2::smallint[], $3::smallint[]) AS n (prefix, year, last) "
    "ORDER BY prefix, year "
    "ON CONFLICT (prefix, year) DO UPDATE SET last = greatest(c.last, excluded.last)";

// The first use of a prefix. $1 prefixes[], $2 orgs[]. Index: number_prefix_pkey.
inline constexpr char kWritePrefixes[] =
    "INSERT INTO number_prefix (prefix, org) SELECT prefix, org "
    "FROM unnest($1::text[], $2::ltree[]) AS n (prefix, org) ORDER BY prefix ON CONFLICT DO "
    "NOTHING";

// A prefix that belongs to another org. $1 prefixes[], $2 orgs[]. Index: number_prefix_pkey.
inline constexpr char kForeignPrefix[] =
    "SELECT n.prefix FROM unnest($1::text[], $2::ltree[]) AS n (prefix, org) "
    "JOIN number_prefix p ON p.prefix = n.prefix WHERE p.org <> n.org LIMIT 1";

// ---- Reading.

// $1 scope, $2 id. Index: record_pkey.
inline constexpr char kGetRecord[] =
    "SELECT " BANGFU_RECORD_COLUMNS " FROM record r WHERE r.id = $2::uuid AND r.org <@ $1::ltree";

// $1 scope, $2 number. Index: record_number.
inline constexpr char kGetArchiveByNumber[] =
    "SELECT " BANGFU_RECORD_COLUMNS " FROM record r WHERE r.number = $2 AND r.org <@ $1::ltree";

// For what pages through a large part of the city, in its transaction: the page is taken from an
// index in its order. Of such a scope PostgreSQL expects few rows (BANGFU_WITHIN_SCOPE) and would
// read and sort all of it for every page.
inline constexpr char kPageInOrder[] = "SET LOCAL enable_sort = off";

// $1 scope, $2 type, $3 status or 0, $4 archive id or '', $5 after id or '', $6 limit.
// Index: record_archive_id_id with an archive, record_org for a unit; for a large part of the city
// (kPageInOrder) record_waiting of a status that waits for somebody, else record_type_id.
inline constexpr char kListRecords[] =
    "SELECT " BANGFU_RECORD_COLUMNS
    " FROM record r WHERE " BANGFU_WITHIN_SCOPE("r.org") " AND r.type = $2::smallint "
    "AND ($3::smallint = 0 OR r.status = $3::smallint) "
    "AND (nullif($4, '') IS NULL OR r.archive_id = nullif($4, '')::uuid) "
    "AND (nullif($5, '') IS NULL OR r.id > nullif($5, '')::uuid) ORDER BY r.id LIMIT $6::bigint";

// $1 scope, $2 id. Index: conflict_id_key.
inline constexpr char kGetConflict[] =
    "SELECT id, body FROM conflict WHERE id = $2::uuid AND org <@ $1::ltree";

// $1 scope, $2 record id or '', $3 state or 0, $4 before or 0, $5 limit.
// Index: conflict_record with a record, conflict_org for a unit, conflict_pkey for a large part of
// the city (kPageInOrder).
inline constexpr char kListConflicts[] =
    "SELECT position, id, body FROM conflict WHERE " BANGFU_WITHIN_SCOPE("org") " "
    "AND (nullif($2, '') IS NULL OR record_id = nullif($2, '')::uuid) "
    "AND ($3::smallint = 0 OR state = $3::smallint) "
    "AND ($4::bigint = 0 OR position < $4::bigint) ORDER BY position DESC LIMIT $5::bigint";

// ---- Person key.

// Whoever comes first; an existing fingerprint stays. $1 fingerprint.
inline constexpr char kKeepPersonKey[] =
    "INSERT INTO person_key (fingerprint) VALUES ($1) ON CONFLICT (one) DO NOTHING";
inline constexpr char kPersonKey[] = "SELECT fingerprint FROM person_key";

// ---- Org tree.

// Index: org_tree_pkey.
inline constexpr char kLoadOrgTree[] = "SELECT body FROM org_tree ORDER BY version DESC LIMIT 1";

// Nobody uses a prefix for the first time, and nobody saves, while a new tree is compared with
// those in use.
inline constexpr char kFreezePrefixes[] = "LOCK TABLE number_prefix IN SHARE ROW EXCLUSIVE MODE";
inline constexpr char kListPrefixes[] = "SELECT prefix, org FROM number_prefix ORDER BY prefix";

// A prefix goes to the org that took over the one that used it. $1 prefix, $2 org. Index:
// number_prefix_pkey.
inline constexpr char kHandOnPrefix[] =
    "UPDATE number_prefix SET org = $2::ltree WHERE prefix = $1";

// $1 version, $2 tree as hexadecimal.
inline constexpr char kSaveOrgTree[] =
    "INSERT INTO org_tree (version, body) SELECT $1::bigint, decode($2, 'hex') "
    "WHERE NOT EXISTS (SELECT FROM org_tree WHERE version >= $1::bigint)";

// ---- Policy data.

// Index: policy_set_pkey.
inline constexpr char kLoadPolicySet[] =
    "SELECT body FROM policy_set ORDER BY version DESC LIMIT 1";

// $1 version, $2 set as hexadecimal.
inline constexpr char kSavePolicySet[] =
    "INSERT INTO policy_set (version, body) SELECT $1::bigint, decode($2, 'hex') "
    "WHERE NOT EXISTS (SELECT FROM policy_set WHERE version >= $1::bigint) "
    "ON CONFLICT (version) DO NOTHING";

}  // namespace bangfu::server::queries

#endif  // BANGFU_SERVER_STORE_POSTGRES_QUERIES_H_
