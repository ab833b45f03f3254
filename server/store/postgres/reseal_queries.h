#ifndef BANGFU_SERVER_STORE_POSTGRES_RESEAL_QUERIES_H_
#define BANGFU_SERVER_STORE_POSTGRES_RESEAL_QUERIES_H_

// Statements that seal anew what is plain or under a retired key. Parameters as in queries.h.
namespace bangfu::server::queries {

// Where the background is. One at a time: others find the row locked.
inline constexpr char kTakeSealProgress[] =
    "SELECT p.key_number, p.stage, p.after_id, p.after_number, p.finished_at IS NOT NULL, "
    "p.began_at < k.created_at + $1::interval, now() >= k.created_at + $1::interval "
    "FROM seal_progress p CROSS JOIN (SELECT created_at FROM data_key ORDER BY number DESC "
    "LIMIT 1) k FOR UPDATE OF p SKIP LOCKED";

// Begins a pass through all tables. $1 number of the key.
inline constexpr char kBeginSealPass[] =
    "UPDATE seal_progress SET key_number = $1::integer, began_at = now(), finished_at = NULL, "
    "stage = 0, after_id = '00000000-0000-0000-0000-000000000000', after_number = 0, sealed = 0, "
    "damaged = 0";

// $1 stage, $2 id, $3 number, $4 rows sealed, $5 rows that do not open, $6 whether the pass has
// ended.
inline constexpr char kNoteSealProgress[] =
    "UPDATE seal_progress SET stage = $1::smallint, after_id = $2::uuid, "
    "after_number = $3::bigint, sealed = sealed + $4::bigint, "
    "damaged = damaged + $5::bigint, finished_at = CASE WHEN $6::boolean THEN now() END";

// ---- By table. Every row has an id and a number (0 where the id is enough).
//
// Look: the next rows after $1 id and $2 number, $3 at most, and whether they are under another key
// than $4: their keys stand at their beginning, bodies are not read. Index: the primary key.
// Lock: those of $1 ids[] and $2 numbers[] as they are now, with one value or two. Index: the
// primary key.
// Write: $1 ids[], $2 numbers[], $3 and $4 the values[], '' for none. Index: the primary key.

inline constexpr char kLookAtRecords[] =
    "SELECT id, $2::bigint, sealed_key(body) <> $4::integer FROM record WHERE id > $1::uuid "
    "ORDER BY id LIMIT $3::bigint";
inline constexpr char kLockSealedRecords[] =
    "SELECT id, 0, body, NULL FROM record "
    "WHERE id = ANY ($1::uuid[]) AND cardinality($2::bigint[]) > 0 ORDER BY id FOR NO KEY UPDATE";
inline constexpr char kResealRecords[] =
    "UPDATE record r SET body = decode(n.body, 'hex') "
    "FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[]) AS n (id, number, body, none) "
    "WHERE r.id = n.id";

inline constexpr char kLookAtRevisions[] =
    "SELECT record_id, revision, sealed_key(actor) <> $4::integer "
    "OR sealed_key(before_values) <> $4::integer FROM revision "
    "WHERE (record_id, revision) > ($1::uuid, $2::bigint) ORDER BY record_id, revision "
    "LIMIT $3::bigint";
// Nobody else changes a revision: no lock.
inline constexpr char kReadSealedRevisions[] =
    "SELECT v.record_id, v.revision, v.actor, v.before_values "
    "FROM unnest($1::uuid[], $2::bigint[]) AS n (record_id, revision) "
    "JOIN revision v ON v.record_id = n.record_id AND v.revision = n.revision";
inline constexpr char kResealRevisions[] =
    "SELECT seal_revisions_anew($1::uuid[], $2::bigint[], $3::text[], $4::text[])";

inline constexpr char kLookAtConflicts[] =
    "SELECT id, position, sealed_key(body) <> $4::integer FROM conflict "
    "WHERE position > $2::bigint AND $1::uuid IS NOT NULL ORDER BY position LIMIT $3::bigint";
inline constexpr char kLockSealedConflicts[] =
    "SELECT id, position, body, NULL FROM conflict WHERE position = ANY ($2::bigint[]) "
    "AND id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE";
inline constexpr char kResealConflicts[] =
    "UPDATE conflict c SET body = decode(n.body, 'hex') "
    "FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[]) AS n (id, position, body, none) "
    "WHERE c.position = n.position";

inline constexpr char kLookAtUpstream[] =
    "SELECT change_id, position, sealed_key(change) <> $4::integer "
    "OR (outcome IS NOT NULL AND sealed_key(outcome) <> $4::integer) FROM upstream_queue "
    "WHERE position > $2::bigint AND $1::uuid IS NOT NULL ORDER BY position LIMIT $3::bigint";
inline constexpr char kLockSealedUpstream[] =
    "SELECT change_id, position, change, outcome FROM upstream_queue "
    "WHERE position = ANY ($2::bigint[]) AND change_id = ANY ($1::uuid[]) ORDER BY position "
    "FOR NO KEY UPDATE";
inline constexpr char kResealUpstream[] =
    "UPDATE upstream_queue q SET change = decode(n.change, 'hex'), "
    "outcome = decode(nullif(n.outcome, ''), 'hex') "
    "FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[]) "
    "AS n (change_id, position, change, outcome) WHERE q.position = n.position";

inline constexpr char kLookAtSent[] =
    "SELECT change_id, position, sealed_key(change) <> $4::integer FROM upstream_sent "
    "WHERE position > $2::bigint AND $1::uuid IS NOT NULL ORDER BY position LIMIT $3::bigint";
inline constexpr char kLockSealedSent[] =
    "SELECT change_id, position, change, NULL FROM upstream_sent "
    "WHERE position = ANY ($2::bigint[]) AND change_id = ANY ($1::uuid[]) ORDER BY position "
    "FOR NO KEY UPDATE";
inline constexpr char kResealSent[] =
    "UPDATE upstream_sent s SET change = decode(n.change, 'hex') "
    "FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[]) "
    "AS n (change_id, position, change, none) WHERE s.position = n.position";

}  // namespace bangfu::server::queries

#endif  // BANGFU_SERVER_STORE_POSTGRES_RESEAL_QUERIES_H_
