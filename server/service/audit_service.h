#ifndef BANGFU_SERVER_SERVICE_AUDIT_SERVICE_H_
#define BANGFU_SERVER_SERVICE_AUDIT_SERVICE_H_

#include "bangfu/v1/audit_service.grpc.pb.h"
#include "server/service/node.h"

namespace bangfu::server {

class AuditService final : public v1::AuditService::Service {
 public:
  explicit AuditService(Node& node) : node_(node) {}
  grpc::Status ListAudit(grpc::ServerContext* context, const v1::ListAuditRequest* request,
                         v1::ListAuditResponse* response) override;
  grpc::Status ReportReads(grpc::ServerContext* context, const v1::ReportReadsRequest* request,
                           v1::ReportReadsResponse* response) override;

 private:
  Node& node_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_AUDIT_SERVICE_H_
