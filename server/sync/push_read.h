#ifndef BANGFU_SERVER_SYNC_PUSH_READ_H_
#define BANGFU_SERVER_SYNC_PUSH_READ_H_

#include <vector>

#include "absl/status/status.h"
#include "server/store/store.h"
#include "server/sync/prepared_change.h"
#include "server/sync/push_state.h"

namespace bangfu::server {

// Reads and locks everything that the changes touch, one query per kind.
absl::Status ReadForPush(Transaction& transaction, const std::vector<PreparedChange>& changes,
                         PushState& state);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_PUSH_READ_H_
