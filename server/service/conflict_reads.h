#ifndef BANGFU_SERVER_SERVICE_CONFLICT_READS_H_
#define BANGFU_SERVER_SERVICE_CONFLICT_READS_H_

#include "absl/status/status.h"
#include "bangfu/v1/conflict_service.pb.h"
#include "server/service/call.h"

// The conflict log as people at desks read it, as archive_reads.h; and as servers below copy it:
// what lies in their scope, single entries whole, entered as replicated.
namespace bangfu::server {

absl::Status HandleGetConflict(Node& node, Call& call, const v1::GetConflictRequest& request,
                               v1::GetConflictResponse& response);
absl::Status HandleListConflicts(Node& node, Call& call, const v1::ListConflictsRequest& request,
                                 v1::ListConflictsResponse& response);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_CONFLICT_READS_H_
