#include "server/service/sync_service.h"

#include <utility>

#include "server/service/call.h"
#include "server/service/handshake.h"
#include "server/service/node_status.h"
#include "server/service/pull_call.h"
#include "server/service/push_call.h"
#include "server/service/replicated.h"
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

constexpr Method kHandshake{"Handshake", v1::ACTION_CONNECT};
constexpr Method kPush{"Push", v1::ACTION_EDIT, Audience::kSyncingNode};
constexpr Method kPull{"Pull", v1::ACTION_REPLICATE, Audience::kSyncingNode};
constexpr Method kGetDigest{"GetDigest", v1::ACTION_REPLICATE, Audience::kSyncingNode, true};
constexpr Method kGetRecords{"GetRecords", v1::ACTION_REPLICATE, Audience::kSyncingNode, true};
constexpr Method kGetReceipts{"GetReceipts", v1::ACTION_REPLICATE, Audience::kSyncingNode, true};
constexpr Method kGetNodeStatus{"GetNodeStatus", v1::ACTION_CONNECT, Audience::kEveryNode, true};

}  // namespace

grpc::Status SyncService::Handshake(grpc::ServerContext* context,
                                    const v1::HandshakeRequest* request,
                                    v1::HandshakeResponse* response) {
  return Answer(node_, *context, kHandshake,
                [&](Call& call) { return HandleHandshake(node_, call, *request, *response); });
}

grpc::Status SyncService::Push(grpc::ServerContext* context, const v1::PushRequest* request,
                               v1::PushResponse* response) {
  return Answer(node_, *context, kPush,
                [&](Call& call) { return HandlePush(node_, call, *request, *response); });
}

grpc::Status SyncService::Pull(grpc::ServerContext* context, const v1::PullRequest* request,
                               grpc::ServerWriter<v1::PullResponse>* writer) {
  return Answer(node_, *context, kPull,
                [&](Call& call) { return HandlePull(node_, call, *request, *writer); });
}

grpc::ServerWriteReactor<v1::WatchResponse>* SyncService::Watch(
    grpc::CallbackServerContext* context, const v1::WatchRequest* request) {
  return StartWatch(node_, *context, *request);
}

grpc::Status SyncService::GetDigest(grpc::ServerContext* context,
                                    const v1::GetDigestRequest* request,
                                    v1::GetDigestResponse* response) {
  return Answer(node_, *context, kGetDigest, [&](Call& call) {
    return Take(ReadDigest(node_.store, *call.orgs, call.principal, *request), *response);
  });
}

grpc::Status SyncService::GetRecords(grpc::ServerContext* context,
                                     const v1::GetRecordsRequest* request,
                                     v1::GetRecordsResponse* response) {
  return Answer(node_, *context, kGetRecords, [&](Call& call) {
    const absl::Status read =
        Take(ReadRecords(node_.store, *call.orgs, call.principal, *request), *response);
    Replicated replicated;
    replicated.Add(response->records());
    call.read = replicated.TakeEntry(call.scope());
    return read;
  });
}

grpc::Status SyncService::GetReceipts(grpc::ServerContext* context,
                                      const v1::GetReceiptsRequest* request,
                                      v1::GetReceiptsResponse* response) {
  return Answer(node_, *context, kGetReceipts, [&](Call& call) {
    return Take(ReadReceipts(node_.store, node_.self, call.principal, *request), *response);
  });
}

grpc::Status SyncService::GetNodeStatus(grpc::ServerContext* context,
                                        const v1::GetNodeStatusRequest*,
                                        v1::GetNodeStatusResponse* response) {
  return Answer(node_, *context, kGetNodeStatus,
                [&](Call& call) { return HandleGetNodeStatus(node_, call, *response); });
}

}  // namespace bangfu::server
