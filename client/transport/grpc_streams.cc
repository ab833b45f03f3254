#include "client/transport/grpc_streams.h"

#include <grpcpp/client_context.h>

#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "base/limits.h"

namespace bangfu::client {

void SetDeadline(grpc::ClientContext& context, absl::Duration timeout) {
  context.set_deadline(absl::ToChronoTime(absl::Now() + timeout));
}

PullEnd PullOnce(v1::SyncService::Stub& stub, v1::PullRequest& request,
                 ServerLink::OnBatch on_batch, Cancellation& cancellation) {
  grpc::ClientContext context;
  const Cancellation::Running running(cancellation, context);
  SetDeadline(context, limits::kPullTimeout);
  auto reader = stub.Pull(&context, request);
  PullEnd end;
  v1::PullResponse batch;
  while (reader->Read(&batch)) {
    const bool caught_up = batch.caught_up();
    std::string next_cursor = batch.next_cursor();
    end.refused = on_batch(batch);
    if (!end.refused.ok()) {
      context.TryCancel();
      break;
    }
    end.progress = true;
    end.caught_up = caught_up;
    request.set_cursor(std::move(next_cursor));
  }
  end.status = reader->Finish();
  return end;
}

WatchEnd WatchOnce(v1::SyncService::Stub& stub, absl::string_view cursor,
                   absl::FunctionRef<bool(const v1::WatchResponse& answer)> has_news,
                   absl::FunctionRef<absl::Status()> on_more, Cancellation& cancellation) {
  grpc::ClientContext context;
  const Cancellation::Running running(cancellation, context);
  SetDeadline(context, kWatchLife);
  v1::WatchRequest request;
  request.set_cursor(std::string(cursor));
  auto reader = stub.Watch(&context, request);
  WatchEnd end;
  v1::WatchResponse news;
  while (reader->Read(&news)) {
    if (!has_news(news)) continue;
    end.refused = on_more();
    if (!end.refused.ok()) {
      context.TryCancel();
      break;
    }
  }
  end.status = reader->Finish();
  return end;
}

}  // namespace bangfu::client
