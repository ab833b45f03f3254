#ifndef BANGFU_SERVER_STORE_POSTGRES_FEED_COMPACTION_H_
#define BANGFU_SERVER_STORE_POSTGRES_FEED_COMPACTION_H_

#include <cstdint>
#include <pqxx/pqxx>

#include "absl/time/time.h"

namespace bangfu::server {

// Store::CompactFeed in a transaction, which the caller commits. Goes round: where one call ends
// the next begins, and after the last row that may go from the first one, because a row that is
// needed today is outdated when its record has changed again. Throws what libpqxx throws.
int64_t CompactFeedRows(pqxx::transaction_base& work, absl::Time live_after, int limit);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_FEED_COMPACTION_H_
