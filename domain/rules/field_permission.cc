#include "domain/rules/field_permission.h"

namespace bangfu::domain {
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

Relation RelationOf(const OrgTree& orgs, absl::string_view actor_org,
                    absl::string_view record_org) {
  if (orgs.IsServiceCenter(actor_org)) return Relation::kServiceCenter;
  if (orgs.IsCityOffice(actor_org)) return Relation::kCityOffice;
  if (orgs.Find(actor_org) != nullptr && IsWithin(record_org, actor_org))
    return Relation::kFilingSide;
  return Relation::kOther;
}

FieldPermission MayWriteField(Relation relation, v1::Owner owner) {
  for (const FieldRule& rule : kFieldRules) {
    if (rule.relation == relation && rule.owner == owner) return rule.permission;
  }
  return FieldPermission::kDenied;
}

}  // namespace bangfu::domain
