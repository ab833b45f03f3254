#ifndef BANGFU_DOMAIN_RULES_CAUSE_DECISION_H_
#define BANGFU_DOMAIN_RULES_CAUSE_DECISION_H_

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "bangfu/v1/archive.pb.h"
#include "bangfu/v1/change.pb.h"
#include "domain/rules/finding.h"

namespace bangfu::domain {

// Whether somebody still has to decide on the report.
bool IsUndecided(const v1::CauseReport& report);

// Checks a decision on a reported cause (R53). Errors: NOT_FOUND when the archive has no such
// report, WRONG_STATUS when it is decided, REQUIRED_MISSING or UNKNOWN_CODE when the decision is
// neither yes nor no, LOGIC when a yes meets an archive that is no temporary family.
Findings CheckCauseDecision(const v1::Archive& archive, const v1::DecideCause& decision);

// Takes the decision: a cause that qualifies makes a temporary family (临时困难户) one of
// 意外致困户, one that does not leaves the category as it is (A21). The day is `today`. Nothing
// without an undecided report of that id.
void DecideCause(v1::Archive& archive, const v1::DecideCause& decision, absl::CivilDay today);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_RULES_CAUSE_DECISION_H_
