#include "server/store/postgres/feed_page.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "server/store/postgres/places.h"
#include "server/store/postgres/rows.h"

namespace bangfu::server {
namespace {

// Columns of the statement.
enum Column { kSeq, kKind, kId, kTold, kType, kRevision, kOrg, kBody };

// What a row has to say to the scope.
enum class Told { kNothing = 0, kPresent = 1, kLeft = 2, kDidNotFit = 3 };

void FillRecord(const BinaryRows& rows, int row, const Sealer& sealer, v1::Record& record) {
  record.set_type(static_cast<v1::RecordType>(rows.Int(row, kType)));
  record.set_id(rows.Uuid(row, kId));
  record.set_revision(rows.Int(row, kRevision));
  record.set_org(rows.Path(row, kOrg));
  record.set_body(OpenedBytes(sealer, RecordPlace(record.id()), rows.Bytes(row, kBody)));
}

v1::Conflict ConflictAt(const BinaryRows& rows, int row, const Sealer& sealer) {
  v1::Conflict conflict;
  ParseBytes(OpenedBytes(sealer, ConflictPlace(rows.Uuid(row, kId)), rows.Bytes(row, kBody)),
             conflict);
  return conflict;
}

}  // namespace

FeedRows::FeedRows(BinaryRows rows, int64_t after_seq, int limit) : rows_(std::move(rows)) {
  if (rows_.size() == 0 || rows_.Int(0, kKind) != 0)
    throw std::runtime_error("the state of the feed is missing");
  page_.head = rows_.Int(0, kSeq);
  page_.epoch = rows_.Uuid(0, kId);
  page_.floor = rows_.Int(0, kRevision);
  int64_t last = after_seq;
  bool full = rows_.size() - 1 == limit;
  absl::flat_hash_set<absl::string_view> seen_records, seen_entries;  // ids, as the rows have them
  for (int row = 1; row < rows_.size(); ++row) {
    const int64_t seq = rows_.Int(row, kSeq);
    if (seq <= last) throw std::runtime_error("the feed is not in order");
    const auto told = static_cast<Told>(rows_.Int(row, kTold));
    if (told == Told::kDidNotFit) {
      full = true;
      break;
    }
    last = seq;
    if (told == Told::kNothing) continue;
    const auto kind = static_cast<QueueEntry::Kind>(rows_.Int(row, kKind));
    const bool of_record = kind == QueueEntry::Kind::kUpsert || kind == QueueEntry::Kind::kLeave;
    if (!(of_record ? seen_records : seen_entries).insert(rows_.Bytes(row, kId)).second) continue;
    if (told == Told::kLeft) {
      (of_record ? page_.left_record_ids : page_.left_conflict_ids).push_back(rows_.Uuid(row, kId));
    } else {
      (of_record ? records_ : conflicts_).push_back(row);
    }
  }
  // Past the last row of a page that is full neither of rows nor of bytes there is nothing for this
  // scope up to the head, which was read in the same snapshot.
  page_.next_seq = full ? last : std::max(after_seq, page_.head);
  page_.caught_up = page_.next_seq >= page_.head;
}

FeedPage FeedRows::Open(const Sealer& sealer) && {
  page_.records.Reserve(static_cast<int>(records_.size()));
  for (const int row : records_) FillRecord(rows_, row, sealer, *page_.records.Add());
  for (const int row : conflicts_) page_.conflicts.push_back(ConflictAt(rows_, row, sealer));
  return std::move(page_);
}

}  // namespace bangfu::server
