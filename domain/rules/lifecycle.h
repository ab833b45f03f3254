#ifndef BANGFU_DOMAIN_RULES_LIFECYCLE_H_
#define BANGFU_DOMAIN_RULES_LIFECYCLE_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "bangfu/v1/archive.pb.h"
#include "bangfu/v1/change.pb.h"
#include "domain/rules/finding.h"
#include "domain/rules/org_tree.h"
#include "google/protobuf/message.h"

namespace bangfu::domain {

// Whether `change` is a step in the life of an archive (submit, review, approve, return) and not a
// put.
bool IsStep(const v1::Change& change);

// Whether the filing side may not change the field at `path` any more: what the sign-offs are about
// (field option fixed_by_submission) stays as it was submitted, until the archive is returned
// (R89). The service center corrects it.
bool IsFixed(const v1::Archive& archive, absl::string_view path);

// Checks whether the step may be taken on `archive` on the day `today`. The filing union is the
// district or industry union above the filing unit; the owning union is the filing union, for tier
// C the unit itself (A33). "In" an org means at or below it, "of" an org means exactly it. A tier
// that is not stated counts as A, a status that is not stated as draft. Errors:
//   submit   draft or returned; actor in the owning union; form, logic and papers of the claimed
//            category in order
//   review   submitted; actor of the filing union for tier A, in the owning union else; not the
//            handler (R89)
//   approve  reviewed; actor of the service center for tier A (R88), of the owning union else
//   (A33);
//            neither handler nor reviewer (R89); a determined category; form and logic in order
//   return   submitted, reviewed or established; actor of the owning union or of the service
//   center;
//            a reason
// and for every step: the unit is known to `orgs` and has a filing union, the actor has a person
// id, texts are not longer than limits::kMaxCharactersOfReason. Submission and approval pass on the
// warnings of form and logic. Missing papers do not forbid the approval step: see TakeStep.
Findings CheckStep(const v1::Archive& archive, const v1::Change& change, const OrgTree& orgs,
                   absl::CivilDay today);

// What a step did.
struct StepResult {
  // Tier A archive without a number became established: the caller gives it its number in the same
  // transaction.
  bool needs_number = false;
  // Papers missing for the determined category, when approval turned into a return (A9).
  Findings findings;
};

// Takes a step that CheckStep allowed: writes status, sign-off, category, day of establishment
// (`today`), reason. An approval for whose determined category papers are missing returns the
// archive for supplement before any number is used (A9): the determined category is kept, the
// approval is not signed. Resubmission clears the sign-offs of review and approval. An archive that
// was established before keeps its number and its day of establishment (A5). A change that is no
// step does nothing.
StepResult TakeStep(v1::Archive& archive, const v1::Change& change, absl::CivilDay today);

// What a replica shows of a change that the authority has not answered yet: a put or a step is
// applied, except that an approval stays invisible until the authority has established the archive.
// A put writes its changed_fields, all fields that are set when it names none. `record` may be
// empty when the change creates it. Errors: INVALID_ARGUMENT when the change does not fit the
// record (other type or id, no action, a body or path that cannot be read, a step that is not
// possible in the present status); then `record` is as it was.
absl::Status Preview(google::protobuf::Message& record, const v1::Change& change,
                     absl::CivilDay today);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_RULES_LIFECYCLE_H_
