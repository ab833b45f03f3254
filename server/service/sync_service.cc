#include "server/service/sync_service.h"

#include <utility>

#include "server/service/call.h"
#include "server/service/handshake.h"
#include "server/service/node_status.h"
#include "server/service/pull_call.h"
#include "server/service/push_call.h"
#include "server/service/watch_call.h"
#include "server/sync/receipts.h"
#include "server/sync/scope_digest.h"

namespace bangfu::server {
namespace {

template <typename Response>
absl::Status Take(absl::StatusOr<Response> result, Response& response) {
  if (result.ok()) response = *std::move(result);
  return result.status();
}

}  // namespace

grpc::Status SyncService::Handshake(grpc::ServerContext* context,
                                    const v1::HandshakeRequest* request,
                                    v1::HandshakeResponse* response) {
  return Answer(node_, *context, "Handshake",
                [&](Call& call) { return HandleHandshake(node_, call, *request, *response); });
}

grpc::Status SyncService::Push(grpc::ServerContext* context, const v1::PushRequest* request,
                               v1::PushResponse* response) {
  return Answer(node_, *context, "Push",
                [&](Call& call) { return HandlePush(node_, call, *request, *response); });
}

grpc::Status SyncService::Pull(grpc::ServerContext* context, const v1::PullRequest* request,
                               grpc::ServerWriter<v1::PullResponse>* writer) {
  return Answer(node_, *context, "Pull",
                [&](Call& call) { return HandlePull(node_, call, *request, *writer); });
}

grpc::ServerWriteReactor<v1::WatchResponse>* SyncService::Watch(
    grpc::CallbackServerContext* context, const v1::WatchRequest* request) {
  return StartWatch(node_, *context, *request);
}

grpc::Status SyncService::GetDigest(grpc::ServerContext* context,
                                    const v1::GetDigestRequest* request,
                                    v1::GetDigestResponse* response) {
  return Answer(node_, *context, "GetDigest", [&](Call& call) {
    return Take(ReadDigest(node_.store, *call.orgs, call.principal, *request), *response);
  });
}

grpc::Status SyncService::GetRecords(grpc::ServerContext* context,
                                     const v1::GetRecordsRequest* request,
                                     v1::GetRecordsResponse* response) {
  return Answer(node_, *context, "GetRecords", [&](Call& call) {
    return Take(ReadRecords(node_.store, *call.orgs, call.principal, *request), *response);
  });
}

grpc::Status SyncService::GetReceipts(grpc::ServerContext* context,
                                      const v1::GetReceiptsRequest* request,
                                      v1::GetReceiptsResponse* response) {
  return Answer(node_, *context, "GetReceipts", [&](Call& call) {
    return Take(ReadReceipts(node_.store, node_.self, call.principal, *request), *response);
  });
}

grpc::Status SyncService::GetNodeStatus(grpc::ServerContext* context,
                                        const v1::GetNodeStatusRequest*,
                                        v1::GetNodeStatusResponse* response) {
  return Answer(node_, *context, "GetNodeStatus",
                [&](Call& call) { return HandleGetNodeStatus(node_, call, *response); });
}

}  // namespace bangfu::server
