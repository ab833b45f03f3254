#include "domain/policy/policy.h"
#include "domain/text/civil_date.h"
#include "domain/timers/timer_duty.h"
#include "domain/timers/timers.h"

namespace bangfu::domain {
namespace {

// The first visit that found the household no longer eligible since the last one that found it
// eligible; nullptr when there is none. Of two results on one day the "no" stands: a later visit
// takes it back. A visit before the establishment, which found the household eligible after all, or
// after the ending starts and changes nothing.
const KnownVisit* FirstNo(const CaseFacts& facts) {
  const auto counts = [&facts](const KnownVisit& visit) {
    return visit.visited_on >= *facts.established_on &&
           (!facts.ended_on || visit.visited_on <= *facts.ended_on);
  };
  std::optional<absl::CivilDay> last_yes;
  for (const KnownVisit& visit : facts.visits) {
    if (visit.record->still_eligible() == v1::YES_NO_YES && counts(visit)) {
      last_yes = visit.visited_on;
    }
  }
  for (const KnownVisit& visit : facts.visits) {
    if (visit.record->still_eligible() == v1::YES_NO_NO && counts(visit) &&
        (!last_yes || visit.visited_on >= *last_yes)) {
      return &visit;
    }
  }
  return nullptr;
}

}  // namespace

void AddDeregistration(const CaseFacts& facts, Duties& duties) {
  if (!facts.established_on) return;
  const bool deregistered =
      facts.ended_on && facts.archive.status() == v1::ARCHIVE_STATUS_DEREGISTERED;
  // Withdrawn or merged: nothing is left to be deregistered.
  if (facts.ended && !deregistered) return;
  const KnownVisit* visit = FirstNo(facts);
  if (visit == nullptr) return;
  Duty duty{v1::TIMER_KIND_DEREGISTRATION, v1::TIMER_START_VISIT, visit->record->id()};
  duty.started_on = visit->visited_on;
  const std::optional<Setting<int>> days =
      facts.context.policy.DeregistrationDays(facts.archive.unit(), visit->visited_on);
  duty.last_day = AddDays(visit->visited_on, days ? days->value : kAssumedDeregistrationDays);
  duty.assumed = !days || days->policy->assumed();
  const bool in_time = facts.ended_on.value_or(facts.today()) <= *duty.last_day;
  if (deregistered) {
    duty.met_on = facts.ended_on;
    duty.state = in_time ? v1::TIMER_STATE_MET : v1::TIMER_STATE_MET_LATE;
  } else {
    duty.state = in_time ? v1::TIMER_STATE_RUNNING : v1::TIMER_STATE_OVERDUE;
  }
  if (!in_time) {
    duty.next_action = v1::NEXT_ACTION_ISSUE_CIRCULAR;
    duty.finding = v1::FINDING_CODE_CIRCULAR_DUE;
  } else if (!deregistered) {
    duty.next_action = v1::NEXT_ACTION_DEREGISTER;
    duty.finding = v1::FINDING_CODE_DEREGISTRATION_DUE;
  }
  duties.push_back(duty);
}

}  // namespace bangfu::domain
