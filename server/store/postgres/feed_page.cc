#include "server/store/postgres/feed_page.h"

#include <algorithm>
#include <set>
#include <string>

#include "server/store/postgres/places.h"
#include "server/store/postgres/rows.h"

namespace bangfu::server {
namespace {

// Columns of kReadFeed.
enum Column {
  kEpoch,
  kHead,
  kFloor,
  kFound,
  kSeq,
  kKind,
  kId,
  kInScope,
  kPresent,
  kEntry,
  kFirstOfRecord
};

}  // namespace

FeedPage FeedPageFrom(const pqxx::result& rows, int64_t after_seq, int limit,
                      const Sealer& sealer) {
  FeedPage page;
  page.epoch = TextOf(rows.at(0)[kEpoch]);
  page.head = IntOf(rows.at(0)[kHead]);
  page.floor = IntOf(rows.at(0)[kFloor]);
  int64_t last = after_seq;
  int feed_rows = 0;
  std::set<std::string> seen_records, seen_entries;
  for (const auto& row : rows) {
    if (row[kSeq].is_null()) break;  // the one row of an empty page
    ++feed_rows;
    last = IntOf(row[kSeq]);
    const auto kind = static_cast<QueueEntry::Kind>(IntOf(row[kKind]));
    const bool leave = kind == QueueEntry::Kind::kLeave || kind == QueueEntry::Kind::kConflictLeave;
    const bool left = leave && !BoolOf(row[kInScope]);
    const bool present = BoolOf(row[kPresent]);
    if (!left && !present) continue;
    const bool of_record = kind == QueueEntry::Kind::kUpsert || kind == QueueEntry::Kind::kLeave;
    std::string id = TextOf(row[kId]);
    if (!(of_record ? seen_records : seen_entries).insert(id).second) continue;
    if (left) {
      (of_record ? page.left_record_ids : page.left_conflict_ids).push_back(std::move(id));
    } else if (of_record) {
      page.records.push_back(RecordFrom(row, kFirstOfRecord, sealer));
    } else {
      page.conflicts.push_back(OpenedMessage<v1::Conflict>(sealer, ConflictPlace(id), row[kEntry]));
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
