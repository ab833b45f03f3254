#ifndef BANGFU_CLIENT_SYNC_CONFLICT_REFRESH_H_
#define BANGFU_CLIENT_SYNC_CONFLICT_REFRESH_H_

#include "absl/status/status.h"
#include "client/replica/replica.h"
#include "client/transport/server_link.h"

namespace bangfu::client {

// Brings the conflict log up to date without the feed, for digests are about records only: all open
// entries, and of the others the newest (one page of limits::kMaxPageSize). Those that are missing
// here, or open on one side only, are asked for one by one. Errors: those of the link and the
// replica.
absl::Status RefreshConflicts(ServerLink& link, Replica& replica);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_SYNC_CONFLICT_REFRESH_H_
