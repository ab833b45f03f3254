#ifndef BANGFU_SERVER_SYNC_PUSH_STEP_H_
#define BANGFU_SERVER_SYNC_PUSH_STEP_H_

#include "bangfu/v1/change.pb.h"
#include "server/sync/push_state.h"

namespace bangfu::server {

// Answers a step in the life of an archive; `record` is nullptr when the caller sees none.
v1::Outcome DecideStep(PushState& state, const PreparedChange& prepared, WorkingRecord* record);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_PUSH_STEP_H_
