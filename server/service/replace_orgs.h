#ifndef BANGFU_SERVER_SERVICE_REPLACE_ORGS_H_
#define BANGFU_SERVER_SERVICE_REPLACE_ORGS_H_

#include "absl/status/status.h"
#include "bangfu/v1/org_service.pb.h"
#include "server/service/call.h"

namespace bangfu::server {

// Brings a new edition of the dictionary of orgs into force; records and accounts of orgs that
// became others go with them. At the root only; administrators of the city and the operator.
// Errors: SIGN_IN_REQUIRED, NOT_PERMITTED · INVALID_ARGUMENT BAD_REQUEST (what is wrong with the
// tree, or its version is not higher), REASON_REQUIRED · FAILED_PRECONDITION a used prefix would
// change (A4) · ABORTED TRANSACTION_CONFLICT: the edition is in force, call again to move what is
// left
absl::Status HandleReplaceOrgTree(Node& node, Call& call, const v1::ReplaceOrgTreeRequest& request,
                                  v1::ReplaceOrgTreeResponse& response);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_REPLACE_ORGS_H_
