#ifndef BANGFU_SERVER_STORE_POSTGRES_UPSTREAM_QUERIES_H_
#define BANGFU_SERVER_STORE_POSTGRES_UPSTREAM_QUERIES_H_

// Statements of the line to the parent. Parameters as in queries.h.
namespace bangfu::server::queries {

// ---- Writing.

// $1 record ids[], $2 change ids[], $3 changes[]. Positions follow the order of the array.
inline constexpr char kWriteUpstream[] =
    "INSERT INTO upstream_queue (record_id, change_id, change) "
    "SELECT record_id, change_id, decode(change, 'hex') "
    "FROM unnest($1::uuid[], $2::uuid[], $3::text[]) WITH ORDINALITY "
    "AS n (record_id, change_id, change, place) ORDER BY place";

// What the parent has answered is kept at its position. $1 positions[]. Index: upstream_queue_pkey.
inline constexpr char kFinishUpstream[] =
    "WITH done AS (DELETE FROM upstream_queue WHERE position = ANY ($1::bigint[]) "
    "RETURNING position, record_id, change_id, change) "
    "INSERT INTO upstream_sent (position, record_id, change_id, change) "
    "SELECT position, record_id, change_id, change FROM done";

// $1 positions[], $2 outcomes[], $3 whether it was parked[]. Index: upstream_queue_pkey.
inline constexpr char kRefuseUpstream[] =
    "UPDATE upstream_queue q SET refused = true, parked = n.parked, "
    "outcome = decode(n.outcome, 'hex') "
    "FROM unnest($1::bigint[], $2::text[], $3::boolean[]) AS n (position, outcome, parked) "
    "WHERE q.position = n.position";

// $1 cursor as hexadecimal.
inline constexpr char kWriteUpstreamCursor[] =
    "UPDATE upstream_state SET cursor = decode($1, 'hex')";

// Puts the first answered changes back at their positions, which are before those of all that came
// later. $1 limit. Index: upstream_sent_pkey to find them, the table to take so many.
inline constexpr char kRequeueSent[] =
    "WITH back AS (DELETE FROM upstream_sent WHERE position IN ("
    "SELECT position FROM upstream_sent ORDER BY position LIMIT $1::bigint) "
    "RETURNING position, record_id, change_id, change) "
    "INSERT INTO upstream_queue (position, record_id, change_id, change, reoffer) "
    "OVERRIDING SYSTEM VALUE SELECT position, record_id, change_id, change, true FROM back";

// What waits was entered on revisions of the earlier epoch as well. Index: upstream_line.
inline constexpr char kReofferWaiting[] =
    "UPDATE upstream_queue SET reoffer = true WHERE NOT refused AND NOT reoffer";

// What the parent had parked lies only in its log. $1 limit. Index: upstream_parked.
inline constexpr char kRequeueParked[] =
    "UPDATE upstream_queue SET refused = false, parked = false, outcome = NULL, reoffer = true "
    "WHERE position IN (SELECT position FROM upstream_queue WHERE parked LIMIT $1::bigint)";

// $1 answered before, $2 limit. Index: upstream_sent_answered.
inline constexpr char kPurgeSent[] =
    "DELETE FROM upstream_sent WHERE position IN (SELECT position FROM upstream_sent "
    "WHERE answered_at < $1::timestamptz ORDER BY answered_at LIMIT $2::bigint)";

// $1 time.
inline constexpr char kNoteUpstreamSync[] = "UPDATE upstream_state SET synced_at = $1::timestamptz";
inline constexpr char kNoteUpstreamVerified[] =
    "UPDATE upstream_state SET verified_at = $1::timestamptz";

// ---- Reading.

// Unanswered changes of records. $1 record ids[]. Index: upstream_record.
inline constexpr char kPendingUpstream[] =
    "SELECT record_id, change_id, change FROM upstream_queue "
    "WHERE record_id = ANY ($1::uuid[]) AND NOT refused ORDER BY position";

// $1 limit. Index: upstream_line.
inline constexpr char kReadUpstream[] =
    "SELECT position, change_id, change, reoffer FROM upstream_queue WHERE NOT refused ORDER BY "
    "position "
    "LIMIT $1::bigint";

// Records with unanswered changes. $1 limit. Index: upstream_record.
inline constexpr char kPendingRecords[] =
    "SELECT DISTINCT record_id FROM upstream_queue WHERE NOT refused ORDER BY record_id "
    "LIMIT $1::bigint";

inline constexpr char kUpstreamState[] =
    "SELECT s.cursor, (extract(epoch FROM s.synced_at) * 1000000)::bigint, "
    "(extract(epoch FROM s.verified_at) * 1000000)::bigint, q.pending, q.refused, q.first "
    "FROM upstream_state s CROSS JOIN (SELECT count(*) FILTER (WHERE NOT refused) AS pending, "
    "count(*) FILTER (WHERE refused) AS refused, "
    "coalesce(min(position) FILTER (WHERE NOT refused), 0) AS first FROM upstream_queue) q";

// ---- Receipts.

// $1 change ids[]. Index: change_log_pkey, upstream_change.
inline constexpr char kTraceChanges[] =
    "SELECT c.change_id, c.record_id, c.pushed_by, c.digest, c.outcome, c.forwarded, c.receipt, "
    "c.change_id IN (SELECT q.change_id FROM upstream_queue q "
    "WHERE q.change_id = ANY ($1::uuid[]) AND NOT q.refused) "
    "FROM change_log c WHERE c.change_id = ANY ($1::uuid[])";

// Those whose receipt is oldest, so that each has its turn. $1 limit. Index: change_log_unsettled.
inline constexpr char kUnsettledChanges[] =
    "SELECT change_id FROM change_log WHERE receipt IS NOT NULL AND NOT settled "
    "ORDER BY receipt_at LIMIT $1::bigint";

}  // namespace bangfu::server::queries

#endif  // BANGFU_SERVER_STORE_POSTGRES_UPSTREAM_QUERIES_H_
