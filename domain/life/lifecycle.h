#ifndef BANGFU_DOMAIN_LIFE_LIFECYCLE_H_
#define BANGFU_DOMAIN_LIFE_LIFECYCLE_H_

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "bangfu/v1/archive.pb.h"
#include "bangfu/v1/change.pb.h"
#include "domain/rules/finding.h"

// What the steps in the life of an archive do to it (R39–R53, R88, R89). Which are possible and
// whose they are: step.h, step_actor.h; everything that is checked before: step_check.h.
namespace bangfu::domain {

// Whether the filing side may not change the field at `path` any more; the service center corrects
// it. What the sign-offs are about (field option fixed_by_submission) stays as it was submitted,
// until the archive is returned (R89, A37); a cause report stays as it was decided (R53).
bool IsFixed(const v1::Archive& archive, absl::string_view path);

// What a step did.
struct StepResult {
  // Tier A archive without a number became established: the caller gives it its number in the same
  // transaction.
  bool needs_number = false;
  // Papers missing for the determined category, when approval turned into a return (A9).
  Findings findings;
};

// Takes a step that CheckStep allowed: writes status, sign-off, category, reason, and the day of
// establishment, report or end (`today`). A change that is no step does nothing.
//
// An approval for whose determined category papers are missing returns the archive for supplement
// before any number is used (A9): the determined category is kept, the approval is not signed.
// Resubmission clears the sign-offs of review and approval. An archive that was established before
// keeps its number and its day of establishment (A5), one that was reported before the day and the
// package of that report until the next one (A39). An end is signed in `ending`, whose opinion is
// the reason; nothing else of the archive changes.
StepResult TakeStep(v1::Archive& archive, const v1::Change& change, absl::CivilDay today);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_LIFE_LIFECYCLE_H_
