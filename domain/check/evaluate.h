#ifndef BANGFU_DOMAIN_CHECK_EVALUATE_H_
#define BANGFU_DOMAIN_CHECK_EVALUATE_H_

#include "domain/rules/case.h"
#include "domain/rules/finding.h"

namespace bangfu::domain {

// Everything that the rules of the notice have to say about one household as of `context.today`:
// values (CheckValues) of all its records, required fields, logic, papers due for the determined
// category or else the claimed one, paper against electronic archive, public notice, income
// against the tier's standard, and the timers. Pure; the order of list elements, aid events and
// visits does not matter. Rules about several archives are in case_set.h, those about a step in the
// life of an archive in lifecycle.h.
Findings Evaluate(const Case& c, const RuleContext& context);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_CHECK_EVALUATE_H_
