// The feed of PostgresStore, and those who read it.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "domain/rules/org_tree.h"
#include "server/store/postgres/array_literal.h"
#include "server/store/postgres/feed_compaction.h"
#include "server/store/postgres/feed_epoch.h"
#include "server/store/postgres/feed_page.h"
#include "server/store/postgres/feed_queries.h"
#include "server/store/postgres/postgres_feed_listener.h"
#include "server/store/postgres/postgres_sequencer.h"
#include "server/store/postgres/postgres_store.h"
#include "server/store/postgres/record_columns.h"
#include "server/store/postgres/rows.h"
#include "server/store/postgres/sql_failure.h"

namespace bangfu::server {
namespace {

// Which power of four: the edition of a prepared statement. It is planned for tables as large as
// they were then; when they have grown that much it is prepared anew.
int Magnitude(int64_t size) {
  int magnitude = 0;
  for (; size > 0; size /= 4) ++magnitude;
  return magnitude;
}

absl::StatusOr<FeedPage> Opened(FeedRows rows, const Sealer& sealer) {
  try {
    return std::move(rows).Open(sealer);
  } catch (...) {
    return CurrentSqlFailure("OpenFeed").status;
  }
}

}  // namespace

absl::StatusOr<FeedState> PostgresStore::GetFeedState() {
  return node_.Read<FeedState>("GetFeedState", [](pqxx::transaction_base& session) {
    const pqxx::row row =
        session.exec_params1(queries::kFeedState, absl::StrCat(kMaxUnsequencedCount));
    return FeedState{.epoch = TextOf(row[0]),
                     .epoch_began = TimeOf(row[1]),
                     .head = IntOf(row[2]),
                     .floor = IntOf(row[3]),
                     .unsequenced = IntOf(row[4])};
  });
}

absl::StatusOr<SealedFeedPage> PostgresStore::FetchFeed(absl::string_view scope, int64_t after_seq,
                                                        int limit) {
  if (!domain::IsOrgPath(scope)) {
    const absl::StatusOr<FeedState> state = GetFeedState();
    if (!state.ok()) return state.status();
    FeedPage page;
    page.epoch = state->epoch;
    page.floor = state->floor;
    page.head = state->head;
    page.next_seq = std::max(after_seq, state->head);
    page.caught_up = true;
    return SealedFeedPage{page, [page] { return page; }};
  }
  const bool wide = IsWide(scope);
  return reader_.RunWithin<SealedFeedPage>("FetchFeed", scope, [&](Connection& connection) {
    FeedRows rows(BinaryRows::Read(connection, wide ? queries::kReadWideFeed : queries::kReadFeed,
                                   {std::string(scope), absl::StrCat(after_seq),
                                    absl::StrCat(limit), absl::StrCat(kMaxFeedPageBytes)},
                                   Magnitude(feed_head_)),
                  after_seq, limit);
    const FeedPlace place = rows.place();
    feed_head_ = place.head;
    return SealedFeedPage{place, [rows = std::move(rows), &sealer = *sealer_]() mutable {
                            return Opened(std::move(rows), sealer);
                          }};
  });
}

absl::StatusOr<std::unique_ptr<SequencerSession>> PostgresStore::OpenSequencer() {
  return PostgresSequencer::Open(addresses_.sequencer);
}

absl::StatusOr<std::unique_ptr<FeedListener>> PostgresStore::OpenFeedListener() {
  return PostgresFeedListener::Open(addresses_.listener);
}

absl::Status PostgresStore::BeginEpoch() {
  return node_.Execute("BeginEpoch", queries::kBeginEpoch);
}

absl::StatusOr<bool> PostgresStore::BeginEpochIfMoved() {
  return node_.Change<bool>("BeginEpochIfMoved", BeginEpochWhenMoved);
}

absl::StatusOr<int64_t> PostgresStore::CompactFeed(absl::Time live_after, int limit) {
  return node_.Change<int64_t>("CompactFeed", [&](pqxx::transaction_base& work) {
    return CompactFeedRows(work, live_after, limit);
  });
}

absl::Status PostgresStore::NoteChild(const ChildContact& contact) {
  const auto text_of = [](const std::optional<int64_t>& number) {
    return number.has_value() ? absl::StrCat(*number) : std::string();
  };
  return node_.Execute("NoteChild", queries::kNoteChild, contact.key, contact.scope,
                       TimestampText(contact.seen), text_of(contact.acknowledged),
                       text_of(contact.pending), UuidArray(contact.pending_records));
}

absl::StatusOr<std::vector<ChildContact>> PostgresStore::ListChildren(absl::string_view scope) {
  if (!domain::IsOrgPath(scope)) return std::vector<ChildContact>();
  return node_.Read<std::vector<ChildContact>>(
      "ListChildren", [&](pqxx::transaction_base& session) {
        std::vector<ChildContact> children;
        for (const auto& row : session.exec_params(queries::kListChildren, std::string(scope))) {
          children.push_back(ChildFrom(row));
        }
        return children;
      });
}

}  // namespace bangfu::server
