#include "server/store/postgres/feed_page.h"

#include <algorithm>
#include <set>
#include <stdexcept>
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
  kRecordId,
  kType,
  kRevision,
  kUpstreamRevision,
  kOrg,
  kArchiveId,
  kStatus,
  kTier,
  kCategory,
  kNumber,
  kOnDate,
  kBody
};

StoredRecord RecordAt(const BinaryRows& rows, int row, const Sealer& sealer) {
  StoredRecord record;
  record.id = rows.Uuid(row, kRecordId);
  record.type = static_cast<v1::RecordType>(rows.Int(row, kType));
  record.revision = rows.Int(row, kRevision);
  record.upstream_revision = rows.Int(row, kUpstreamRevision);
  record.org = rows.Path(row, kOrg);
  record.columns.archive_id = rows.Uuid(row, kArchiveId);
  record.columns.status = static_cast<v1::ArchiveStatus>(rows.Int(row, kStatus));
  record.columns.tier = static_cast<v1::Tier>(rows.Int(row, kTier));
  record.columns.category = static_cast<v1::HardshipCategory>(rows.Int(row, kCategory));
  record.columns.number = std::string(rows.Bytes(row, kNumber));
  record.columns.on_date = std::string(rows.Bytes(row, kOnDate));
  record.body = OpenedBytes(sealer, RecordPlace(record.id), rows.Bytes(row, kBody));
  return record;
}

v1::Conflict ConflictAt(const BinaryRows& rows, int row, absl::string_view id,
                        const Sealer& sealer) {
  v1::Conflict conflict;
  ParseBytes(OpenedBytes(sealer, ConflictPlace(id), rows.Bytes(row, kEntry)), conflict);
  return conflict;
}

}  // namespace

FeedPage FeedPageFrom(const BinaryRows& rows, int64_t after_seq, int limit, const Sealer& sealer) {
  FeedPage page;
  if (rows.size() == 0) throw std::runtime_error("the state of the feed is missing");
  page.epoch = rows.Uuid(0, kEpoch);
  page.head = rows.Int(0, kHead);
  page.floor = rows.Int(0, kFloor);
  int64_t last = after_seq;
  int feed_rows = 0;
  std::set<std::string> seen_records, seen_entries;
  for (int row = 0; row < rows.size(); ++row) {
    if (rows.IsNull(row, kSeq)) break;  // the one row of an empty page
    ++feed_rows;
    last = rows.Int(row, kSeq);
    const auto kind = static_cast<QueueEntry::Kind>(rows.Int(row, kKind));
    const bool leave = kind == QueueEntry::Kind::kLeave || kind == QueueEntry::Kind::kConflictLeave;
    const bool left = leave && !rows.Bool(row, kInScope);
    const bool present = rows.Bool(row, kPresent);
    if (!left && !present) continue;
    const bool of_record = kind == QueueEntry::Kind::kUpsert || kind == QueueEntry::Kind::kLeave;
    std::string id = rows.Uuid(row, kId);
    if (!(of_record ? seen_records : seen_entries).insert(id).second) continue;
    if (left) {
      (of_record ? page.left_record_ids : page.left_conflict_ids).push_back(std::move(id));
    } else if (of_record) {
      page.records.push_back(RecordAt(rows, row, sealer));
    } else {
      page.conflicts.push_back(ConflictAt(rows, row, id, sealer));
    }
  }
  // Past the last row of a page that is full neither of rows nor of bytes there is nothing for this
  // scope up to the head, which was read in the same snapshot.
  const bool full = feed_rows == limit || (feed_rows > 0 && feed_rows < rows.Int(0, kFound));
  page.next_seq = full ? last : std::max(after_seq, page.head);
  page.caught_up = page.next_seq >= page.head;
  return page;
}

}  // namespace bangfu::server
