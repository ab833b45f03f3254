#ifndef BANGFU_CLIENT_TRANSPORT_GRPC_STREAMS_H_
#define BANGFU_CLIENT_TRANSPORT_GRPC_STREAMS_H_

#include <grpcpp/support/status.h>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "bangfu/v1/sync_service.grpc.pb.h"
#include "client/transport/cancellation.h"
#include "client/transport/server_link.h"

// The two calls in which the server speaks for long: one stream each, without another try.
namespace bangfu::client {

void SetDeadline(grpc::ClientContext& context, absl::Duration timeout);

// How one stream of a pull ended.
struct PullEnd {
  grpc::Status status;
  absl::Status refused;  // by the one who takes the batches
  bool progress = false;
  bool caught_up = false;
};

// Reads one stream; afterwards the request asks for what comes after the last batch taken.
PullEnd PullOnce(v1::SyncService::Stub& stub, v1::PullRequest& request,
                 ServerLink::OnBatch on_batch, Cancellation& cancellation);

// How one stream of a watch ended; never well.
struct WatchEnd {
  grpc::Status status;
  absl::Status refused;  // by the one who hears of it
};

// Listens for at most kWatchLife: whoever watches opens the next stream. `has_news` says which
// answers are worth telling.
inline constexpr absl::Duration kWatchLife = absl::Hours(1);
WatchEnd WatchOnce(v1::SyncService::Stub& stub, absl::string_view cursor,
                   absl::FunctionRef<bool(const v1::WatchResponse& answer)> has_news,
                   absl::FunctionRef<absl::Status()> on_more, Cancellation& cancellation);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_TRANSPORT_GRPC_STREAMS_H_
