#ifndef BANGFU_SERVER_SYNC_MOVE_PREVIEW_H_
#define BANGFU_SERVER_SYNC_MOVE_PREVIEW_H_

#include "absl/status/statusor.h"
#include "bangfu/v1/org_service.pb.h"
#include "domain/rules/org_tree.h"
#include "server/authz/principal.h"
#include "server/store/store.h"

namespace bangfu::server {

// Which children of this node would lose and gain how many records by a move, and with how many
// edits that they had not sent when they last called. Errors: INVALID_ARGUMENT BAD_REQUEST (neither
// or both of archives and org, too many archives, an org that is not known) · NOT_FOUND (outside
// the principal's scope) · UNAVAILABLE STORE_UNAVAILABLE
absl::StatusOr<v1::PreviewMoveResponse> PreviewMove(Store& store, const domain::OrgTree& orgs,
                                                    const Principal& principal,
                                                    const v1::PreviewMoveRequest& request);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_MOVE_PREVIEW_H_
