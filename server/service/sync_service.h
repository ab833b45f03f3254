#ifndef BANGFU_SERVER_SERVICE_SYNC_SERVICE_H_
#define BANGFU_SERVER_SERVICE_SYNC_SERVICE_H_

#include "bangfu/v1/sync_service.grpc.pb.h"
#include "server/service/node.h"

namespace bangfu::server {

// Every call has a thread of its own, but for watches: there are many, and they do nothing for most
// of the time.
class SyncService final
    : public v1::SyncService::WithCallbackMethod_Watch<v1::SyncService::Service> {
 public:
  explicit SyncService(Node& node) : node_(node) {}
  grpc::Status Handshake(grpc::ServerContext* context, const v1::HandshakeRequest* request,
                         v1::HandshakeResponse* response) override;
  grpc::Status Push(grpc::ServerContext* context, const v1::PushRequest* request,
                    v1::PushResponse* response) override;
  grpc::Status Pull(grpc::ServerContext* context, const v1::PullRequest* request,
                    grpc::ServerWriter<v1::PullResponse>* writer) override;
  grpc::ServerWriteReactor<v1::WatchResponse>* Watch(grpc::CallbackServerContext* context,
                                                     const v1::WatchRequest* request) override;
  grpc::Status GetDigest(grpc::ServerContext* context, const v1::GetDigestRequest* request,
                         v1::GetDigestResponse* response) override;
  grpc::Status GetRecords(grpc::ServerContext* context, const v1::GetRecordsRequest* request,
                          v1::GetRecordsResponse* response) override;
  grpc::Status GetReceipts(grpc::ServerContext* context, const v1::GetReceiptsRequest* request,
                           v1::GetReceiptsResponse* response) override;
  grpc::Status GetNodeStatus(grpc::ServerContext* context, const v1::GetNodeStatusRequest* request,
                             v1::GetNodeStatusResponse* response) override;

 private:
  Node& node_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_SYNC_SERVICE_H_
