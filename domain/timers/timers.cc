#include "domain/timers/timers.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/string_view.h"
#include "domain/text/civil_date.h"
#include "domain/timers/timer_duty.h"
#include "domain/timers/timer_facts.h"
#include "domain/timers/timer_finding.h"

namespace bangfu::domain {
namespace {

// All but the posting, about which there is nothing to say here.
Duties DutiesWithFindings(const CaseFacts& facts) {
  Duties duties;
  AddVisits(facts, duties);
  AddAidEntries(facts, duties);
  AddAidOfTheYear(facts, duties);
  AddNewCause(facts, duties);
  AddCauseDecisions(facts, duties);
  AddDeregistration(facts, duties);
  AddContract(facts, duties);
  AddCertificate(facts, duties);
  return duties;
}

void Sort(Duties& duties) {
  const auto rank = [](const Duty& duty) {
    return std::make_tuple(duty.kind, duty.started_on, duty.subject_id, duty.met_on);
  };
  std::sort(duties.begin(), duties.end(),
            [&rank](const Duty& a, const Duty& b) { return rank(a) < rank(b); });
}

v1::Timer TimerOf(const Duty& duty, const CaseFacts& facts) {
  v1::Timer timer;
  timer.set_kind(duty.kind);
  timer.set_rule(RuleOfTimer(duty.kind));
  timer.set_archive_id(facts.archive.id());
  timer.set_subject_id(duty.subject_id.data(), duty.subject_id.size());
  timer.set_started_by(duty.started_by);
  if (duty.started_on) timer.set_started_on(FormatDate(*duty.started_on));
  if (duty.last_day) timer.set_last_day(FormatDate(*duty.last_day));
  timer.set_state(duty.state);
  if (duty.met_on) timer.set_met_on(FormatDate(*duty.met_on));
  timer.set_next_action(duty.next_action);
  for (std::string& org : OrgsOf(duty, facts)) timer.add_orgs(std::move(org));
  timer.set_done(duty.done);
  timer.set_due(duty.due);
  return timer;
}

bool IsOverdue(const Duties& duties) {
  return std::any_of(duties.begin(), duties.end(),
                     [](const Duty& duty) { return duty.state == v1::TIMER_STATE_OVERDUE; });
}

}  // namespace

std::vector<v1::Timer> TimersOf(const Case& c, const RuleContext& context) {
  const CaseFacts facts = FactsOf(c, context);
  Duties duties = DutiesWithFindings(facts);
  AddPosting(facts, duties);
  Sort(duties);
  std::vector<v1::Timer> timers;
  timers.reserve(duties.size());
  for (const Duty& duty : duties) timers.push_back(TimerOf(duty, facts));
  return timers;
}

Findings CheckTimers(const Case& c, const RuleContext& context) {
  const CaseFacts facts = FactsOf(c, context);
  Duties duties = DutiesWithFindings(facts);
  duties.erase(
      std::remove_if(duties.begin(), duties.end(),
                     [](const Duty& duty) { return duty.finding == v1::FINDING_CODE_UNSPECIFIED; }),
      duties.end());
  Sort(duties);
  Findings findings;
  for (const Duty& duty : duties) findings.push_back(FindingOf(duty, facts));
  for (const KnownAid& aid : facts.aid_events) {
    if (facts.established_on && aid.aided_on >= *facts.established_on) continue;
    findings.push_back(AidBeforeEstablishment(aid, facts));
  }
  return findings;
}

bool IsDue(const Case& c, const RuleContext& context, v1::WithdrawalBasis basis) {
  Duties duties;
  switch (basis) {
    case v1::WITHDRAWAL_BASIS_NO_AID:
      AddAidOfTheYear(FactsOf(c, context), duties);
      return IsOverdue(duties);
    case v1::WITHDRAWAL_BASIS_NO_NEW_CAUSE:
      AddNewCause(FactsOf(c, context), duties);
      return IsOverdue(duties);
    default:
      return basis == v1::WITHDRAWAL_BASIS_OTHER;
  }
}

}  // namespace bangfu::domain
