#ifndef BANGFU_DOMAIN_RULES_FIELD_PERMISSION_H_
#define BANGFU_DOMAIN_RULES_FIELD_PERMISSION_H_

#include "absl/strings/string_view.h"
#include "bangfu/v1/options.pb.h"
#include "domain/rules/org_tree.h"

namespace bangfu::domain {

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
Relation RelationOf(const OrgTree& orgs, absl::string_view actor_org, absl::string_view record_org);

// The permission table for writing fields (A35): the filing side its own fields, the center its
// own, and the filing side's with a recorded reason; nobody the server's. The server decides by it,
// a desktop says at once what it would.
FieldPermission MayWriteField(Relation relation, v1::Owner owner);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_RULES_FIELD_PERMISSION_H_
