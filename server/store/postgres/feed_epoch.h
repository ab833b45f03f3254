#ifndef BANGFU_SERVER_STORE_POSTGRES_FEED_EPOCH_H_
#define BANGFU_SERVER_STORE_POSTGRES_FEED_EPOCH_H_

#include <pqxx/pqxx>

namespace bangfu::server {

// Store::BeginEpochIfMoved in a transaction, which the caller commits. The first time it only
// remembers which database this is. A database that lives in another cluster now, on another
// timeline or under another oid of the same cluster (a dump that was restored beside) has moved.
// Where PostgreSQL's rights were tightened so that this cannot be asked, it has not. Throws what
// libpqxx throws.
bool BeginEpochWhenMoved(pqxx::transaction_base& work);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_FEED_EPOCH_H_
