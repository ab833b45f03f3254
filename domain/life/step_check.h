#ifndef BANGFU_DOMAIN_LIFE_STEP_CHECK_H_
#define BANGFU_DOMAIN_LIFE_STEP_CHECK_H_

#include "bangfu/v1/change.pb.h"
#include "domain/rules/case.h"
#include "domain/rules/finding.h"

namespace bangfu::domain {

// Checks whether the step may be taken on the archive of `c` on the day `context.today`. For every
// step: the status allows it (step.h; an archive that has ended allows none), the org of the actor
// takes it (step_actor.h), the actor has a person id, texts are not longer than
// limits::kMaxCharactersOfReason. Besides:
//   submit      form, logic, public notice and papers of the claimed category in order
//   review      not by the handler (R89)
//   approve     neither by the handler nor by the reviewer (R89); a determined category; form,
//               logic and public notice in order; a warning when the category is not the claimed
//               one (A9)
//   return      a reason
//   report      the name of the package (R39)
//   withdraw    the basis holds (withdrawal_check.h): `c` has all aid events of the archive;
//   another
//               basis needs a reason
//   deregister  a reason (R50)
//   merge       into another archive, by UUID; that it is a live one only a node can tell
//   decide      an undecided report, and a temporary family for a yes (cause_decision.h)
// Submission and approval pass on the warnings of form and logic, and warn of an income above the
// tier's standard (R41, R42, R43). Missing papers do not forbid the
// approval: see TakeStep.
Findings CheckStep(const Case& c, const v1::Change& change, const RuleContext& context);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_LIFE_STEP_CHECK_H_
