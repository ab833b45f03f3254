#ifndef BANGFU_DOMAIN_RULES_TIMERS_H_
#define BANGFU_DOMAIN_RULES_TIMERS_H_

#include <vector>

#include "bangfu/v1/timer.pb.h"
#include "domain/rules/case.h"
#include "domain/rules/finding.h"

namespace bangfu::domain {

// The timers of one case as of `context.today`: what was entered after that day is not known yet.
// Order: by kind, then start, then subject.
std::vector<v1::Timer> TimersOf(const Case& c, const RuleContext& context);

// What the timers have to say: duties that were missed, met late, or are near their end. Warnings
// only: a record is never refused for a missed deadline (A17).
Findings CheckTimers(const Case& c, const RuleContext& context);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_RULES_TIMERS_H_
