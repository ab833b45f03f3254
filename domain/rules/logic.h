#ifndef BANGFU_DOMAIN_RULES_LOGIC_H_
#define BANGFU_DOMAIN_RULES_LOGIC_H_

#include "absl/time/civil_time.h"
#include "bangfu/v1/archive.pb.h"
#include "domain/rules/finding.h"

namespace bangfu::domain {

// Age from which somebody may work: Labour Law, article 15.
inline constexpr int kWorkingAge = 16;  // completed years
// Secondary causes of hardship (R85).
inline constexpr int kMaxSecondaryCauses = 3;

// Checks what fields say together (R28). Fields that are empty or wrong alone (CheckValues) take no
// part, so each mistake is reported once. A finding names the member it is about, and whose turn it
// is.
//
// Errors
//   sex against the identity number, of worker and members
//   work began, and the contract was signed, at 16 or later and by the day of filing (work: `today`
//   while that is not stated); the days of the life of the case (logic_dates.h); a paper's validity
//   ends on or after the day it begins the word for the contract term against its months (A13) a
//   person twice in the household causes (R85, A15): at most three secondary ones, distinct, none
//   equal to the main main cause 子女上学 without a child in the household: son or daughter,
//   adopted and step ones too main cause 供养直系亲属大病 without a lineal relative in the
//   household: parents, grandparents, children, grandchildren, step and adoptive ones too; and the
//   spouse, whom unions count among the dependants although a spouse is no lineal relative in law
// Warnings
//   本人大病 (main or secondary) with good health, 下岗失业 (main or secondary) with 在岗
//   zero-employment household with the worker on post, an employed member or anybody's monthly
//   income; the income of a retired worker is a pension and passes
//   已婚 without a spouse and 未婚 with one
//   migrant worker with non-agricultural registration
//   contract with the current employer signed before work life began
// The secondary causes 子女上学 and 供养直系亲属大病 are not checked against the household.
Findings CheckLogic(const v1::Archive& archive, absl::CivilDay today);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_RULES_LOGIC_H_
