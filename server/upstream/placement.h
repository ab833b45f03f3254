#ifndef BANGFU_SERVER_UPSTREAM_PLACEMENT_H_
#define BANGFU_SERVER_UPSTREAM_PLACEMENT_H_

#include "absl/status/status.h"
#include "bangfu/v1/sync_service.pb.h"
#include "domain/rules/org_tree.h"
#include "server/authz/principal.h"

// Whether a node stands where its certificate says: a district that takes itself for the city would
// give out numbers and keep for itself what its people enter.
namespace bangfu::server {

// The city has no parent, every other node has one. A node with a parent that has no org tree yet
// is fine. FAILED_PRECONDITION says what to change.
absl::Status CheckPlacement(const Principal& self, const domain::OrgTree& orgs, bool has_upstream);

// The parent is above the node in the org tree, takes it for what it is, and is not the node
// itself. FAILED_PRECONDITION.
absl::Status CheckParent(const Principal& self, const v1::HandshakeResponse& parent);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_UPSTREAM_PLACEMENT_H_
