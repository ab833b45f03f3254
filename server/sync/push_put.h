#ifndef BANGFU_SERVER_SYNC_PUSH_PUT_H_
#define BANGFU_SERVER_SYNC_PUSH_PUT_H_

#include "bangfu/v1/change.pb.h"
#include "server/sync/push_state.h"

namespace bangfu::server {

// Answers a put: creates the record, or merges the put into `record`, nullptr when the caller sees
// none.
v1::Outcome DecidePut(PushState& state, const PreparedChange& prepared, WorkingRecord* record);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_PUSH_PUT_H_
