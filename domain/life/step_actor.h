#ifndef BANGFU_DOMAIN_LIFE_STEP_ACTOR_H_
#define BANGFU_DOMAIN_LIFE_STEP_ACTOR_H_

#include "absl/strings/string_view.h"
#include "bangfu/v1/archive.pb.h"
#include "bangfu/v1/change.pb.h"
#include "bangfu/v1/identity.pb.h"
#include "domain/rules/finding.h"
#include "domain/rules/org_tree.h"

namespace bangfu::domain {

// What the permission table calls the change; ACTION_UNSPECIFIED for a put, which creates or edits.
v1::Action ActionOf(const v1::Change& change);

// Checks that the org of the actor may take the step on an archive of this unit and tier, by the
// permission table: whether anybody of that org may. Whether this person may, by their roles, is
// for those who know the roles.
// Errors: OUT_OF_SCOPE when `orgs` does not know the unit or it has no filing union, NOT_PERMITTED.
Findings CheckStepActor(const v1::Archive& archive, const v1::Change& change, const OrgTree& orgs);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_LIFE_STEP_ACTOR_H_
