#ifndef BANGFU_SERVER_STORE_POSTGRES_RECORD_COLUMNS_H_
#define BANGFU_SERVER_STORE_POSTGRES_RECORD_COLUMNS_H_

// The columns that RecordFrom() reads, in its order; `r` is the record.
#define BANGFU_RECORD_COLUMNS                                                              \
  "r.id, r.type, r.revision, r.upstream_revision, r.org, r.archive_id, r.status, r.tier, " \
  "r.category, r.number, r.on_date, r.body"

// Whether an org lies within the scope $1, for statements of the reader that read many rows.
// Row-level security has already filtered by the same scope (store_roles.h) and can use an index
// for that; behind it PostgreSQL sees no statistics and takes every such condition for true of one
// row in a hundred. So the condition is written as one that is true of nearly all rows, and for
// small scopes (units, the third level of orgs and below) once more, as one that few satisfy.
#define BANGFU_WITHIN_SCOPE(org)       \
  "nullif(" org                        \
  " <@ $1::ltree, false) IS NOT NULL " \
  "AND (nlevel($1::ltree) <= 2 OR " org " <@ $1::ltree)"

// A limit beside it. For large scopes it is hidden in a SELECT: known, it would be held against the
// few rows that are expected, and the whole scope be sorted for one page.
#define BANGFU_SCOPE_LIMIT(limit)                              \
  "LIMIT CASE WHEN nlevel($1::ltree) <= 2 THEN (SELECT " limit \
  "::bigint) "                                                 \
  "ELSE " limit "::bigint END"

#endif  // BANGFU_SERVER_STORE_POSTGRES_RECORD_COLUMNS_H_
