#ifndef BANGFU_SERVER_SERVICE_ARCHIVE_READS_H_
#define BANGFU_SERVER_SERVICE_ARCHIVE_READS_H_

#include "absl/status/status.h"
#include "bangfu/v1/aid_service.pb.h"
#include "bangfu/v1/archive_service.pb.h"
#include "server/service/call.h"

// Archives, aid and visits as people at desks read them: within the scope that is theirs and the
// node's, what the permission table allows, masked. Errors of all: INVALID_ARGUMENT BAD_REQUEST ·
// NOT_FOUND (the same for what does not exist, is out of scope or is not permitted) · UNAVAILABLE
// STORE_UNAVAILABLE
namespace bangfu::server {

// By UUID or number; without masks for a reason (REASON_REQUIRED). PERMISSION_DENIED NOT_PERMITTED
// when the person may read it with masks only.
absl::Status HandleGetArchive(Node& node, Call& call, const v1::GetArchiveRequest& request,
                              v1::GetArchiveResponse& response);
// INVALID_ARGUMENT BAD_PAGE_TOKEN.
absl::Status HandleListArchives(Node& node, Call& call, const v1::ListArchivesRequest& request,
                                v1::ListArchivesResponse& response);
absl::Status HandleListAidEvents(Node& node, Call& call, const v1::ListAidEventsRequest& request,
                                 v1::ListAidEventsResponse& response);
absl::Status HandleListVisits(Node& node, Call& call, const v1::ListVisitsRequest& request,
                              v1::ListVisitsResponse& response);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_ARCHIVE_READS_H_
