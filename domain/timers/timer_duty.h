#ifndef BANGFU_DOMAIN_TIMERS_TIMER_DUTY_H_
#define BANGFU_DOMAIN_TIMERS_TIMER_DUTY_H_

#include <optional>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "bangfu/v1/finding.pb.h"
#include "bangfu/v1/timer.pb.h"
#include "domain/timers/timer_facts.h"

namespace bangfu::domain {

// One duty as it stands on the day asked for: a timer (see timer.proto for the fields) before it is
// written out, and what there is to say about it.
struct Duty {
  v1::TimerKind kind;
  v1::TimerStart started_by;
  absl::string_view subject_id;  // in the records
  std::optional<absl::CivilDay> started_on = std::nullopt;
  std::optional<absl::CivilDay> last_day = std::nullopt;
  v1::TimerState state = v1::TIMER_STATE_RUNNING;
  std::optional<absl::CivilDay> met_on = std::nullopt;
  v1::NextAction next_action = v1::NEXT_ACTION_UNSPECIFIED;
  v1::FindingCode finding = v1::FINDING_CODE_UNSPECIFIED;  // none
  bool assumed = false;  // the last day follows from a value that no document at hand states
  int done = 0;
  int due = 0;
};

using Duties = absl::InlinedVector<Duty, 8>;

// Each of them adds the duties of one kind to `duties`, in no order. What they mean: timers.h.
void AddVisits(const CaseFacts& facts, Duties& duties);
void AddAidEntries(const CaseFacts& facts, Duties& duties);
void AddAidOfTheYear(const CaseFacts& facts, Duties& duties);
void AddNewCause(const CaseFacts& facts, Duties& duties);
void AddCauseDecisions(const CaseFacts& facts, Duties& duties);
void AddDeregistration(const CaseFacts& facts, Duties& duties);
void AddPosting(const CaseFacts& facts, Duties& duties);
void AddContract(const CaseFacts& facts, Duties& duties);
void AddCertificate(const CaseFacts& facts, Duties& duties);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_TIMERS_TIMER_DUTY_H_
