#ifndef BANGFU_DOMAIN_LIFE_STEP_ACTOR_H_
#define BANGFU_DOMAIN_LIFE_STEP_ACTOR_H_

#include "absl/strings/string_view.h"
#include "bangfu/v1/archive.pb.h"
#include "bangfu/v1/change.pb.h"
#include "domain/rules/finding.h"
#include "domain/rules/org_tree.h"

namespace bangfu::domain {

// Checks that the org of the actor may take the step. The filing union is the district or industry
// union above the filing unit; the owning union is the filing union, for tier C the unit itself
// (A33). "In" an org means at or below it, "of" an org means exactly it.
//   submit       in the owning union
//   review       of the owning union for tier A, in it else
//   approve      of the service center for tier A (R88), of the owning union else (A33)
//   return       of the owning union or of the service center
//   report       of the service center, tier A only (R41)
//   withdraw     as approve (R39, A38)
//   deregister   in the filing unit, or of the filing union, whatever the tier (R50)
//   merge        of the service center, whatever the tier
//   decide       as approve (R53, A38)
// Errors: OUT_OF_SCOPE when `orgs` does not know the unit or it has no filing union, NOT_PERMITTED.
Findings CheckStepActor(const v1::Archive& archive, const v1::Change& change, const OrgTree& orgs);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_LIFE_STEP_ACTOR_H_
