#ifndef BANGFU_SERVER_SERVICE_SYNC_SERVICE_H_
#define BANGFU_SERVER_SERVICE_SYNC_SERVICE_H_

#include "bangfu/v1/sync_service.grpc.pb.h"
#include "server/service/node.h"

namespace bangfu::server {

class SyncService final : public v1::SyncService::Service {
 public:
  explicit SyncService(Node& node) : node_(node) {}
  grpc::Status Handshake(grpc::ServerContext* context, const v1::HandshakeRequest* request,
                         v1::HandshakeResponse* response) override;
  grpc::Status Push(grpc::ServerContext* context, const v1::PushRequest* request,
                    v1::PushResponse* response) override;
  grpc::Status Pull(grpc::ServerContext* context, const v1::PullRequest* request,
                    grpc::ServerWriter<v1::PullResponse>* writer) override;

 private:
  Node& node_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_SYNC_SERVICE_H_
