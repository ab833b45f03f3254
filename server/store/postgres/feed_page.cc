#include "server/store/postgres/feed_page.h"

#include <algorithm>
#include <future>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "server/store/postgres/places.h"
#include "server/store/postgres/rows.h"

namespace bangfu::server {
namespace {

// Columns of the statement.
enum Column { kSeq, kKind, kId, kTold, kType, kRevision, kOrg, kBody };

// What a row has to say to the scope.
enum class Told { kNothing = 0, kPresent = 1, kLeft = 2, kDidNotFit = 3 };

// Fewer are not worth a thread.
constexpr size_t kOpenedAlone = 64;

// A record on the page, but for its body, and the row that it stands in.
struct RecordRow {
  v1::Record* record;
  int row;
};

void FillRecord(const BinaryRows& rows, int row, v1::Record& record) {
  record.set_type(static_cast<v1::RecordType>(rows.Int(row, kType)));
  record.set_id(rows.Uuid(row, kId));
  record.set_revision(rows.Int(row, kRevision));
  record.set_org(rows.Path(row, kOrg));
}

// Opens the bodies in two threads: the session has nothing to do until they are opened.
void OpenBodies(const BinaryRows& rows, absl::Span<const RecordRow> found, const Sealer& sealer) {
  const auto open = [&rows, &sealer](absl::Span<const RecordRow> part) {
    for (const auto& [record, row] : part)
      record->set_body(OpenedBytes(sealer, RecordPlace(record->id()), rows.Bytes(row, kBody)));
  };
  if (found.size() < kOpenedAlone) return open(found);
  const size_t half = found.size() / 2;
  // When there is no thread left, in get().
  std::future<void> rest =
      std::async(std::launch::async | std::launch::deferred, open, found.subspan(half));
  open(found.subspan(0, half));
  rest.get();
}

v1::Conflict ConflictAt(const BinaryRows& rows, int row, const Sealer& sealer) {
  v1::Conflict conflict;
  ParseBytes(OpenedBytes(sealer, ConflictPlace(rows.Uuid(row, kId)), rows.Bytes(row, kBody)),
             conflict);
  return conflict;
}

}  // namespace

FeedPage FeedPageFrom(const BinaryRows& rows, int64_t after_seq, int limit, const Sealer& sealer) {
  FeedPage page;
  if (rows.size() == 0 || rows.Int(0, kKind) != 0)
    throw std::runtime_error("the state of the feed is missing");
  page.head = rows.Int(0, kSeq);
  page.epoch = rows.Uuid(0, kId);
  page.floor = rows.Int(0, kRevision);
  page.records.Reserve(rows.size() - 1);
  int64_t last = after_seq;
  bool full = rows.size() - 1 == limit;
  std::vector<RecordRow> found;
  std::set<absl::string_view> seen_records, seen_entries;  // ids, as the rows have them
  for (int row = 1; row < rows.size(); ++row) {
    const int64_t seq = rows.Int(row, kSeq);
    if (seq <= last) throw std::runtime_error("the feed is not in order");
    const auto told = static_cast<Told>(rows.Int(row, kTold));
    if (told == Told::kDidNotFit) {
      full = true;
      break;
    }
    last = seq;
    if (told == Told::kNothing) continue;
    const auto kind = static_cast<QueueEntry::Kind>(rows.Int(row, kKind));
    const bool of_record = kind == QueueEntry::Kind::kUpsert || kind == QueueEntry::Kind::kLeave;
    if (!(of_record ? seen_records : seen_entries).insert(rows.Bytes(row, kId)).second) continue;
    if (told == Told::kLeft) {
      (of_record ? page.left_record_ids : page.left_conflict_ids).push_back(rows.Uuid(row, kId));
    } else if (of_record) {
      found.push_back({page.records.Add(), row});
      FillRecord(rows, row, *found.back().record);
    } else {
      page.conflicts.push_back(ConflictAt(rows, row, sealer));
    }
  }
  OpenBodies(rows, found, sealer);
  // Past the last row of a page that is full neither of rows nor of bytes there is nothing for this
  // scope up to the head, which was read in the same snapshot.
  page.next_seq = full ? last : std::max(after_seq, page.head);
  page.caught_up = page.next_seq >= page.head;
  return page;
}

}  // namespace bangfu::server
