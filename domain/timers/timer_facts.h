#ifndef BANGFU_DOMAIN_TIMERS_TIMER_FACTS_H_
#define BANGFU_DOMAIN_TIMERS_TIMER_FACTS_H_

#include <optional>

#include "absl/container/inlined_vector.h"
#include "absl/time/civil_time.h"
#include "domain/rules/case.h"

namespace bangfu::domain {

// An aid event that is known on the day asked for.
struct KnownAid {
  const v1::AidEvent* record;
  absl::CivilDay aided_on;
  std::optional<absl::CivilDay> entered_on;  // in Asia/Shanghai; nothing for records from a file

  // Day on which it became aid information of this archive (R49).
  absl::CivilDay InformationDay() const { return entered_on.value_or(aided_on); }
};

// A visit that is known on the day asked for.
struct KnownVisit {
  const v1::Visit* record;
  absl::CivilDay visited_on;
};

// What is known of one case on one day, every date read once. Points at the records and the
// context.
struct CaseFacts {
  const v1::Archive& archive;
  const RuleContext& context;
  std::optional<absl::CivilDay> filed_on = std::nullopt;
  // Nothing while it was not established.
  std::optional<absl::CivilDay> established_on = std::nullopt;
  // Nothing while it had not ended.
  std::optional<absl::CivilDay> ended_on = std::nullopt;
  bool ended = false;                                // with or without a known day
  absl::InlinedVector<KnownAid, 8> aid_events = {};  // by day of the aid, then id
  absl::InlinedVector<KnownVisit, 8> visits = {};    // by day of the visit, then id

  absl::CivilDay today() const { return context.today; }
  // Whether the duties of an established archive run.
  bool Runs() const { return established_on.has_value() && !ended; }
};

// Takes the facts of `c` as of `context.today`; both must outlive the result.
CaseFacts FactsOf(const Case& c, const RuleContext& context);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_TIMERS_TIMER_FACTS_H_
