#include "domain/check/case_set_units.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "domain/check/case_set_number.h"
#include "domain/policy/policy.h"
#include "domain/rules/org_tree.h"
#include "domain/text/civil_date.h"

namespace bangfu::domain {
namespace {

constexpr int kMaxListedGaps = 5;  // stretches of missing numbers in one message
constexpr int kDecember = 12;
constexpr int kPercent = 100;

std::string FourDigits(int sequence) { return absl::StrCat(absl::Dec(sequence, absl::kZeroPad4)); }

// The numbers of a prefix and year that are in the set.
struct Sequence {
  std::vector<int> numbers;
  int highest = 0;
  std::string unit;  // of the archive with the highest number
};

// What is missing from 1 to the highest number; `numbers` is sorted.
struct Gaps {
  int missing = 0;
  int stretches = 0;
  std::string listed;  // "0003、0007–0009"
};

Gaps GapsOf(const std::vector<int>& numbers) {
  Gaps gaps;
  int next = 1;
  for (const int number : numbers) {
    if (number > next) {
      gaps.missing += number - next;
      if (++gaps.stretches <= kMaxListedGaps) {
        absl::StrAppend(&gaps.listed, gaps.listed.empty() ? "" : "、", FourDigits(next));
        if (number - 1 > next) absl::StrAppend(&gaps.listed, "–", FourDigits(number - 1));
      }
    }
    next = number + 1;  // a number that is there twice is another finding
  }
  return gaps;
}

Text GapText(const std::string& prefix, int year, const Gaps& gaps) {
  const bool more = gaps.stretches > kMaxListedGaps;
  return Text{absl::StrCat("统一编号：", prefix, year, " 缺 ", gaps.listed, more ? " 等" : "",
                           "，共 ", gaps.missing,
                           " 个编号的档案不在所查档案之内；请核对是否漏查，或编号没有连续使用。"),
              absl::StrCat("unified number: of ", prefix, year, " ", gaps.listed,
                           more ? " and others" : "", " are missing, ", gaps.missing,
                           " archives that are not among those checked; see whether they were left "
                           "out or numbers were skipped")};
}

// Filings of a unit in a year.
struct Filings {
  int all = 0;
  int in_december = 0;
};

// Document that sets the limit, or that it is assumed.
std::string SourceOf(const v1::Policy& policy, bool english) {
  if (policy.assumed()) return english ? ", assumed" : "，假定值";
  return policy.source().empty() ? "" : absl::StrCat(english ? ", " : "，", policy.source());
}

Text RushText(const std::string& unit, int year, const Filings& filings,
              const Setting<int>& limit) {
  const int percent = filings.in_december * kPercent / filings.all;
  const v1::Policy& policy = *limit.policy;
  return Text{
      absl::StrCat("填报日期：", unit, " ", year, " 年共填报 ", filings.all, " 份，其中 12 月 ",
                   filings.in_december, " 份（", percent, "%），达到 ", limit.value, "% 的界限（",
                   policy.effective_from(), " 起", SourceOf(policy, /*english=*/false),
                   "）；困难职工应随时发现、随时建档，请核查是否年底突击建档。"),
      absl::StrCat("filed on: ", unit, " filed ", filings.in_december, " of its ", filings.all,
                   " archives of ", year, " in December (", percent,
                   "%), which reaches the limit of ", limit.value, "% (since ",
                   policy.effective_from(), SourceOf(policy, /*english=*/true),
                   "); archives are to be filed as cases are found, look into it")};
}

v1::Finding UnitWarning(absl::string_view rule, v1::FindingCode code, absl::string_view field,
                        const Text& text) {
  v1::Finding finding = Warning(rule, code, field, text);
  finding.set_next_action(v1::NEXT_ACTION_LOOK_INTO);
  return finding;
}

}  // namespace

std::vector<SetFinding> CheckNumberGaps(absl::Span<const Case> cases, const RuleContext& context) {
  std::map<std::pair<std::string, int>, Sequence> sequences;
  for (const Case& c : cases) {
    const auto number = NumberAmongOthers(*c.archive);
    if (!number) continue;
    Sequence& sequence = sequences[{number->prefix, number->year}];
    sequence.numbers.push_back(number->sequence);
    // The smaller path of two with the same number: the order of the cases changes nothing.
    if (number->sequence > sequence.highest ||
        (number->sequence == sequence.highest && c.archive->unit() < sequence.unit)) {
      sequence.highest = number->sequence;
      sequence.unit = c.archive->unit();
    }
  }
  std::vector<SetFinding> found;
  for (auto& [key, sequence] : sequences) {
    std::sort(sequence.numbers.begin(), sequence.numbers.end());
    const Gaps gaps = GapsOf(sequence.numbers);
    if (gaps.missing == 0) continue;
    const v1::Org* unit = context.orgs.FindByPrefix(key.first);
    const std::string fallback = IsOrgPath(sequence.unit) ? sequence.unit : "";
    found.push_back({nullptr, unit != nullptr ? unit->id() : fallback,
                     UnitWarning("R26", v1::FINDING_CODE_NUMBER_GAP, "number",
                                 GapText(key.first, key.second, gaps))});
  }
  return found;
}

std::vector<SetFinding> CheckDecemberShare(absl::Span<const Case> cases,
                                           const RuleContext& context) {
  std::map<std::pair<absl::string_view, int>, Filings> years;
  for (const Case& c : cases) {
    const auto filed_on = ParseIsoDate(c.archive->filed_on());
    if (!filed_on || *filed_on > context.today || !IsOrgPath(c.archive->unit())) {
      continue;
    }
    const int year = static_cast<int>(filed_on->year());
    if (year == context.today.year() && context.today.month() != kDecember) continue;
    Filings& filings = years[{c.archive->unit(), year}];
    ++filings.all;
    if (filed_on->month() == kDecember) ++filings.in_december;
  }
  std::vector<SetFinding> found;
  for (const auto& [key, filings] : years) {
    if (filings.in_december == 0) continue;
    const auto& [unit, year] = key;
    const absl::CivilDay day = std::min(context.today, absl::CivilDay(year, kDecember, 31));
    const auto limit = context.policy.DecemberSharePercent(unit, day);
    const auto least = context.policy.DecemberMinFilings(unit, day);
    if (!limit || !least || filings.all < least->value) continue;
    if (int64_t{filings.in_december} * kPercent < int64_t{filings.all} * limit->value) continue;
    const v1::Org* org = context.orgs.Find(unit);
    const std::string name = org != nullptr ? org->name() : std::string(unit);
    found.push_back({nullptr, std::string(unit),
                     UnitWarning("R46", v1::FINDING_CODE_DECEMBER_RUSH, "filed_on",
                                 RushText(name, year, filings, *limit))});
  }
  return found;
}

}  // namespace bangfu::domain
