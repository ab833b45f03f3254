#ifndef BANGFU_SERVER_STORE_POSTGRES_AUDIT_QUERIES_H_
#define BANGFU_SERVER_STORE_POSTGRES_AUDIT_QUERIES_H_

// Statements of the audit log. Parameters as in queries.h.
namespace bangfu::server::queries {

// Adds entries in the order of the array, but for those with a report id that is there already.
// $1 entries[], $2 report ids[], NULL for none, without repetition. Index: audit_report_pkey.
inline constexpr char kAppendAudit[] =
    "WITH given AS (SELECT decode(entry, 'hex') AS entry, report_id, place "
    "FROM unnest($1::text[], $2::uuid[]) WITH ORDINALITY AS n (entry, report_id, place)), "
    "fresh AS (INSERT INTO audit_report (report_id) SELECT report_id FROM given "
    "WHERE report_id IS NOT NULL ORDER BY report_id ON CONFLICT DO NOTHING RETURNING report_id) "
    "INSERT INTO audit_queue (entry) SELECT entry FROM given WHERE report_id IS NULL "
    "OR report_id IN (SELECT report_id FROM fresh) ORDER BY place";

// The same without report ids.
inline constexpr char kAuditRows[] = "audit_queue (entry)";

// ---- Chainer.

// Advisory lock of the one chainer of a database, until the end of its transaction; any number that
// nothing else uses.
inline constexpr char kTryChain[] = "SELECT pg_try_advisory_xact_lock(7021306)";

// Index: audit_log_pkey.
inline constexpr char kAuditHead[] =
    "SELECT sequence, hash FROM audit_log ORDER BY sequence DESC LIMIT 1";

// Committed entries. $1 limit. Index: audit_queue_pkey.
inline constexpr char kQueuedAudit[] =
    "SELECT id, entry FROM audit_queue ORDER BY id LIMIT $1::bigint";

// $1 sequences[], $2 entries[], $3 hashes[], $4 times[], $5 persons[], $6 orgs[], $7 actions[].
inline constexpr char kWriteAuditLog[] =
    "INSERT INTO audit_log (sequence, entry, hash, time, person_id, org, action) "
    "SELECT sequence, decode(entry, 'hex'), decode(hash, 'hex'), time, person_id, org, action "
    "FROM unnest($1::bigint[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], "
    "$6::ltree[], $7::smallint[]) AS n (sequence, entry, hash, time, person_id, org, action) "
    "ORDER BY sequence";

// $1 kinds[], $2 ids[], $3 sequences[].
inline constexpr char kWriteAuditMentions[] =
    "INSERT INTO audit_mention (kind, id, sequence) "
    "SELECT kind, id, sequence FROM unnest($1::smallint[], $2::text[], $3::bigint[]) "
    "AS n (kind, id, sequence) ORDER BY kind, id, sequence";

// Exactly what was chained: an entry with a lower id may have been committed since. $1 ids[].
// Index: audit_queue_pkey.
inline constexpr char kForgetQueuedAudit[] =
    "DELETE FROM audit_queue WHERE id = ANY ($1::bigint[])";

// ---- Reading.

// $1 after, $2 limit. Index: audit_log_pkey.
inline constexpr char kReadAudit[] =
    "SELECT sequence, entry, hash FROM audit_log WHERE sequence > $1::bigint ORDER BY sequence "
    "LIMIT $2::bigint";

// What has no org is shown to the city only. $1 scope.
#define BANGFU_AUDIT_SCOPE "(l.org <@ $1::ltree OR (l.org IS NULL AND nlevel($1::ltree) = 1))"

// $1 scope, $2 action or 0, $3 before or 0, $4 limit. Index: audit_log_org for a unit,
// audit_log_action for a rare action, audit_log_pkey for a large part of the city.
inline constexpr char kListAudit[] =
    "SELECT l.sequence, l.entry, l.hash FROM audit_log l WHERE " BANGFU_AUDIT_SCOPE
    " AND ($2::smallint = 0 OR l.action = $2::smallint) "
    "AND ($3::bigint = 0 OR l.sequence < $3::bigint) ORDER BY l.sequence DESC LIMIT $4::bigint";

// The same about a person or an object: $5 kind of mention, $6 its id; and $7 only by this person,
// or ''. Index: audit_mention_pkey, audit_log_pkey.
inline constexpr char kListAuditAbout[] =
    "SELECT l.sequence, l.entry, l.hash FROM audit_mention m "
    "JOIN audit_log l ON l.sequence = m.sequence "
    "WHERE m.kind = $5::smallint AND m.id = $6 AND " BANGFU_AUDIT_SCOPE
    " AND ($2::smallint = 0 OR l.action = $2::smallint) "
    "AND ($3::bigint = 0 OR m.sequence < $3::bigint) "
    "AND ($7 = '' OR EXISTS (SELECT FROM audit_mention p "
    "WHERE p.kind = 1 AND p.id = $7 AND p.sequence = m.sequence)) "
    "ORDER BY m.sequence DESC LIMIT $4::bigint";

#undef BANGFU_AUDIT_SCOPE

}  // namespace bangfu::server::queries

#endif  // BANGFU_SERVER_STORE_POSTGRES_AUDIT_QUERIES_H_
