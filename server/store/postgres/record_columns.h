#ifndef BANGFU_SERVER_STORE_POSTGRES_RECORD_COLUMNS_H_
#define BANGFU_SERVER_STORE_POSTGRES_RECORD_COLUMNS_H_

#include <algorithm>

#include "absl/strings/string_view.h"

// The columns that RecordFrom() reads, in its order; `r` is the record.
#define BANGFU_RECORD_COLUMNS                                                              \
  "r.id, r.type, r.revision, r.upstream_revision, r.org, r.archive_id, r.status, r.tier, " \
  "r.category, r.number, r.on_date, r.body"

// Scopes with so many levels of orgs, or fewer, are large parts of the city: itself, a district, an
// industry. Below are units, which are small.
#define BANGFU_WIDE_LEVELS 2
#define BANGFU_TEXT(number) #number
#define BANGFU_TEXT_OF(macro) BANGFU_TEXT(macro)
#define BANGFU_SCOPE_IS_WIDE "nlevel($1::ltree) <= " BANGFU_TEXT_OF(BANGFU_WIDE_LEVELS)

namespace bangfu::server {
// BANGFU_SCOPE_IS_WIDE.
inline bool IsWide(absl::string_view scope) {
  return std::count(scope.begin(), scope.end(), '.') < BANGFU_WIDE_LEVELS;
}
}  // namespace bangfu::server

// Whether an org lies within the scope $1, for statements of the reader that read many rows.
// Row-level security has already filtered by the same scope (store_roles.h) and can use an index
// for that; behind it PostgreSQL sees no statistics and takes every such condition for true of one
// row in a hundred. So the condition is written as one that is true of nearly all rows, and for
// small scopes once more, as one that few satisfy.
#define BANGFU_WITHIN_SCOPE(org)       \
  "nullif(" org                        \
  " <@ $1::ltree, false) IS NOT NULL " \
  "AND (" BANGFU_SCOPE_IS_WIDE " OR " org " <@ $1::ltree)"

#endif  // BANGFU_SERVER_STORE_POSTGRES_RECORD_COLUMNS_H_
