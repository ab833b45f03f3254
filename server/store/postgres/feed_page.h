#ifndef BANGFU_SERVER_STORE_POSTGRES_FEED_PAGE_H_
#define BANGFU_SERVER_STORE_POSTGRES_FEED_PAGE_H_

#include <cstdint>
#include <vector>

#include "server/seal/sealer.h"
#include "server/store/postgres/binary_rows.h"
#include "server/store/store.h"

namespace bangfu::server {

// A page in the rows of kReadFeed or kReadWideFeed. Every record is in it at most once: as it is
// now, or as left when it is no longer in the scope (a record that moved inside the scope has left
// one org, but not the reader). The same goes for entries of the conflict log.
class FeedRows {
 public:
  // Throws as rows.h and binary_rows.h do; Open, too.
  FeedRows(BinaryRows rows, int64_t after_seq, int limit);

  const FeedPlace& place() const { return page_; }

  FeedPage Open(const Sealer& sealer) &&;

 private:
  BinaryRows rows_;
  FeedPage page_;  // but for the records and entries in these rows
  std::vector<int> records_, conflicts_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_FEED_PAGE_H_
