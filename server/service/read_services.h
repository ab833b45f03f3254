#ifndef BANGFU_SERVER_SERVICE_READ_SERVICES_H_
#define BANGFU_SERVER_SERVICE_READ_SERVICES_H_

#include "bangfu/v1/aid_service.grpc.pb.h"
#include "bangfu/v1/archive_service.grpc.pb.h"
#include "bangfu/v1/conflict_service.grpc.pb.h"
#include "bangfu/v1/org_service.grpc.pb.h"
#include "server/service/node.h"

// The services that read for people at desks, and the dictionaries for every node. Records are
// written by SyncService.Push only.
namespace bangfu::server {

class ArchiveService final : public v1::ArchiveService::Service {
 public:
  explicit ArchiveService(Node& node) : node_(node) {}
  grpc::Status GetArchive(grpc::ServerContext* context, const v1::GetArchiveRequest* request,
                          v1::GetArchiveResponse* response) override;
  grpc::Status ListArchives(grpc::ServerContext* context, const v1::ListArchivesRequest* request,
                            v1::ListArchivesResponse* response) override;

 private:
  Node& node_;
};

class AidService final : public v1::AidService::Service {
 public:
  explicit AidService(Node& node) : node_(node) {}
  grpc::Status ListAidEvents(grpc::ServerContext* context, const v1::ListAidEventsRequest* request,
                             v1::ListAidEventsResponse* response) override;
  grpc::Status ListVisits(grpc::ServerContext* context, const v1::ListVisitsRequest* request,
                          v1::ListVisitsResponse* response) override;

 private:
  Node& node_;
};

class ConflictService final : public v1::ConflictService::Service {
 public:
  explicit ConflictService(Node& node) : node_(node) {}
  grpc::Status GetConflict(grpc::ServerContext* context, const v1::GetConflictRequest* request,
                           v1::GetConflictResponse* response) override;
  grpc::Status ListConflicts(grpc::ServerContext* context, const v1::ListConflictsRequest* request,
                             v1::ListConflictsResponse* response) override;

 private:
  Node& node_;
};

class OrgService final : public v1::OrgService::Service {
 public:
  explicit OrgService(Node& node) : node_(node) {}
  grpc::Status GetOrgTree(grpc::ServerContext* context, const v1::GetOrgTreeRequest* request,
                          v1::GetOrgTreeResponse* response) override;
  grpc::Status PreviewMove(grpc::ServerContext* context, const v1::PreviewMoveRequest* request,
                           v1::PreviewMoveResponse* response) override;
  grpc::Status GetPolicySet(grpc::ServerContext* context, const v1::GetPolicySetRequest* request,
                            v1::GetPolicySetResponse* response) override;
  grpc::Status ReplaceOrgTree(grpc::ServerContext* context,
                              const v1::ReplaceOrgTreeRequest* request,
                              v1::ReplaceOrgTreeResponse* response) override;

 private:
  Node& node_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_READ_SERVICES_H_
