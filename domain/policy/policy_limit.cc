#include "domain/policy/policy_limit.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "base/error.h"
#include "domain/policy/policy.h"
#include "domain/policy/policy_index.h"
#include "domain/text/civil_date.h"
#include "domain/text/money.h"

namespace bangfu::domain {
namespace {

constexpr char kLimitRule[] = "R43";

// A standard and a line that meet, where and when they do first.
struct Meeting {
  const DatedNumber* standard;
  const DatedNumber* line;
  std::string org;
  absl::CivilDay day;
};

// By the indexes of their policies.
using Meetings = std::map<std::pair<int, int>, Meeting>;

bool IsAboveLimit(const v1::PolicySet& set, const DatedNumber* standard, const DatedNumber* line) {
  return standard != nullptr && line != nullptr &&
         standard->number > kMaxStandardPerDibaoLine * line->number &&
         set.policies(standard->policy).above_limit_reason().empty();
}

std::vector<std::string> OrgsThatSetEither(const PolicyIndex& index) {
  std::vector<std::string> orgs = index.OrgsThatSet(PolicyNumber::kTierBStandard);
  for (std::string& org : index.OrgsThatSet(PolicyNumber::kDibaoLine)) {
    orgs.push_back(std::move(org));
  }
  std::sort(orgs.begin(), orgs.end());
  orgs.erase(std::unique(orgs.begin(), orgs.end()), orgs.end());
  return orgs;
}

std::vector<absl::CivilDay> DaysOfEither(const PolicyIndex& index, const std::string& org) {
  std::vector<absl::CivilDay> days = index.DaysOfChange(PolicyNumber::kTierBStandard, org);
  if (days.empty()) return days;
  const absl::CivilDay first = days.front();
  for (const absl::CivilDay day : index.DaysOfChange(PolicyNumber::kDibaoLine, org)) {
    if (day > first) days.push_back(day);
  }
  std::sort(days.begin(), days.end());
  return days;
}

// Meetings above the limit, up to kMaxStandardWarnings of them.
Meetings MeetingsAboveLimit(const v1::PolicySet& set, const PolicyIndex& index) {
  Meetings above;
  for (const std::string& org : OrgsThatSetEither(index)) {
    for (const absl::CivilDay day : DaysOfEither(index, org)) {
      const DatedNumber* standard = index.Number(PolicyNumber::kTierBStandard, org, day);
      const DatedNumber* line = index.Number(PolicyNumber::kDibaoLine, org, day);
      if (!IsAboveLimit(set, standard, line)) continue;
      above.emplace(std::make_pair(standard->policy, line->policy),
                    Meeting{standard, line, org, day});
      if (above.size() == size_t{kMaxStandardWarnings}) return above;
    }
  }
  return above;
}

v1::Finding AboveLimit(const Meeting& meeting) {
  const std::string path = absl::StrCat("policies[", meeting.standard->policy, "].");
  const std::string field = absl::StrCat(path, "tier_b_standard_yuan");
  const std::string line = absl::StrCat("policies[", meeting.line->policy, "].dibao_line_yuan");
  const std::string day = FormatDate(meeting.day);
  const std::string limit = FormatYuan(kMaxStandardPerDibaoLine * meeting.line->number);
  v1::Finding finding = Warning(
      kLimitRule, v1::FINDING_CODE_STANDARD_ABOVE_LIMIT, field,
      Text{absl::StrCat(field, "：二级档案收入标准 ", FormatYuan(meeting.standard->number),
                        " 元自 ", day, " 起高于 ", meeting.org, " 当地低保标准的",
                        kMaxStandardPerDibaoLine, "倍（", limit, " 元，", line,
                        "），请调整标准，或在 ", path, "above_limit_reason 写明理由。"),
           absl::StrCat(field, ": the income standard of tier B, ",
                        FormatYuan(meeting.standard->number), " yuan, lies above ",
                        kMaxStandardPerDibaoLine, " times the dibao line in force at ", meeting.org,
                        " from ", day, " (", limit, " yuan by ", line,
                        "): lower it, or record the reason in ", path, "above_limit_reason")});
  finding.set_other_field(line);
  finding.set_next_action(v1::NEXT_ACTION_RECORD_REASON);
  return finding;
}

}  // namespace

Findings CheckStandardLimits(const v1::PolicySet& set) {
  const PolicyIndex index(set);
  Findings findings;
  for (const auto& [policies, meeting] : MeetingsAboveLimit(set, index)) {
    findings.push_back(AboveLimit(meeting));
  }
  return findings;
}

}  // namespace bangfu::domain
