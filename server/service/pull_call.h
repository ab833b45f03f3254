#ifndef BANGFU_SERVER_SERVICE_PULL_CALL_H_
#define BANGFU_SERVER_SERVICE_PULL_CALL_H_

#include "absl/status/status.h"
#include "bangfu/v1/sync_service.grpc.pb.h"
#include "server/service/call.h"

namespace bangfu::server {

// Opens and writes batches until the feed holds no more, each while the next one is fetched if
// fewer than kMaxPullsAhead others are and the reader is not slow: a reader that stalls costs one
// or two batches in memory and no connection to the database. A batch is as of when it was fetched.
// The cursor that the caller begins with is noted as acknowledged.
// Errors: those of ReadBatch · RESOURCE_EXHAUSTED TOO_MANY_STREAMS · UNAVAILABLE SHUTTING_DOWN
absl::Status HandlePull(Node& node, Call& call, const v1::PullRequest& request,
                        grpc::ServerWriter<v1::PullResponse>& writer);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_PULL_CALL_H_
