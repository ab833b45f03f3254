#include "server/store/postgres/feed_compaction.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/test_hooks.h"
#include "server/store/postgres/feed_queries.h"
#include "server/store/postgres/rows.h"

namespace bangfu::server {
namespace {

struct Pass {
  int64_t looked = 0;        // rows
  int64_t last_looked = 0;   // feed_seq, when there was one
  int64_t removed = 0;       // rows
  int64_t last_removed = 0;  // feed_seq; 0 for none
};

Pass CompactRange(pqxx::transaction_base& work, int64_t after, int64_t through, int64_t limit) {
  const pqxx::row row = work.exec_params1(queries::kCompactFeed, absl::StrCat(after),
                                          absl::StrCat(through), absl::StrCat(limit));
  Pass pass{.looked = IntOf(row[0]), .removed = IntOf(row[2]), .last_removed = IntOf(row[3])};
  if (pass.looked > 0) pass.last_looked = IntOf(row[1]);
  return pass;
}

}  // namespace

int64_t CompactFeedRows(pqxx::transaction_base& work, absl::Time live_after, int limit) {
  const pqxx::row state = work.exec_params1(queries::kCompactionState, TimestampText(live_after));
  int64_t through = IntOf(state[0]);
  if (BANGFU_SEEDED_BUG("compact_unacknowledged")) through = IntOf(state[1]);
  const int64_t began = std::min(IntOf(state[2]), through);

  Pass pass = CompactRange(work, began, through, limit);
  int64_t removed = pass.removed;
  int64_t floor = pass.last_removed;
  if (pass.looked < limit) {  // the end of what may go: on from the first row
    pass = CompactRange(work, 0, began, limit - pass.looked);
    removed += pass.removed;
    floor = std::max(floor, pass.last_removed);
  }
  if (BANGFU_SEEDED_BUG("compact_unacknowledged")) floor = 0;
  work.exec_params(queries::kNoteCompaction, absl::StrCat(pass.last_looked), absl::StrCat(floor));
  return removed;
}

}  // namespace bangfu::server
