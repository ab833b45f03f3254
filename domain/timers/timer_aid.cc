#include "domain/text/civil_date.h"
#include "domain/timers/timer_duty.h"
#include "domain/timers/timers.h"

namespace bangfu::domain {

void AddAidEntries(const CaseFacts& facts, Duties& duties) {
  if (!facts.established_on) return;
  for (const KnownAid& aid : facts.aid_events) {
    if (!aid.entered_on) continue;
    Duty duty{v1::TIMER_KIND_AID_ENTRY, v1::TIMER_START_AID, aid.record->id()};
    duty.started_on = aid.aided_on;
    duty.last_day = AddDays(aid.aided_on, kAidEntryDays);
    duty.met_on = aid.entered_on;
    duty.state = v1::TIMER_STATE_MET;
    if (*duty.met_on > *duty.last_day) {
      duty.state = v1::TIMER_STATE_MET_LATE;
      duty.finding = v1::FINDING_CODE_AID_ENTERED_LATE;
    }
    duties.push_back(duty);
  }
}

void AddAidOfTheYear(const CaseFacts& facts, Duties& duties) {
  if (!facts.Runs()) return;
  Duty duty{v1::TIMER_KIND_AID_OF_THE_YEAR, v1::TIMER_START_ESTABLISHMENT, facts.archive.id()};
  duty.started_on = facts.established_on;
  for (const KnownAid& aid : facts.aid_events) {
    const absl::CivilDay day = aid.InformationDay();
    if (day < *duty.started_on) continue;
    // Of several on one day the one with the highest id, so that the order does not matter.
    if (day == *duty.started_on && duty.started_by == v1::TIMER_START_AID_ENTRY &&
        aid.record->id() < duty.subject_id) {
      continue;
    }
    duty.started_on = day;
    duty.started_by = v1::TIMER_START_AID_ENTRY;
    duty.subject_id = aid.record->id();
  }
  duty.last_day = AddMonths(*duty.started_on, kAidMonths);
  duty.next_action = v1::NEXT_ACTION_ENTER_AID;
  if (facts.today() > *duty.last_day) {
    duty.state = v1::TIMER_STATE_OVERDUE;
    duty.next_action = v1::NEXT_ACTION_CONFIRM_WITHDRAWAL;
    duty.finding = v1::FINDING_CODE_NO_AID_FOR_A_YEAR;
  }
  duties.push_back(duty);
}

}  // namespace bangfu::domain
