#ifndef BANGFU_SERVER_STORE_POSTGRES_FEED_QUERIES_H_
#define BANGFU_SERVER_STORE_POSTGRES_FEED_QUERIES_H_

#include "server/store/postgres/record_columns.h"

// Statements of the feed and of those who read it. Parameters as in queries.h.
namespace bangfu::server::queries {

// ---- Writing.

// Ids follow the order of the rows.
inline constexpr char kQueueRows[] = "change_queue (kind, record_id, revision, org)";

// Remembers where records have been. $1 record ids[], $2 orgs[]. Index: record_former_org_pkey.
inline constexpr char kWriteFormerOrgs[] =
    "INSERT INTO record_former_org (record_id, org) SELECT record_id, org "
    "FROM unnest($1::uuid[], $2::ltree[]) AS n (record_id, org) ORDER BY record_id, org "
    "ON CONFLICT DO NOTHING";

// Wakes the sequencer (queue_bell.h). In a transaction of its own after those that it tells of, and
// without waiting for the disk: PostgreSQL lets one transaction with a NOTIFY commit at a time, so
// writers that notified in theirs waited for each other's disk (four times slower with 16). One
// that is lost costs limits::kSequencerPoll.
inline constexpr char kQueueChannel[] = "bangfu_queue";
inline constexpr char kNotifyQueue[] =
    "BEGIN; SET LOCAL synchronous_commit = off; NOTIFY bangfu_queue; COMMIT";

// ---- Sequencer.

// $1 kSequencerLock.
inline constexpr char kTryLead[] = "SELECT pg_try_advisory_lock($1::bigint)";
// Advisory lock of the one sequencer of a database; any number that nothing else uses.
inline constexpr char kSequencerLock[] = "7021305";

// Two sequencers must not number at the same time even when one lost its session without knowing.
inline constexpr char kLockFeedState[] = "SELECT last_seq FROM feed_state FOR UPDATE";

// Moves rows in the order of their ids. $1 last feed_seq, $2 limit. Index: change_queue_pkey.
inline constexpr char kSequence[] =
    "WITH moved AS (DELETE FROM change_queue WHERE id <= ("
    "SELECT max(id) FROM (SELECT id FROM change_queue ORDER BY id LIMIT $2::bigint) q) "
    "RETURNING id, kind, record_id, revision, org) "
    "INSERT INTO feed (feed_seq, kind, record_id, revision, org) "
    "SELECT $1::bigint + row_number() OVER (ORDER BY id), kind, record_id, revision, org FROM "
    "moved";

// $1 number of rows moved.
inline constexpr char kAdvanceFeed[] = "UPDATE feed_state SET last_seq = last_seq + $1::bigint";

// Wakes the listeners, as kNotifyQueue; one that is lost costs a second, in which they look
// (server/service/feed_hub.cc).
inline constexpr char kFeedChannel[] = "bangfu_feed";
inline constexpr char kNotifyFeed[] =
    "BEGIN; SET LOCAL synchronous_commit = off; NOTIFY bangfu_feed; COMMIT";

// ---- Reading.

// $1 most unsequenced rows to count.
inline constexpr char kFeedState[] =
    "SELECT epoch, (extract(epoch FROM epoch_began) * 1000000)::bigint, last_seq, floor_seq, "
    "(SELECT count(*) FROM (SELECT FROM change_queue LIMIT $1::bigint) q) FROM feed_state";

// A page and the state in one snapshot; without a feed row the first three columns only. The fourth
// is how many rows there were before the page was cut to its bytes. $1 scope, $2 after, $3 limit,
// $4 bytes of bodies (one row comes even when it has more). Index: feed_org_seq for a unit,
// feed_pkey for a large part of the city; record_pkey, conflict_id_key. The bytes of a record are
// read only for a row about its present revision, those of an entry of the conflict log only when
// it is in scope (their number stands at their beginning). Every
// row looks up its own record (OFFSET 0): PostgreSQL, which takes any scope for small behind
// row-level security, would fetch the whole scope to join it.
inline constexpr char kReadFeed[] =
    "SELECT s.epoch, s.last_seq, s.floor_seq, p.found, p.feed_seq, p.kind, p.record_id, "
    "p.in_scope, p.present, CASE WHEN p.present THEN p.entry END, "
    "p.id, p.type, p.revision, p.upstream_revision, p.org, p.archive_id, p.status, p.tier, "
    "p.category, p.number, p.on_date::text, CASE WHEN p.present THEN p.body END "
    "FROM feed_state s "
    "LEFT JOIN (SELECT f.feed_seq, f.kind, f.record_id, c.in_scope, c.present, e.body AS entry, "
    "r.id, r.type, r.revision, r.upstream_revision, r.org, r.archive_id, r.status, r.tier, "
    "r.category, r.number, r.on_date, r.body, count(*) OVER () AS found, "
    "row_number() OVER so_far AS place, "
    "sum(CASE WHEN c.present THEN opened_size(coalesce(r.body, e.body)) ELSE 0 END) "
    "OVER so_far AS bytes "
    "FROM (SELECT feed_seq, kind, record_id, revision FROM feed "
    "WHERE " BANGFU_WITHIN_SCOPE("org") " AND feed_seq > $2::bigint ORDER BY feed_seq "
    BANGFU_SCOPE_LIMIT("$3") ") f "
    "LEFT JOIN LATERAL (SELECT w.* FROM record w WHERE f.kind IN (1, 2) AND w.id = f.record_id "
    "OFFSET 0) r ON true "
    "LEFT JOIN LATERAL (SELECT w.* FROM conflict w WHERE f.kind IN (3, 4) AND w.id = f.record_id "
    "OFFSET 0) e ON true "
    "CROSS JOIN LATERAL (SELECT coalesce(r.org, e.org) <@ $1::ltree AS in_scope, "
    "CASE f.kind WHEN 1 THEN r.revision = f.revision AND r.org <@ $1::ltree "
    "WHEN 3 THEN e.org <@ $1::ltree ELSE false END AS present) c "
    "WINDOW so_far AS (ORDER BY f.feed_seq ROWS UNBOUNDED PRECEDING)) p "
    "ON p.place = 1 OR p.bytes <= $4::bigint "
    "ORDER BY p.feed_seq";

inline constexpr char kFeedHead[] = "SELECT last_seq FROM feed_state";

// $1 after, $2 through. Index: feed_pkey.
inline constexpr char kFeedNews[] =
    "SELECT DISTINCT org FROM feed WHERE feed_seq > $1::bigint AND feed_seq <= $2::bigint";

// ---- Compaction.

// Least feed_seq that all live children have acknowledged, the head and where compaction stands. A
// child that has acknowledged nothing of the present epoch counts as 0. $1 live after.
inline constexpr char kCompactionState[] =
    "SELECT coalesce((SELECT min(CASE WHEN c.acknowledged_epoch = s.epoch THEN c.acknowledged "
    "ELSE 0 END) FROM child c WHERE c.seen > $1::timestamptz), s.last_seq), "
    "s.last_seq, s.compacted_to FROM feed_state s";

// Removes what nobody needs among the first rows of a range: what tells of a leave; a row about a
// record that now has another revision or is elsewhere (the transaction that did this has queued a
// row of its own); a row about an entry of the conflict log that a later row names again, or that
// is elsewhere. One row: how many it looked at and the last of them, how many it removed and the
// last of them. $1 after, $2 through, $3 limit. Index: feed_pkey, record_pkey, conflict_id_key,
// feed_entry.
inline constexpr char kCompactFeed[] =
    "WITH looked AS (SELECT feed_seq, kind, record_id, revision, org FROM feed "
    "WHERE feed_seq > $1::bigint AND feed_seq <= $2::bigint ORDER BY feed_seq LIMIT $3::bigint), "
    "outdated AS (SELECT l.feed_seq FROM looked l WHERE CASE l.kind "
    "WHEN 1 THEN NOT EXISTS (SELECT FROM record r WHERE r.id = l.record_id "
    "AND r.revision = l.revision AND r.org = l.org) "
    "WHEN 3 THEN NOT EXISTS (SELECT FROM conflict e WHERE e.id = l.record_id AND e.org = l.org) "
    "OR EXISTS (SELECT FROM feed n WHERE n.kind = 3 AND n.record_id = l.record_id "
    "AND n.feed_seq > l.feed_seq AND n.org = l.org) "
    "ELSE true END), "
    "removed AS (DELETE FROM feed WHERE feed_seq IN (SELECT feed_seq FROM outdated) "
    "RETURNING feed_seq) "
    "SELECT (SELECT count(*) FROM looked), (SELECT max(feed_seq) FROM looked), count(*), "
    "coalesce(max(feed_seq), 0) FROM removed";

// $1 where compaction goes on, $2 last row that it removed.
inline constexpr char kNoteCompaction[] =
    "UPDATE feed_state SET compacted_to = $1::bigint, floor_seq = greatest(floor_seq, $2::bigint)";

// ---- Epoch.

inline constexpr char kBeginEpoch[] =
    "UPDATE feed_state SET epoch = gen_random_uuid(), epoch_began = clock_timestamp()";

// Whether this session may ask which database it is on. Everybody may, unless somebody revoked it.
inline constexpr char kMayIdentify[] =
    "SELECT has_function_privilege('pg_control_system()', 'EXECUTE') "
    "AND has_function_privilege('pg_current_wal_lsn()', 'EXECUTE') "
    "AND has_function_privilege('pg_walfile_name(pg_lsn)', 'EXECUTE')";

// Which database it was, and which it is: cluster, timeline, database of the cluster. The timeline
// is that of the log being written; pg_control_checkpoint() shows a promotion only with the next
// checkpoint.
inline constexpr char kLockIdentity[] =
    "SELECT system_identifier, timeline, database_oid FROM feed_state FOR UPDATE";
inline constexpr char kIdentity[] =
    "SELECT (SELECT system_identifier FROM pg_control_system()), "
    "left(pg_walfile_name(pg_current_wal_lsn()), 8), "
    "(SELECT oid::bigint FROM pg_database WHERE datname = current_database())";

// $1 system identifier, $2 timeline, $3 database.
inline constexpr char kWriteIdentity[] =
    "UPDATE feed_state SET system_identifier = $1::bigint, timeline = $2, "
    "database_oid = $3::bigint";

// ---- Children.

// What is '' stays as it was. $1 key, $2 scope, $3 seen, $4 acknowledged of the present epoch or
// '', $5 pending or '', $6 pending records[]. Index: child_pkey.
inline constexpr char kNoteChild[] =
    "INSERT INTO child AS c (key, scope, seen, acknowledged, acknowledged_epoch, pending, "
    "pending_records) "
    "SELECT $1, $2::ltree, $3::timestamptz, nullif($4, '')::bigint, "
    "CASE WHEN $4 <> '' THEN s.epoch END, nullif($5, '')::bigint, $6::uuid[] FROM feed_state s "
    "ON CONFLICT (key) DO UPDATE SET scope = excluded.scope, "
    "seen = greatest(c.seen, excluded.seen), "
    "acknowledged = coalesce(excluded.acknowledged, c.acknowledged), "
    "acknowledged_epoch = coalesce(excluded.acknowledged_epoch, c.acknowledged_epoch), "
    "pending = coalesce(excluded.pending, c.pending), "
    "pending_records = CASE WHEN excluded.pending IS NULL THEN c.pending_records "
    "ELSE excluded.pending_records END";

// Some thousands at most, and nobody waits for it: no index. $1 scope.
inline constexpr char kListChildren[] =
    "SELECT c.key, c.scope, (extract(epoch FROM c.seen) * 1000000)::bigint, "
    "CASE WHEN c.acknowledged_epoch = s.epoch THEN c.acknowledged END, c.pending, "
    "array_to_string(c.pending_records, ' ') FROM child c CROSS JOIN feed_state s "
    "WHERE c.scope <@ $1::ltree ORDER BY c.key";

}  // namespace bangfu::server::queries

#endif  // BANGFU_SERVER_STORE_POSTGRES_FEED_QUERIES_H_
