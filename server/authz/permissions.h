#ifndef BANGFU_SERVER_AUTHZ_PERMISSIONS_H_
#define BANGFU_SERVER_AUTHZ_PERMISSIONS_H_

#include "absl/strings/string_view.h"
#include "bangfu/v1/options.pb.h"
#include "domain/rules/org_tree.h"
#include "server/authz/principal.h"

namespace bangfu::server {

// How the actor's org stands to the org of a record.
enum class Relation {
  kFilingSide,     // the unit itself or its district or industry union
  kServiceCenter,  // the city's service center
  kCityOffice,     // another office of the city: city union, protection department (R12: reads
                   // everything)
  kOther,
};

// Whether a field may be written.
enum class FieldPermission { kAllowed, kAllowedWithReason, kDenied };

// Relation of `actor_org` to a record of `record_org`.
Relation RelationOf(const domain::OrgTree& orgs, absl::string_view actor_org,
                    absl::string_view record_org);

// The permission table for writing fields (A35): the filing side its own fields, the center its
// own, and the filing side's with a recorded reason; nobody the server's.
FieldPermission MayWriteField(Relation relation, v1::Owner owner);

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
