#include "domain/check/rectification.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "domain/notice/public_notice.h"
#include "domain/paper/paper_comparison.h"
#include "domain/policy/policy.h"
#include "domain/record/record_type.h"
#include "domain/rules/form.h"
#include "domain/rules/logic.h"
#include "domain/rules/materials.h"
#include "domain/text/civil_date.h"

namespace bangfu::domain {
namespace {

using absl::CivilDay;
using v1::Archive;
using v1::Material;

constexpr char kPaperRule[] = "R31";

struct Period {
  CivilDay first;
  CivilDay last;
};

std::optional<Period> CampaignFor(const Archive& archive, const RuleContext& context) {
  const auto campaign = context.policy.CampaignOf(archive.unit(), context.today);
  if (!campaign) return std::nullopt;
  const std::optional<CivilDay> first = ParseIsoDate(campaign->value->starts_on());
  const std::optional<CivilDay> last = ParseIsoDate(campaign->value->ends_on());
  if (!first || !last) return std::nullopt;
  return Period{*first, *last};
}

bool IsInCohort(const Archive& archive, const Period& campaign) {
  if (archive.tier() == v1::TIER_B || archive.tier() == v1::TIER_C) return false;
  const std::optional<CivilDay> established = ParseIsoDate(archive.established_on());
  if (!established || *established > campaign.first) return false;
  const std::optional<CivilDay> ended = ParseIsoDate(archive.ended_on());
  // One that ended on a day that nobody wrote down has nothing left to be rectified.
  return ended ? *ended >= campaign.first : IsLive(archive.status());
}

v1::HardshipCategory CategoryOf(const Archive& archive) {
  return archive.determined_category() != v1::HARDSHIP_CATEGORY_UNSPECIFIED
             ? archive.determined_category()
             : archive.claimed_category();
}

template <typename Elements, typename Predicate>
void Remove(Elements& elements, const Predicate& predicate) {
  elements.erase(std::remove_if(elements.begin(), elements.end(), predicate), elements.end());
}

bool IsAfter(const std::string& text, CivilDay day) {
  const std::optional<CivilDay> date = ParseIsoDate(text);
  return date && *date > day;
}

bool IsReceivedAfter(const Material& material, CivilDay day) {
  return IsAfter(material.received_on(), day);
}

// The day on which the paper was checked, as far as known on `today`.
std::optional<CivilDay> CheckedOn(const Archive& archive, CivilDay today) {
  const std::optional<CivilDay> checked = ParseIsoDate(archive.paper_checked_on());
  return checked && *checked <= today ? checked : std::nullopt;
}

// The day on which the last paper that was due came in; nothing when none was. Requires complete
// papers, each with its day.
std::optional<CivilDay> PapersCompleteOn(const Archive& archive) {
  const v1::HardshipCategory category = CategoryOf(archive);
  const auto incomplete_before = [&](CivilDay day) {
    Archive earlier = archive;
    Remove(*earlier.mutable_materials(),
           [day](const Material& m) { return IsReceivedAfter(m, day - 1); });
    return HasErrors(CheckMaterials(earlier, category));
  };
  std::vector<CivilDay> days;
  for (const Material& material : archive.materials()) {
    if (const auto day = ParseIsoDate(material.received_on())) days.push_back(*day);
  }
  std::sort(days.begin(), days.end());
  days.erase(std::unique(days.begin(), days.end()), days.end());
  // Papers that come in later, such as a renewed contract, never make complete papers incomplete.
  const auto complete = std::partition_point(days.begin(), days.end(), incomplete_before);
  return complete == days.begin() ? std::nullopt : std::make_optional(*std::prev(complete));
}

v1::Finding NotChecked() {
  v1::Finding finding = Error(
      kPaperRule, v1::FINDING_CODE_REQUIRED_MISSING, "paper_checked_on",
      Text{"尚未记录纸质核对日期：请将纸质档案与电子档案逐项核对后填写。",
           "the day on which the paper was checked is not recorded: compare paper and electronic "
           "archive and record it"});
  finding.set_next_action(v1::NEXT_ACTION_TRANSCRIBE_PAPER);
  return finding;
}

void AppendErrors(Findings& to, Findings from) {
  for (v1::Finding& finding : from) {
    // A day after `today` is not known yet; records with a day after the present one are never
    // stored.
    if (finding.severity() == v1::SEVERITY_ERROR &&
        finding.code() != v1::FINDING_CODE_DATE_IN_FUTURE) {
      to.push_back(std::move(finding));
    }
  }
}

Findings OpenOn(const Archive& archive, CivilDay today) {
  Findings open;
  AppendErrors(open, CheckMaterials(archive, CategoryOf(archive)));
  AppendErrors(open, CheckPublicNotice(archive, today));
  AppendErrors(open, CheckValues(archive, today));
  AppendErrors(open, CheckRequired(archive));
  AppendErrors(open, CheckLogic(archive, today));
  Append(open, CheckPaper(archive));  // a group that was not transcribed is open too
  if (!CheckedOn(archive, today)) open.push_back(NotChecked());
  return open;
}

Rectification Rectify(const Archive& archive, const Period& campaign, CivilDay today) {
  Rectification result;
  result.last_day = campaign.last;
  result.open = OpenOn(archive, today);
  if (result.open.empty()) {
    // nullopt is less than every day.
    result.rectified_on = std::max(CheckedOn(archive, today), PapersCompleteOn(archive));
  }
  const std::optional<CivilDay> ended = ParseIsoDate(archive.ended_on());
  if (ended && *ended <= today && (!result.rectified_on || *ended < *result.rectified_on)) {
    result.rectified_on = ended;
    result.open.clear();
  }
  if (result.rectified_on) {
    result.state = *result.rectified_on <= campaign.last ? RectificationState::kOnTime
                                                         : RectificationState::kLate;
  } else {
    result.state =
        today <= campaign.last ? RectificationState::kOpen : RectificationState::kOverdue;
  }
  for (v1::Finding& finding : result.open) {
    if (finding.last_day().empty()) finding.set_last_day(FormatDate(campaign.last));
  }
  return result;
}

}  // namespace

Rectification RectificationOf(const Case& c, const RuleContext& context) {
  const Archive& archive = *c.archive;
  const std::optional<Period> campaign = CampaignFor(archive, context);
  if (!campaign || !IsInCohort(archive, *campaign)) return {};
  const CivilDay today = context.today;
  const auto is_later_paper = [today](const Material& m) { return IsReceivedAfter(m, today); };
  const auto is_later_posting = [today](const v1::Posting& posting) {
    return IsAfter(posting.posted_from(), today);
  };
  if (std::none_of(archive.materials().begin(), archive.materials().end(), is_later_paper) &&
      std::none_of(archive.postings().begin(), archive.postings().end(), is_later_posting)) {
    return Rectify(archive, *campaign, today);
  }
  Archive known = archive;
  Remove(*known.mutable_materials(), is_later_paper);
  Remove(*known.mutable_postings(), is_later_posting);
  return Rectify(known, *campaign, today);
}

}  // namespace bangfu::domain
