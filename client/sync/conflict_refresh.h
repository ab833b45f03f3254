#ifndef BANGFU_CLIENT_SYNC_CONFLICT_REFRESH_H_
#define BANGFU_CLIENT_SYNC_CONFLICT_REFRESH_H_

#include "absl/status/status.h"
#include "client/replica/replica.h"
#include "client/transport/server_link.h"

namespace bangfu::client {

// Brings the open entries of the conflict log up to date without the feed: digests are about
// records only. Asks for the list of open entries, and one by one for those that are open on one
// side only. Errors: those of the link and the replica.
absl::Status RefreshConflicts(ServerLink& link, Replica& replica);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_SYNC_CONFLICT_REFRESH_H_
