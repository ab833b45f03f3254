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

// A page and the state of the feed in one snapshot. The first row is the state, with kind 0: the
// head as feed_seq, the epoch as record_id, the floor as revision. Then the rows of the feed in
// their order. `told` is what one has to say to the scope: 0 nothing (something later brings it),
// 1 what the record or the entry of the conflict log is now, 2 that it has left; 3 that the page is
// full of bytes before this row. $1 scope, $2 after, $3 limit, $4 bytes of bodies (one comes even
// when it has more). record_pkey, conflict_id_key. Bytes are read only when they are told (their
// number stands at their beginning). Every row looks up its own record (OFFSET 0): PostgreSQL,
// which takes any scope for small behind row-level security, would fetch the whole scope to join
// it. The other OFFSET 0 let it reckon something once instead of wherever it is used. `rows` are
// those of the feed.
#define BANGFU_FEED_PAGE(rows)                                                                   \
  "SELECT last_seq AS feed_seq, 0::smallint AS kind, epoch AS record_id, 0::smallint AS told, "  \
  "NULL::smallint AS type, floor_seq AS revision, NULL::ltree AS org, NULL::bytea AS body "      \
  "FROM feed_state UNION ALL (SELECT p.feed_seq, p.kind, p.record_id, "                          \
  "CASE WHEN p.bytes > $4::bigint AND p.bytes > p.size THEN 3::smallint ELSE p.told END, "       \
  "p.type, p.revision, p.org, CASE WHEN p.told = 1 "                                             \
  "AND (p.bytes <= $4::bigint OR p.bytes = p.size) THEN p.body END "                             \
  "FROM (SELECT f.feed_seq, f.kind, f.record_id, t.told, r.type, r.revision, r.org, "            \
  "coalesce(r.body, e.body) AS body, z.size, "                                                   \
  "sum(z.size) OVER (ORDER BY f.feed_seq ROWS UNBOUNDED PRECEDING) AS bytes FROM (" rows         \
  ") f "                                                                                         \
  "LEFT JOIN LATERAL (SELECT w.type, w.revision, w.org, w.body FROM record w "                   \
  "WHERE f.kind IN (1, 2) AND w.id = f.record_id OFFSET 0) r ON true "                           \
  "LEFT JOIN LATERAL (SELECT w.org, w.body FROM conflict w "                                     \
  "WHERE f.kind IN (3, 4) AND w.id = f.record_id OFFSET 0) e ON true "                           \
  "CROSS JOIN LATERAL (SELECT (CASE WHEN f.kind IN (2, 4) "                                      \
  "THEN CASE WHEN coalesce(r.org, e.org) <@ $1::ltree THEN 0 ELSE 2 END "                        \
  "WHEN coalesce(r.org, e.org) <@ $1::ltree AND (f.kind = 3 OR r.revision = f.revision) THEN 1 " \
  "ELSE 0 END)::smallint AS told OFFSET 0) t "                                                   \
  "CROSS JOIN LATERAL (SELECT CASE WHEN t.told = 1 "                                             \
  "THEN opened_size(coalesce(r.body, e.body)) ELSE 0 END AS size OFFSET 0) z) p)"

// These are prepared, so what they are planned for must not depend on their parameters: PostgreSQL
// then stays with one plan. A unit (the third level of orgs and below) has few rows. Index:
// feed_org_seq.
inline constexpr char kReadFeed[] = BANGFU_FEED_PAGE(
    "SELECT feed_seq, kind, record_id, revision FROM feed WHERE org <@ $1::ltree "
    "AND feed_seq > (SELECT $2::bigint) ORDER BY feed_seq LIMIT $3::bigint");

// A large part of the city has most of them. The condition is written as in BANGFU_WITHIN_SCOPE. A
// limit that is known would be held against the few rows that are expected, and the whole scope be
// sorted for one page. Index: feed_pkey.
inline constexpr char kReadWideFeed[] = BANGFU_FEED_PAGE(
    "SELECT feed_seq, kind, record_id, revision FROM feed "
    "WHERE nullif(org <@ $1::ltree, false) IS NOT NULL "
    "AND feed_seq > (SELECT $2::bigint) ORDER BY feed_seq LIMIT (SELECT $3::bigint)");

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
