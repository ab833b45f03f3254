#ifndef BANGFU_DOMAIN_LIFE_STEP_H_
#define BANGFU_DOMAIN_LIFE_STEP_H_

#include <string>

#include "bangfu/v1/archive.pb.h"
#include "bangfu/v1/change.pb.h"
#include "base/error.h"

// The steps in the life of an archive as such: their words, and the statuses in which they are
// possible.
namespace bangfu::domain {

// Whether `change` is a step (submit, review, approve, return, report, withdraw, deregister, merge,
// decide on a cause) and not a put.
bool IsStep(const v1::Change& change);

// The step as a noun, "审批", "approval". Empty for what is no step.
Text StepLabel(const v1::Change& change);

// What the actor says with the step: an opinion or a reason. Empty for a report.
const std::string& WordsOf(const v1::Change& change);

// Status of the archive; one that is not stated is a draft.
v1::ArchiveStatus StatusOf(const v1::Archive& archive);

// Whether the city manages the archive too (R34). A tier that is not stated counts as A.
bool IsTierA(const v1::Archive& archive);

// Whether the step is possible in the present status:
//   submit       draft, returned
//   review       submitted
//   approve      reviewed
//   return       submitted, reviewed, established, reported
//   report       established
//   withdraw     established, reported, and returned when it had been established before
//   deregister   every status but those of an archive that has ended
//   merge        the same
//   decide       established, reported
bool StatusAllows(const v1::Archive& archive, const v1::Change& change);

// Those statuses in words, "已提交、已审核".
Text PossibleStatuses(const v1::Change& change);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_LIFE_STEP_H_
