#include <algorithm>
#include <cstdint>

#include "domain/text/civil_date.h"
#include "domain/timers/timer_duty.h"
#include "domain/timers/timers.h"

namespace bangfu::domain {
namespace {

using absl::CivilDay;

constexpr int kMonthsPerYear = 12;

// Always from the day of filing, so that 29 February does not drift to 28 for good.
CivilDay Anniversary(CivilDay filed_on, int year) {
  return AddMonths(filed_on, int64_t{year} * kMonthsPerYear);
}

// The visits of one year from the filing; several on one day count once (A16).
Duty VisitsOf(const CaseFacts& facts, int year) {
  Duty duty{v1::TIMER_KIND_VISITS, v1::TIMER_START_FILING, facts.archive.id()};
  duty.started_on = Anniversary(*facts.filed_on, year);
  duty.last_day = AddDays(Anniversary(*facts.filed_on, year + 1), -1);
  duty.due = kVisitsPerYear;
  std::optional<CivilDay> counted;
  for (const KnownVisit& visit : facts.visits) {
    if (visit.visited_on < *duty.started_on || visit.visited_on > *duty.last_day) continue;
    if (visit.visited_on == counted) continue;
    counted = visit.visited_on;
    if (++duty.done == duty.due) duty.met_on = counted;
  }
  if (duty.met_on) {
    duty.state = v1::TIMER_STATE_MET;
    return duty;
  }
  duty.next_action = v1::NEXT_ACTION_VISIT;
  if (facts.today() > *duty.last_day) {
    duty.state = v1::TIMER_STATE_OVERDUE;
    duty.finding = v1::FINDING_CODE_VISITS_MISSED;
  }
  return duty;
}

}  // namespace

void AddVisits(const CaseFacts& facts, Duties& duties) {
  if (!facts.Runs() || !facts.filed_on) return;
  // Years are numbered by those completed since the filing, as ages are.
  const std::optional<int> last = AgeOn(*facts.filed_on, facts.today());
  if (!last) return;
  const int established = AgeOn(*facts.filed_on, *facts.established_on).value_or(0);
  for (int year = std::max(established, *last - kMaxVisitYears + 1); year <= *last; ++year) {
    duties.push_back(VisitsOf(facts, year));
  }
}

}  // namespace bangfu::domain
