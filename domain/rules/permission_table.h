#ifndef BANGFU_DOMAIN_RULES_PERMISSION_TABLE_H_
#define BANGFU_DOMAIN_RULES_PERMISSION_TABLE_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "bangfu/v1/codes.pb.h"
#include "bangfu/v1/identity.pb.h"
#include "bangfu/v1/options.pb.h"
#include "domain/rules/org_tree.h"

// Who may do what (R12, R34–R44, R88, R89, A33, A35, A38; docs/identity.md). One table; what is not
// in it is denied.
namespace bangfu::domain {

// How a person's org stands to the org of a record.
enum class Place {
  kUnit,        // it is the record's org
  kBetween,     // above the unit, below its district or industry union
  kUnion,       // the district or industry union above the unit
  kCenter,      // the city's service center
  kCityOffice,  // another office of the city: city union, protection department
  kOther,
};

// Whether something may be done.
enum class Permission { kDenied, kAllowedWithReason, kAllowed };

// Place of somebody of `person_org` towards a record of `record_org`. kUnion wins over kUnit where
// a union files by itself.
Place PlaceOf(const OrgTree& orgs, absl::string_view person_org, absl::string_view record_org);

// Whether a person with `role` at `place` may do `action` to an archive of `tier`, or to an aid
// event or visit of such an archive (not stated counts as A). `owner` is that of the field for
// ACTION_CREATE and ACTION_EDIT, not stated for everything else. Not for what is no record: see
// MayManage.
Permission MayAct(v1::Action action, v1::Role role, Place place, v1::Tier tier,
                  v1::Owner owner = v1::OWNER_UNSPECIFIED);

// The most that any of the person's roles allows.
Permission MayAct(v1::Action action, const v1::Person& person, Place place, v1::Tier tier,
                  v1::Owner owner = v1::OWNER_UNSPECIFIED);

// The most that any role allows: for those who do not know the roles (a desktop without line).
Permission SomebodyMay(v1::Action action, Place place, v1::Tier tier,
                       v1::Owner owner = v1::OWNER_UNSPECIFIED);

// Whether the person may read the audit log, keep accounts or nodes of `org`, or bring editions of
// the dictionary of orgs: within their own org only, the last in the city union only.
bool MayManage(const OrgTree& orgs, v1::Action action, const v1::Person& person,
               absl::string_view org);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_RULES_PERMISSION_TABLE_H_
