#ifndef BANGFU_DOMAIN_TIMERS_TIMER_FINDING_H_
#define BANGFU_DOMAIN_TIMERS_TIMER_FINDING_H_

#include <string>
#include <vector>

#include "domain/timers/timer_duty.h"

namespace bangfu::domain {

// Rule that sets a duty, "R47".
const std::string& RuleOfTimer(v1::TimerKind kind);

// Org paths of those whom the next action of `duty` is about: the filing unit, for a circular its
// district or industry union too, when the dictionary knows it (R51).
std::vector<std::string> OrgsOf(const Duty& duty, const CaseFacts& facts);

// What is to be said about a duty whose `finding` is set: a warning that tells what started it and
// the last day.
v1::Finding FindingOf(const Duty& duty, const CaseFacts& facts);

// The warning about aid that lies before the establishment, or was given to a household whose
// archive is not established yet (R48).
v1::Finding AidBeforeEstablishment(const KnownAid& aid, const CaseFacts& facts);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_TIMERS_TIMER_FINDING_H_
