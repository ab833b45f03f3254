#ifndef BANGFU_SERVER_STORE_POSTGRES_DIGEST_QUERIES_H_
#define BANGFU_SERVER_STORE_POSTGRES_DIGEST_QUERIES_H_

#include "server/store/postgres/record_columns.h"

// Statements that tell which records are where. Parameters as in queries.h.
namespace bangfu::server::queries {

// Leaves of the parent's side when $2 is true.
#define BANGFU_LEAF "CASE WHEN $2::boolean THEN r.upstream_leaf ELSE r.leaf END"
#define BANGFU_OF_SIDE "(NOT $2::boolean OR r.upstream_leaf IS NOT NULL)"

// Number and sum of the leaves of a scope by bucket. $1 scope, $2 whether of the parent's side, $3
// buckets per group, $4 buckets[], empty for all. Index: record_org for a unit, record_bucket for
// some buckets; all buckets of a large part of the city read the table.
inline constexpr char kDigestSums[] =
    "SELECT r.bucket / $3::integer, count(*), bit_xor(" BANGFU_LEAF
    ") FROM record r WHERE r.org <@ $1::ltree AND " BANGFU_OF_SIDE
    " AND ($4::integer[] = '{}' OR r.bucket = ANY ($4::integer[])) GROUP BY 1 ORDER BY 1";

// $1 scope, $2 whether of the parent's side, $3 buckets[]. Index: record_bucket or record_org.
inline constexpr char kDigestLeaves[] =
    "SELECT r.id, CASE WHEN $2::boolean THEN r.upstream_revision ELSE r.revision END, " BANGFU_LEAF
    " FROM record r WHERE r.org <@ $1::ltree AND " BANGFU_OF_SIDE
    " AND r.bucket = ANY ($3::integer[]) ORDER BY r.id";

#undef BANGFU_LEAF
#undef BANGFU_OF_SIDE

// Records by id that fit into a page; one comes even when it has more. $1 scope, $2 ids[], $3 bytes
// of bodies. Index: record_pkey.
inline constexpr char kGetRecords[] =
    "SELECT " BANGFU_RECORD_COLUMNS
    " FROM (SELECT w.*, row_number() OVER so_far AS place, "
    "sum(octet_length(w.body)) OVER so_far AS bytes "
    "FROM record w WHERE w.id = ANY ($2::uuid[]) AND w.org <@ $1::ltree "
    "WINDOW so_far AS (ORDER BY w.id ROWS UNBOUNDED PRECEDING)) r "
    "WHERE r.place = 1 OR r.bytes <= $3::bigint ORDER BY r.id";

// Which ids are in a scope, and which were once. $1 scope, $2 ids[]. Index: record_pkey,
// record_former_org_pkey.
inline constexpr char kFindRecords[] =
    "WITH inside AS (SELECT id FROM record WHERE id = ANY ($2::uuid[]) AND org <@ $1::ltree) "
    "SELECT id, true FROM inside UNION ALL "
    "SELECT DISTINCT record_id, false FROM record_former_org "
    "WHERE record_id = ANY ($2::uuid[]) AND org <@ $1::ltree "
    "AND record_id NOT IN (SELECT id FROM inside)";

// $1 scope. Index: record_org for a unit; a large part of the city reads the table.
inline constexpr char kCountByOrg[] =
    "SELECT org, count(*) FROM record WHERE org <@ $1::ltree GROUP BY org";

}  // namespace bangfu::server::queries

#endif  // BANGFU_SERVER_STORE_POSTGRES_DIGEST_QUERIES_H_
