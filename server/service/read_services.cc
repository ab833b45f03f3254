#include "server/service/read_services.h"

#include <string>
#include <utility>

#include "server/service/archive_reads.h"
#include "server/service/call.h"
#include "server/service/conflict_reads.h"
#include "server/service/person_read.h"
#include "server/service/replace_orgs.h"
#include "server/sync/move_preview.h"

namespace bangfu::server {
namespace {

// A read by a person at a desk, confirmed.
constexpr Method ByPerson(absl::string_view name, v1::Action action) {
  return {name, action, Audience::kPersonAtDesk, true};
}
constexpr Method kGetArchive = ByPerson("GetArchive", v1::ACTION_READ);
constexpr Method kListArchives = ByPerson("ListArchives", v1::ACTION_LIST);
constexpr Method kListAidEvents = ByPerson("ListAidEvents", v1::ACTION_LIST);
constexpr Method kListVisits = ByPerson("ListVisits", v1::ACTION_LIST);
// A server has the conflict log of its scope by pulls; after a comparison of digests it reads it.
constexpr Method kGetConflict{"GetConflict", v1::ACTION_READ, Audience::kPersonOrServer, true};
constexpr Method kListConflicts{"ListConflicts", v1::ACTION_LIST, Audience::kPersonOrServer, true};
constexpr Method kPreviewMove = ByPerson("PreviewMove", v1::ACTION_PREVIEW_MOVE);
constexpr Method kGetOrgTree{"GetOrgTree"};
constexpr Method kGetPolicySet{"GetPolicySet"};
constexpr Method kReplaceOrgTree{"ReplaceOrgTree", v1::ACTION_MANAGE_ORGS};

absl::Status HandleGetOrgTree(Call& call, const v1::GetOrgTreeRequest& request,
                              v1::GetOrgTreeResponse& response) {
  if (call.orgs->version() != request.known_version())
    *response.mutable_tree() = call.orgs->proto();
  return absl::OkStatus();
}

// The table says whose roles may ask; which orgs they may name is a matter of their scope.
absl::Status HandlePreviewMove(Node& node, Call& call, const v1::PreviewMoveRequest& request,
                               v1::PreviewMoveResponse& response) {
  call.read.set_action(v1::ACTION_PREVIEW_MOVE);
  if (!MayDo(call, v1::ACTION_PREVIEW_MOVE, call.person->org(), v1::TIER_UNSPECIFIED))
    return NotPermitted();
  Principal reader = call.principal;
  reader.org = call.person_reading_org();
  if (reader.org.empty()) return NotPermitted();
  auto preview = PreviewMove(node.store, *call.orgs, reader, request);
  if (preview.ok()) response = *std::move(preview);
  return preview.status();
}

absl::Status HandleGetPolicySet(Node& node, const v1::GetPolicySetRequest& request,
                                v1::GetPolicySetResponse& response) {
  if (node.policy.SavedVersion() != request.known_version())
    *response.mutable_policy_set() = node.policy.Book()->proto();
  return absl::OkStatus();
}

}  // namespace

grpc::Status ArchiveService::GetArchive(grpc::ServerContext* context,
                                        const v1::GetArchiveRequest* request,
                                        v1::GetArchiveResponse* response) {
  return Answer(node_, *context, kGetArchive,
                [&](Call& call) { return HandleGetArchive(node_, call, *request, *response); });
}

grpc::Status ArchiveService::ListArchives(grpc::ServerContext* context,
                                          const v1::ListArchivesRequest* request,
                                          v1::ListArchivesResponse* response) {
  return Answer(node_, *context, kListArchives,
                [&](Call& call) { return HandleListArchives(node_, call, *request, *response); });
}

grpc::Status AidService::ListAidEvents(grpc::ServerContext* context,
                                       const v1::ListAidEventsRequest* request,
                                       v1::ListAidEventsResponse* response) {
  return Answer(node_, *context, kListAidEvents,
                [&](Call& call) { return HandleListAidEvents(node_, call, *request, *response); });
}

grpc::Status AidService::ListVisits(grpc::ServerContext* context,
                                    const v1::ListVisitsRequest* request,
                                    v1::ListVisitsResponse* response) {
  return Answer(node_, *context, kListVisits,
                [&](Call& call) { return HandleListVisits(node_, call, *request, *response); });
}

grpc::Status ConflictService::GetConflict(grpc::ServerContext* context,
                                          const v1::GetConflictRequest* request,
                                          v1::GetConflictResponse* response) {
  return Answer(node_, *context, kGetConflict,
                [&](Call& call) { return HandleGetConflict(node_, call, *request, *response); });
}

grpc::Status ConflictService::ListConflicts(grpc::ServerContext* context,
                                            const v1::ListConflictsRequest* request,
                                            v1::ListConflictsResponse* response) {
  return Answer(node_, *context, kListConflicts,
                [&](Call& call) { return HandleListConflicts(node_, call, *request, *response); });
}

grpc::Status OrgService::GetOrgTree(grpc::ServerContext* context,
                                    const v1::GetOrgTreeRequest* request,
                                    v1::GetOrgTreeResponse* response) {
  return Answer(node_, *context, kGetOrgTree,
                [&](Call& call) { return HandleGetOrgTree(call, *request, *response); });
}

grpc::Status OrgService::PreviewMove(grpc::ServerContext* context,
                                     const v1::PreviewMoveRequest* request,
                                     v1::PreviewMoveResponse* response) {
  return Answer(node_, *context, kPreviewMove,
                [&](Call& call) { return HandlePreviewMove(node_, call, *request, *response); });
}

grpc::Status OrgService::GetPolicySet(grpc::ServerContext* context,
                                      const v1::GetPolicySetRequest* request,
                                      v1::GetPolicySetResponse* response) {
  return Answer(node_, *context, kGetPolicySet,
                [&](Call&) { return HandleGetPolicySet(node_, *request, *response); });
}

grpc::Status OrgService::ReplaceOrgTree(grpc::ServerContext* context,
                                        const v1::ReplaceOrgTreeRequest* request,
                                        v1::ReplaceOrgTreeResponse* response) {
  return Answer(node_, *context, kReplaceOrgTree,
                [&](Call& call) { return HandleReplaceOrgTree(node_, call, *request, *response); });
}

}  // namespace bangfu::server
