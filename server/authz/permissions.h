#ifndef BANGFU_SERVER_AUTHZ_PERMISSIONS_H_
#define BANGFU_SERVER_AUTHZ_PERMISSIONS_H_

#include "absl/strings/string_view.h"
#include "domain/rules/field_permission.h"
#include "domain/rules/org_tree.h"
#include "server/authz/principal.h"

namespace bangfu::server {

// Who may write which field is a rule of the notice (A35), the same on a desktop and on a node.
using domain::FieldPermission;
using domain::MayWriteField;
using domain::Relation;
using domain::RelationOf;

// Whether a node may read and push records of `record_org`: those of its own subtree; city offices
// those of the city.
bool MayAccess(const domain::OrgTree& orgs, const Principal& principal,
               absl::string_view record_org);

// Whether a node may bring changes of people of `actor_org`: of its own subtree only, so that no
// district can forge an approval of the center.
bool MaySpeakFor(const domain::OrgTree& orgs, const Principal& principal,
                 absl::string_view actor_org);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_AUTHZ_PERMISSIONS_H_
