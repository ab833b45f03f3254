#include <algorithm>
#include <tuple>

#include "domain/notice/public_notice.h"
#include "domain/text/civil_date.h"
#include "domain/timers/timer_duty.h"

namespace bangfu::domain {
namespace {

using absl::CivilDay;

// A posting with its days read.
struct ReadPosting {
  const v1::Posting* record = nullptr;
  CivilDay from;
  std::optional<CivilDay> until = std::nullopt;
};

// The latest posting that had begun by `today`.
ReadPosting LatestPosting(const v1::Archive& archive, CivilDay today) {
  const auto rank = [](const ReadPosting& posting) {
    return std::make_tuple(posting.from, posting.until, absl::string_view(posting.record->id()));
  };
  ReadPosting latest;
  for (const v1::Posting& record : archive.postings()) {
    const std::optional<CivilDay> from = ParseIsoDate(record.posted_from());
    if (!from || *from > today) continue;
    const ReadPosting posting{&record, *from, ParseIsoDate(record.posted_until())};
    if (latest.record == nullptr || rank(latest) < rank(posting)) latest = posting;
  }
  return latest;
}

}  // namespace

void AddPosting(const CaseFacts& facts, Duties& duties) {
  if (facts.ended) return;
  const ReadPosting posting = LatestPosting(facts.archive, facts.today());
  if (posting.record == nullptr) return;
  Duty duty{v1::TIMER_KIND_POSTING, v1::TIMER_START_POSTING, posting.record->id()};
  duty.started_on = posting.from;
  const CivilDay shortest = AddDays(posting.from, kMinPostingDays - 1);
  duty.last_day = std::max(posting.until.value_or(shortest), shortest);
  if (facts.today() <= *duty.last_day) {
    // One that is to end too early is to be prolonged or posted again.
    const bool too_short = posting.until && *posting.until < shortest;
    duty.next_action = too_short ? v1::NEXT_ACTION_POST : v1::NEXT_ACTION_AWAIT_END_OF_POSTING;
  } else if (posting.until == duty.last_day) {
    duty.state = v1::TIMER_STATE_MET;
    duty.met_on = duty.last_day;
    duty.next_action = AfterPosting(facts.archive, facts.today());
  } else {
    duty.state = v1::TIMER_STATE_OVERDUE;
    duty.next_action = v1::NEXT_ACTION_POST;
  }
  duties.push_back(duty);
}

}  // namespace bangfu::domain
