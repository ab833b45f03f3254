#include "server/store/postgres/feed_page.h"

#include <algorithm>
#include <set>
#include <string>

#include "server/store/postgres/rows.h"

namespace bangfu::server {
namespace {

// Columns of kReadFeed.
enum Column { kEpoch, kHead, kFound, kSeq, kKind, kRecordId, kInScope, kPresent, kFirstOfRecord };

constexpr int64_t kLeave = 2;  // change_queue.kind

bool IsTrue(const pqxx::field& field) { return !field.is_null() && field.as<bool>(); }

}  // namespace

FeedPage FeedPageFrom(const pqxx::result& rows, int64_t after_seq, int limit) {
  FeedPage page;
  page.epoch = TextOf(rows.at(0)[kEpoch]);
  page.head = IntOf(rows.at(0)[kHead]);
  int64_t last = after_seq;
  int feed_rows = 0;
  std::set<std::string> seen;
  for (const auto& row : rows) {
    if (row[kSeq].is_null()) break;  // the one row of an empty page
    ++feed_rows;
    last = IntOf(row[kSeq]);
    const bool left = IntOf(row[kKind]) == kLeave && !IsTrue(row[kInScope]);
    const bool present = IsTrue(row[kPresent]);
    if (!left && !present) continue;
    std::string id = TextOf(row[kRecordId]);
    if (!seen.insert(id).second) continue;
    if (left) {
      page.left_record_ids.push_back(std::move(id));
    } else {
      page.records.push_back(RecordFrom(row, kFirstOfRecord));
    }
  }
  // Past the last row of a page that is full neither of rows nor of bytes there is nothing for this
  // scope up to the head, which was read in the same snapshot.
  const bool full = feed_rows == limit || (feed_rows > 0 && feed_rows < IntOf(rows.at(0)[kFound]));
  page.next_seq = full ? last : std::max(after_seq, page.head);
  page.caught_up = page.next_seq >= page.head;
  return page;
}

}  // namespace bangfu::server
