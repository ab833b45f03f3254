#include "server/authz/permissions.h"

namespace bangfu::server {
namespace {

struct FieldRule {
  Relation relation;
  v1::Owner owner;
  FieldPermission permission;
};

// Everything that is not here is denied.
constexpr FieldRule kFieldRules[] = {
    {Relation::kFilingSide, v1::OWNER_FILING, FieldPermission::kAllowed},
    {Relation::kServiceCenter, v1::OWNER_FILING, FieldPermission::kAllowedWithReason},
    {Relation::kServiceCenter, v1::OWNER_CENTER, FieldPermission::kAllowed},
};

}  // namespace

Relation RelationOf(const domain::OrgTree& orgs, absl::string_view actor_org,
                    absl::string_view record_org) {
  if (orgs.IsServiceCenter(actor_org)) return Relation::kServiceCenter;
  if (orgs.IsCityOffice(actor_org)) return Relation::kCityOffice;
  if (orgs.Find(actor_org) != nullptr && domain::IsWithin(record_org, actor_org))
    return Relation::kFilingSide;
  return Relation::kOther;
}

FieldPermission MayWriteField(Relation relation, v1::Owner owner) {
  for (const FieldRule& rule : kFieldRules) {
    if (rule.relation == relation && rule.owner == owner) return rule.permission;
  }
  return FieldPermission::kDenied;
}

bool MayAccess(const domain::OrgTree& orgs, const Principal& principal,
               absl::string_view record_org) {
  if (orgs.Find(principal.org) == nullptr) return false;
  return domain::IsWithin(record_org, orgs.ReadScope(principal.org));
}

bool MaySpeakFor(const domain::OrgTree& orgs, const Principal& principal,
                 absl::string_view actor_org) {
  return orgs.Find(principal.org) != nullptr && orgs.Find(actor_org) != nullptr &&
         domain::IsWithin(actor_org, principal.org);
}

}  // namespace bangfu::server
