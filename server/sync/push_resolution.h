#ifndef BANGFU_SERVER_SYNC_PUSH_RESOLUTION_H_
#define BANGFU_SERVER_SYNC_PUSH_RESOLUTION_H_

#include "bangfu/v1/change.pb.h"
#include "server/sync/push_state.h"

namespace bangfu::server {

// Answers a ResolveConflict: writes what was decided, and settles the entry of the conflict log, or
// sends it on to the parent that logged the entry. `record` is nullptr when the caller sees none.
v1::Outcome DecideResolution(PushState& state, const PreparedChange& prepared,
                             WorkingRecord* record);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_PUSH_RESOLUTION_H_
