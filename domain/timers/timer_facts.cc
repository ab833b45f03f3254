#include "domain/timers/timer_facts.h"

#include <algorithm>

#include "absl/time/time.h"
#include "domain/record/record_type.h"
#include "domain/text/civil_date.h"

namespace bangfu::domain {
namespace {

using absl::CivilDay;

template <typename Record>
std::optional<CivilDay> EntryDay(const Record& record) {
  if (!record.has_entered_time()) return std::nullopt;
  return ShanghaiDay(absl::FromUnixSeconds(record.entered_time().seconds()));
}

// The day, when it has come.
std::optional<CivilDay> ReachedDay(const std::string& text, CivilDay today) {
  const std::optional<CivilDay> day = ParseIsoDate(text);
  return day && *day <= today ? day : std::nullopt;
}

}  // namespace

CaseFacts FactsOf(const Case& c, const RuleContext& context) {
  const v1::Archive& archive = *c.archive;
  const CivilDay today = context.today;
  CaseFacts facts{archive, context};
  facts.filed_on = ParseIsoDate(archive.filed_on());
  facts.established_on = ReachedDay(archive.established_on(), today);
  facts.ended_on = ReachedDay(archive.ended_on(), today);
  // An archive that ended on a day that nobody wrote down has no duties on any day.
  facts.ended = facts.ended_on || (!ParseIsoDate(archive.ended_on()) && !IsLive(archive.status()));
  for (const v1::AidEvent* aid : c.aid_events) {
    const std::optional<CivilDay> aided_on = ReachedDay(aid->aided_on(), today);
    if (!aided_on) continue;
    const std::optional<CivilDay> entered_on = EntryDay(*aid);
    if (entered_on && *entered_on > today) continue;
    facts.aid_events.push_back({aid, *aided_on, entered_on});
  }
  for (const v1::Visit* visit : c.visits) {
    const std::optional<CivilDay> visited_on = ReachedDay(visit->visited_on(), today);
    if (!visited_on) continue;
    const std::optional<CivilDay> entered_on = EntryDay(*visit);
    if (entered_on && *entered_on > today) continue;
    facts.visits.push_back({visit, *visited_on});
  }
  std::sort(
      facts.aid_events.begin(), facts.aid_events.end(), [](const KnownAid& a, const KnownAid& b) {
        return a.aided_on != b.aided_on ? a.aided_on < b.aided_on : a.record->id() < b.record->id();
      });
  std::sort(facts.visits.begin(), facts.visits.end(), [](const KnownVisit& a, const KnownVisit& b) {
    return a.visited_on != b.visited_on ? a.visited_on < b.visited_on
                                        : a.record->id() < b.record->id();
  });
  return facts;
}

}  // namespace bangfu::domain
