#ifndef BANGFU_SERVER_SYNC_PUSH_TRANSACTION_H_
#define BANGFU_SERVER_SYNC_PUSH_TRANSACTION_H_

#include <vector>

#include "absl/status/statusor.h"
#include "bangfu/v1/change.pb.h"
#include "server/store/store.h"
#include "server/sync/prepared_change.h"
#include "server/sync/push_state.h"

namespace bangfu::server {

// Answers prepared changes in order inside one transaction: reads and locks everything they touch
// at once, decides change by change in memory, writes once. Keeps nothing from one run to the next,
// so that it may be rerun. An error means that nothing may be committed: TOO_MANY_CHANGES when the
// answers do not fit into one message, or what the store reports.
absl::StatusOr<std::vector<v1::Outcome>> AnswerChanges(Transaction& transaction,
                                                       const PushContext& context,
                                                       const std::vector<PreparedChange>& changes);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_PUSH_TRANSACTION_H_
