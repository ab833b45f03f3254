#ifndef BANGFU_SERVER_SYNC_ORG_MOVE_H_
#define BANGFU_SERVER_SYNC_ORG_MOVE_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "domain/rules/org_tree.h"
#include "server/store/person_key.h"
#include "server/store/store.h"

namespace bangfu::server {

// At the root: moves every record of an org's former paths (Org.former_ids) to its present one,
// with its aid events, visits and entries of the conflict log, a hundred archives in one
// transaction. Records of orgs below a former path stay: each org names its own former paths.
// Numbers stay as they are (A5). May be cut off and begun again; moves nothing the second time.
// Returns how many records moved. Errors: ABORTED TRANSACTION_CONFLICT (call again) · UNAVAILABLE
// STORE_UNAVAILABLE
absl::StatusOr<int64_t> MoveFormerOrgs(Store& store, const Clock& clock, const PersonKeyer& keyer,
                                       const domain::OrgTree& orgs);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_ORG_MOVE_H_
