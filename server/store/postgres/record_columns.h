#ifndef BANGFU_SERVER_STORE_POSTGRES_RECORD_COLUMNS_H_
#define BANGFU_SERVER_STORE_POSTGRES_RECORD_COLUMNS_H_

// The columns that RecordFrom() reads, in its order; `r` is the record.
#define BANGFU_RECORD_COLUMNS                                                              \
  "r.id, r.type, r.revision, r.upstream_revision, r.org, r.archive_id, r.status, r.tier, " \
  "r.category, r.number, r.on_date, r.body"

#endif  // BANGFU_SERVER_STORE_POSTGRES_RECORD_COLUMNS_H_
