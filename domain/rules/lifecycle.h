#ifndef BANGFU_DOMAIN_RULES_LIFECYCLE_H_
#define BANGFU_DOMAIN_RULES_LIFECYCLE_H_

#include "absl/time/civil_time.h"
#include "bangfu/v1/archive.pb.h"
#include "bangfu/v1/change.pb.h"
#include "domain/rules/finding.h"
#include "domain/rules/org_tree.h"

namespace bangfu::domain {

// Whether `change` is a step in the life of an archive (submit, review, approve, return) and not a put.
bool IsStep(const v1::Change& change);

// Checks whether the step may be taken on `archive` on the day `today`. Errors:
//   submit   draft or returned; actor within the filing union; form, logic and papers of the claimed category in order
//   review   submitted; actor in the filing union (the district or industry union itself for tier A); not the handler (R89)
//   approve  reviewed; actor of the service center for tier A (R88), the filing union for tier B, the unit for tier C
//            (A33); neither handler nor reviewer (R89); a determined category; form and logic in order
//   return   submitted, reviewed or established; actor of the filing union or of the service center; a reason
// Warnings of form and logic are passed on. Missing papers do not forbid the approval step: see TakeStep.
Findings CheckStep(const v1::Archive& archive, const v1::Change& change, const OrgTree& orgs, absl::CivilDay today);

// What a step did.
struct StepResult {
  bool needs_number = false;  // tier A archive became established: the caller gives it its number in the same transaction
  Findings findings;          // papers missing for the determined category, when approval turned into a return (A9)
};

// Takes a step that CheckStep allowed: writes status, sign-off, category, day of establishment (`today`), reason. An
// approval for whose determined category papers are missing returns the archive for supplement before any number is
// used (A9). Resubmission after a return clears the sign-offs of review and approval.
StepResult TakeStep(v1::Archive& archive, const v1::Change& change, absl::CivilDay today);

// What a replica shows of a change that the authority has not answered yet: a put or a step is applied, except that an
// approval stays invisible until the authority has established the archive.
// Errors: INVALID_ARGUMENT when the change does not fit the record.
absl::Status Preview(google::protobuf::Message& record, const v1::Change& change, absl::CivilDay today);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_RULES_LIFECYCLE_H_
