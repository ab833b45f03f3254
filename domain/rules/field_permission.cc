#include "domain/rules/field_permission.h"

#include "domain/rules/permission_table.h"

namespace bangfu::domain {
namespace {

// The filing side's places are alike in what fields they write.
Place PlaceOf(Relation relation) {
  switch (relation) {
    case Relation::kFilingSide:
      return Place::kUnit;
    case Relation::kServiceCenter:
      return Place::kCenter;
    case Relation::kCityOffice:
      return Place::kCityOffice;
    case Relation::kOther:
      break;
  }
  return Place::kOther;
}

}  // namespace

Relation RelationOf(const OrgTree& orgs, absl::string_view actor_org,
                    absl::string_view record_org) {
  switch (PlaceOf(orgs, actor_org, record_org)) {
    case Place::kUnit:
    case Place::kBetween:
    case Place::kUnion:
      return Relation::kFilingSide;
    case Place::kCenter:
      return Relation::kServiceCenter;
    case Place::kCityOffice:
      return Relation::kCityOffice;
    case Place::kOther:
      break;
  }
  return Relation::kOther;
}

FieldPermission MayWriteField(Relation relation, v1::Owner owner) {
  // Fields have one table for all tiers (A35).
  switch (SomebodyMay(v1::ACTION_EDIT, PlaceOf(relation), v1::TIER_A, owner)) {
    case Permission::kAllowed:
      return FieldPermission::kAllowed;
    case Permission::kAllowedWithReason:
      return FieldPermission::kAllowedWithReason;
    case Permission::kDenied:
      break;
  }
  return FieldPermission::kDenied;
}

}  // namespace bangfu::domain
