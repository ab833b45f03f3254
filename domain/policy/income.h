#ifndef BANGFU_DOMAIN_POLICY_INCOME_H_
#define BANGFU_DOMAIN_POLICY_INCOME_H_

#include <cstdint>

#include "bangfu/v1/archive.pb.h"
#include "domain/rules/case.h"
#include "domain/rules/finding.h"

namespace bangfu::domain {

// The sums of annex 3 (A27), in fen. Amounts that are not stated count as zero; results that would
// not fit saturate, whatever the order of the members.

// Persons of the household, the worker counted.
int HouseholdSize(const v1::Archive& archive);

// Wages of a year: (own monthly income + members' monthly incomes) × 12.
int64_t YearlyWagesFen(const v1::Archive& archive);

// Income of the household in a year: wages + other yearly income.
int64_t YearlyHouseholdIncomeFen(const v1::Archive& archive);

// Income per person and month, rounded half up to the fen.
int64_t MonthlyIncomePerPersonFen(const v1::Archive& archive);

// Income against the standard of the tier (R41, R42), and for tier B against twice the local dibao
// line (R43, A31) in force at the unit on the day of filing (today while it is empty): warnings
// that name both fields, unless the reason is recorded (above_standard_reason). What lies within a
// union's own standard whose policy records why it is above the limit needs no second reason. A
// tier that is not stated counts as tier A. Nothing for certificate holders, whom civil affairs
// have examined, for tier C, while an amount is missing (CheckRequired names it), and where no
// policy is in force.
Findings CheckIncome(const v1::Archive& archive, const RuleContext& context);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_POLICY_INCOME_H_
