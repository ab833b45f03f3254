#ifndef BANGFU_SERVER_SYNC_PULL_H_
#define BANGFU_SERVER_SYNC_PULL_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "bangfu/v1/sync_service.pb.h"
#include "domain/rules/org_tree.h"
#include "server/authz/principal.h"
#include "server/store/store.h"

namespace bangfu::server {

// Place in the feed of one node. Opaque to clients.
struct Cursor {
  std::string epoch;
  int64_t feed_seq = 0;
  std::string scope;  // a cursor of one scope is not one of another
  int64_t floor = 0;  // of the feed when the cursor was given: what lay below was not to be missed
};

// A record as it travels.
v1::Record ToWire(StoredRecord&& stored);

std::string EncodeCursor(const Cursor& cursor);
// INVALID_ARGUMENT BAD_CURSOR.
absl::StatusOr<Cursor> DecodeCursor(absl::string_view bytes);

// A batch that was read, and not opened yet (SealedFeedPage).
struct SealedBatch {
  std::string next_cursor;
  SealedFeedPage page;
};

// Reads the next batch for the principal after `cursor` (empty: from the start): at most
// `max_records` (0: limits::kDefaultPullBatchRecords) of kMaxFeedPageBytes.
// Errors: INVALID_ARGUMENT BAD_CURSOR · FAILED_PRECONDITION EPOCH_CHANGED (compare digests or pull
//         from the start: the feed began anew or lost its end, or the scope changed; metadata:
//         epoch) or CURSOR_TOO_OLD (the feed was compacted since; compare digests or pull from the
//         start) · UNAVAILABLE STORE_UNAVAILABLE
absl::StatusOr<SealedBatch> FetchBatch(Store& store, const domain::OrgTree& orgs,
                                       const Principal& principal, absl::string_view cursor,
                                       int max_records);
// Opens it, while the store is there. DATA_LOSS when a value does not open.
absl::StatusOr<v1::PullResponse> OpenBatch(SealedBatch batch);
// Both.
absl::StatusOr<v1::PullResponse> ReadBatch(Store& store, const domain::OrgTree& orgs,
                                           const Principal& principal, absl::string_view cursor,
                                           int max_records);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_PULL_H_
