#ifndef BANGFU_SERVER_SYNC_PUSH_MOVED_H_
#define BANGFU_SERVER_SYNC_PUSH_MOVED_H_

#include <optional>

#include "bangfu/v1/change.pb.h"
#include "server/sync/push_state.h"

namespace bangfu::server {

// Answers a change about a record that has left the caller's scope, or about something new of an
// archive that has: kept, whole, in the log of those who have it now. A node that has let go of the
// record as well tells the parent. nullopt for any other change; what the caller never saw, it is
// not told of.
std::optional<v1::Outcome> ParkMoved(PushState& state, const PreparedChange& prepared);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_PUSH_MOVED_H_
