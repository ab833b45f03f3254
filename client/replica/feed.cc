#include "client/replica/feed.h"

#include <optional>
#include <set>
#include <string>

#include "base/test_hooks.h"
#include "client/replica/conflict_rows.h"
#include "client/replica/outbox_rows.h"
#include "client/replica/parent_version.h"
#include "client/replica/record_rows.h"
#include "client/replica/replica_row.h"
#include "client/replica/visible_record.h"
#include "domain/digest/record_digest.h"
#include "domain/rules/org_tree.h"

namespace bangfu::client {

void FollowFeedOf(SealedDatabase& db, absl::string_view epoch, absl::string_view scope) {
  const SyncState state = LoadSyncState(db);
  const bool other_feed = !state.epoch.empty() && state.epoch != epoch;
  const bool other_scope = LoadIdentity(db).scope != scope;
  if (state.epoch == epoch && !other_scope) return;
  if (other_feed || other_scope) {
    BeginResync(db);
    MarkUnseen(db, other_feed ? Unseen::kEarlierFeed : Unseen::kSameFeed);
  }
  StoreFeed(db, epoch, scope);
}

void StartAnew(SealedDatabase& db) {
  BeginResync(db);
  MarkUnseen(db, Unseen::kSameFeed);
}

void EndAnew(SealedDatabase& db) {
  if (!LoadSyncState(db).resyncing) return;
  const std::string scope = LoadIdentity(db).scope;
  for (const std::string& id : SelectUnseen(db)) {
    const std::optional<RecordRow> row = LoadRecord(db, id);
    if (row.has_value() && !domain::IsWithin(row->record.org, scope)) TakeLeft(db, id);
  }
  DeleteConflictsOutside(db, scope);
  EndResync(db);
}

int64_t CountUnseen(SealedDatabase& db) { return static_cast<int64_t>(SelectUnseen(db).size()); }

void ConfirmRecords(SealedDatabase& db, const std::vector<int>& buckets) {
  const std::set<int> confirmed(buckets.begin(), buckets.end());
  for (const std::string& id : SelectUnseen(db)) {
    if (confirmed.count(domain::DigestBucket(id)) > 0) ClearUnseen(db, id);
  }
}

void ConfirmAllRecordsBut(SealedDatabase& db, const std::vector<std::string>& ids) {
  const std::set<std::string> doubtful(ids.begin(), ids.end());
  for (const std::string& id : SelectUnseen(db)) {
    if (doubtful.count(id) == 0) ClearUnseen(db, id);
  }
}

int64_t RequeueTaken(SealedDatabase& db) {
  if (BANGFU_SEEDED_BUG("no_reoffer")) return 0;
  AwaitForeign(db);
  const int64_t count = RequeueEntries(db, LoadSyncState(db).epoch);
  if (count == 0) return 0;
  for (const std::string& id : SelectReofferedRecords(db)) {
    if (std::optional<RecordRow> row = LoadRecord(db, id)) ShowRecord(db, *row);
  }
  return count;
}

}  // namespace bangfu::client
