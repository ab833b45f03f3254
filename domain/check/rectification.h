#ifndef BANGFU_DOMAIN_CHECK_RECTIFICATION_H_
#define BANGFU_DOMAIN_CHECK_RECTIFICATION_H_

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
  // What is still to be done; last_day is that of the campaign where a finding has none of its own.
  Findings open;
};

// The campaign for one archive as of `context.today` (R4–R10, R54–R56).
//
// The cohort are the archives of tier A, those recorded in the national system (R34, R54), that
// were established on or before the first day of the campaign and had not ended before it; later
// endings change nothing (frozen). A tier that is not stated counts as A.
//
// An archive is rectified when its papers are complete (R55), with a publicity certificate that
// could be issued; its electronic record has no errors of form and logic (R56); and the three
// groups were transcribed, agree and the day of that is recorded (R31). The day of rectification is
// the day on which the paper was last checked (paper_checked_on) or the last of the papers that
// were due came in, whichever is later. An archive that ended before it was rectified is settled by
// its end: that day counts and nothing is left to do.
//
// As of `today`: papers that came in later, later postings, checks and endings are not known yet.
// An archive that ended on a day that nobody wrote down is not in the cohort.
Rectification RectificationOf(const Case& c, const RuleContext& context);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_CHECK_RECTIFICATION_H_
