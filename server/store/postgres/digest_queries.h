#ifndef BANGFU_SERVER_STORE_POSTGRES_DIGEST_QUERIES_H_
#define BANGFU_SERVER_STORE_POSTGRES_DIGEST_QUERIES_H_

#include "server/store/postgres/record_columns.h"

// Statements that tell which records are where. Parameters as in queries.h. Those that take ids
// look each up (OFFSET 0): PostgreSQL, which takes any scope for small behind row-level security,
// would fetch the whole scope beside them.
namespace bangfu::server::queries {

// Leaves of the parent's side when $2 is true.
#define BANGFU_LEAF "CASE WHEN $2::boolean THEN r.upstream_leaf ELSE r.leaf END"
#define BANGFU_OF_SIDE "(NOT $2::boolean OR r.upstream_leaf IS NOT NULL)"

// Number and sum of the leaves of a scope by bucket. $1 scope, $2 whether of the parent's side, $3
// buckets per group, $4 buckets[], empty for all. Index: record_org for a unit, record_bucket for
// some buckets; all buckets of a large part of the city read the table.
inline constexpr char kDigestSums[] =
    "SELECT r.bucket / $3::integer, count(*), bit_xor(" BANGFU_LEAF
    ") FROM record r WHERE " BANGFU_WITHIN_SCOPE(
        "r.org") " AND " BANGFU_OF_SIDE
                 " AND ($4::integer[] = '{}' OR r.bucket = ANY ($4::integer[])) GROUP BY 1 ORDER "
                 "BY 1";

// $1 scope, $2 whether of the parent's side, $3 buckets[]. Index: record_bucket or record_org.
inline constexpr char kDigestLeaves[] =
    "SELECT r.id, CASE WHEN $2::boolean THEN r.upstream_revision ELSE r.revision END, " BANGFU_LEAF
    " FROM record r WHERE " BANGFU_WITHIN_SCOPE(
        "r.org") " AND " BANGFU_OF_SIDE " AND r.bucket = ANY ($3::integer[]) ORDER BY r.id";

#undef BANGFU_LEAF
#undef BANGFU_OF_SIDE

// Records by id that fit into a page; one comes even when it has more. $1 scope, $2 ids[], $3 bytes
// of bodies. Index: record_pkey.
inline constexpr char kGetRecords[] =
    "SELECT " BANGFU_RECORD_COLUMNS
    " FROM (SELECT w.*, row_number() OVER so_far AS place, "
    "sum(opened_size(w.body)) OVER so_far AS bytes "
    "FROM (SELECT DISTINCT unnest($2::uuid[]) AS id) i CROSS JOIN LATERAL "
    "(SELECT * FROM record WHERE id = i.id AND org <@ $1::ltree OFFSET 0) w "
    "WINDOW so_far AS (ORDER BY w.id ROWS UNBOUNDED PRECEDING)) r "
    "WHERE r.place = 1 OR r.bytes <= $3::bigint ORDER BY r.id";

// Which ids are in a scope, and which were once. $1 scope, $2 ids[]. Index: record_pkey,
// record_former_org_pkey.
inline constexpr char kFindRecords[] =
    "SELECT i.id, w.id IS NOT NULL FROM (SELECT DISTINCT unnest($2::uuid[]) AS id) i "
    "LEFT JOIN LATERAL (SELECT id FROM record WHERE id = i.id AND org <@ $1::ltree OFFSET 0) w "
    "ON true LEFT JOIN LATERAL (SELECT record_id FROM record_former_org "
    "WHERE record_id = i.id AND org <@ $1::ltree LIMIT 1) l ON true "
    "WHERE w.id IS NOT NULL OR l.record_id IS NOT NULL";

// $1 scope. Index: record_org for a unit; a large part of the city reads the table.
inline constexpr char kCountByOrg[] =
    "SELECT org, count(*) FROM record WHERE " BANGFU_WITHIN_SCOPE("org") " GROUP BY org";

}  // namespace bangfu::server::queries

#endif  // BANGFU_SERVER_STORE_POSTGRES_DIGEST_QUERIES_H_
