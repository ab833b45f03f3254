#ifndef BANGFU_DOMAIN_RULES_RECTIFICATION_H_
#define BANGFU_DOMAIN_RULES_RECTIFICATION_H_

#include <optional>

#include "absl/time/civil_time.h"
#include "domain/rules/case.h"
#include "domain/rules/finding.h"

namespace bangfu::domain {

enum class RectificationState {
  kNotInCohort,  // established after the campaign began, ended before it, or no campaign
  kOpen,         // not rectified, the deadline is not over
  kOverdue,      // not rectified, the deadline is over
  kOnTime,       // rectified by the last day, 23:59:59
  kLate,         // rectified afterwards: accepted and marked (R54)
};

struct Rectification {
  RectificationState state = RectificationState::kNotInCohort;
  std::optional<absl::CivilDay> last_day;
  std::optional<absl::CivilDay> rectified_on;
  Findings open;  // what is still to be done
};

// The campaign for one archive as of `context.today` (R4–R10, R54–R56): it is rectified when its
// papers are complete, its electronic record is in order and the three groups agree (R31); the day
// of that is the day on which the paper was last checked (paper_checked_on) or the last paper came
// in, whichever is later.
Rectification RectificationOf(const Case& c, const RuleContext& context);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_RULES_RECTIFICATION_H_
