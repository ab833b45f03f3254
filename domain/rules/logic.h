#ifndef BANGFU_DOMAIN_RULES_LOGIC_H_
#define BANGFU_DOMAIN_RULES_LOGIC_H_

#include "absl/time/civil_time.h"
#include "bangfu/v1/archive.pb.h"
#include "domain/rules/finding.h"

namespace bangfu::domain {

// Checks what fields say together (R28). Errors: sex and birth date against the identity number, of worker and members;
// work began at 16 or later; a person twice in the household; causes (R85, A15): at most three secondary ones, distinct,
// none equal to the main; 子女上学 without a child, 供养直系亲属大病 without a lineal relative in the household.
// Warnings: 本人大病 with good health, 下岗失业 with 在岗, zero-employment household with somebody on post or wages, 已婚
// without a spouse and 未婚 with one, migrant worker with non-agricultural registration.
Findings CheckLogic(const v1::Archive& archive, absl::CivilDay today);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_RULES_LOGIC_H_
