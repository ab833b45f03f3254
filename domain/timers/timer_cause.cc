#include <algorithm>

#include "domain/rules/cause_decision.h"
#include "domain/text/civil_date.h"
#include "domain/timers/timer_duty.h"
#include "domain/timers/timers.h"

namespace bangfu::domain {
namespace {

using absl::CivilDay;

// Whether the center had not answered the report by `today`.
bool IsUndecidedOn(const v1::CauseReport& report, CivilDay today) {
  if (IsUndecided(report)) return true;
  const std::optional<CivilDay> decided_on = ParseIsoDate(report.decided_on());
  return decided_on && *decided_on > today;
}

// A cause that qualified on a later day moved the family from temporary to accident then (R53), so
// it was temporary before.
bool IsTemporary(const v1::Archive& archive, CivilDay today) {
  if (archive.determined_category() == v1::HARDSHIP_CATEGORY_TEMPORARY) return true;
  return archive.determined_category() == v1::HARDSHIP_CATEGORY_ACCIDENT &&
         std::any_of(archive.cause_reports().begin(), archive.cause_reports().end(),
                     [today](const v1::CauseReport& report) {
                       return report.qualifies() == v1::YES_NO_YES && IsUndecidedOn(report, today);
                     });
}

}  // namespace

void AddNewCause(const CaseFacts& facts, Duties& duties) {
  if (!facts.Runs() || !IsTemporary(facts.archive, facts.today())) return;
  Duty duty{v1::TIMER_KIND_NEW_CAUSE, v1::TIMER_START_ESTABLISHMENT, facts.archive.id()};
  duty.started_on = facts.established_on;
  for (const v1::CauseReport& report : facts.archive.cause_reports()) {
    const std::optional<CivilDay> reported_on = ParseIsoDate(report.reported_on());
    if (!reported_on || *reported_on > facts.today() || *reported_on < *duty.started_on) continue;
    // Of several on one day the one with the highest id, so that the order does not matter.
    if (reported_on == duty.started_on && duty.started_by == v1::TIMER_START_CAUSE_REPORT &&
        report.id() < duty.subject_id) {
      continue;
    }
    duty.started_on = reported_on;
    duty.started_by = v1::TIMER_START_CAUSE_REPORT;
    duty.subject_id = report.id();
  }
  duty.last_day = AddMonths(*duty.started_on, kNewCauseMonths);
  duty.next_action = v1::NEXT_ACTION_REPORT_CAUSE;
  if (facts.today() > *duty.last_day) {
    duty.state = v1::TIMER_STATE_OVERDUE;
    duty.next_action = v1::NEXT_ACTION_CONFIRM_WITHDRAWAL;
    duty.finding = v1::FINDING_CODE_NO_NEW_CAUSE;
  }
  duties.push_back(duty);
}

void AddCauseDecisions(const CaseFacts& facts, Duties& duties) {
  if (!facts.Runs() || !IsTemporary(facts.archive, facts.today())) return;
  for (const v1::CauseReport& report : facts.archive.cause_reports()) {
    const std::optional<CivilDay> reported_on = ParseIsoDate(report.reported_on());
    if (!reported_on || *reported_on > facts.today() || !IsUndecidedOn(report, facts.today())) {
      continue;
    }
    Duty duty{v1::TIMER_KIND_CAUSE_DECISION, v1::TIMER_START_CAUSE_REPORT, report.id()};
    duty.started_on = reported_on;
    duty.next_action = v1::NEXT_ACTION_DECIDE_CAUSE;
    duty.finding = v1::FINDING_CODE_CAUSE_UNDECIDED;
    duties.push_back(duty);
  }
}

}  // namespace bangfu::domain
