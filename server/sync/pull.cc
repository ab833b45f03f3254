#include "server/sync/pull.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/test_hooks.h"

namespace bangfu::server {
namespace {

constexpr char kCursorVersion[] = "1";

absl::Status BadCursor() {
  return ErrorBuilder(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_BAD_CURSOR,
                      {"同步位置无效；请从头拉取。",
                       "The cursor is not one of this node; pull from the start."})
      .Build();
}

absl::Status EpochChanged(absl::string_view epoch) {
  return ErrorBuilder(absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_EPOCH_CHANGED,
                      {"节点数据已重建或恢复到较早的备份，或管辖范围已变；请从头拉取。",
                       "The feed began anew or was restored to an earlier state, or the scope "
                       "changed; pull from the start."})
      .With("epoch", epoch)
      .Build();
}

absl::Status CursorTooOld() {
  return ErrorBuilder(absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_CURSOR_TOO_OLD,
                      {"本机太久没有同步，其间移出的记录已不再逐条通知；请与上级比对。",
                       "This replica has not synced for so long that the feed before its cursor is "
                       "gone; compare with the server."})
      .Build();
}

}  // namespace

v1::Record ToWire(StoredRecord&& stored) {
  v1::Record record;
  record.set_type(stored.type);
  record.set_id(std::move(stored.id));
  record.set_revision(stored.revision);
  record.set_org(std::move(stored.org));
  record.set_body(std::move(stored.body));
  return record;
}

std::string EncodeCursor(const Cursor& cursor) {
  return absl::StrCat(kCursorVersion, "|", cursor.epoch, "|", cursor.feed_seq, "|", cursor.scope,
                      "|", cursor.floor);
}

absl::StatusOr<Cursor> DecodeCursor(absl::string_view bytes) {
  const std::vector<std::string> parts = absl::StrSplit(bytes, '|');
  Cursor cursor;
  const bool with_floor = parts.size() == 5;  // older programs gave cursors without one
  if ((parts.size() != 4 && !with_floor) || parts[0] != kCursorVersion ||
      !absl::SimpleAtoi(parts[2], &cursor.feed_seq) || cursor.feed_seq < 0 ||
      (with_floor && (!absl::SimpleAtoi(parts[4], &cursor.floor) || cursor.floor < 0))) {
    return BadCursor();
  }
  cursor.epoch = parts[1];
  cursor.scope = parts[3];
  return cursor;
}

absl::StatusOr<SealedBatch> FetchBatch(Store& store, const domain::OrgTree& orgs,
                                       const Principal& principal, absl::string_view cursor,
                                       int max_records) {
  const std::string scope = orgs.ReadScope(principal.org);
  Cursor from{"", 0, scope};
  if (!cursor.empty()) {
    auto decoded = DecodeCursor(cursor);
    if (!decoded.ok()) return decoded.status();
    from = std::move(*decoded);
    if (from.scope != scope) return EpochChanged(from.epoch);
  }
  const int limit = max_records <= 0 ? limits::kDefaultPullBatchRecords
                                     : std::min(max_records, limits::kMaxPullBatchRecords);
  auto page = store.FetchFeed(scope, from.feed_seq, limit);
  if (!page.ok()) return page.status();
  if (!from.epoch.empty() && from.epoch != page->epoch) return EpochChanged(page->epoch);
  // The child saw what this node no longer has: a restored dump, a failover to a late standby.
  if (from.feed_seq > page->head) return EpochChanged(page->epoch);
  // What was compacted before a child began is not missed: it has nothing to let go of.
  const bool began_before = from.floor < page->floor;
  if (from.feed_seq > 0 && from.feed_seq < page->floor && began_before) return CursorTooOld();
  BANGFU_STEP("pull.page_read");

  if (BANGFU_SEEDED_BUG("cursor_skips")) page->next_seq = page->head;
  std::string next = EncodeCursor({page->epoch, page->next_seq, scope, page->floor});
  return SealedBatch{std::move(next), *std::move(page)};
}

absl::StatusOr<v1::PullResponse> OpenBatch(SealedBatch batch) {
  auto page = std::move(batch.page.open)();
  if (!page.ok()) return page.status();
  v1::PullResponse response;
  response.mutable_records()->Swap(&page->records);
  for (std::string& id : page->left_record_ids) response.add_left_record_ids(std::move(id));
  for (v1::Conflict& conflict : page->conflicts) *response.add_conflicts() = std::move(conflict);
  for (std::string& id : page->left_conflict_ids) response.add_left_conflict_ids(std::move(id));
  response.set_next_cursor(std::move(batch.next_cursor));
  response.set_caught_up(batch.page.caught_up);
  return response;
}

absl::StatusOr<v1::PullResponse> ReadBatch(Store& store, const domain::OrgTree& orgs,
                                           const Principal& principal, absl::string_view cursor,
                                           int max_records) {
  auto batch = FetchBatch(store, orgs, principal, cursor, max_records);
  if (!batch.ok()) return batch.status();
  return OpenBatch(*std::move(batch));
}

}  // namespace bangfu::server
