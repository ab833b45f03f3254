#include "domain/policy/policy_index.h"

#include <algorithm>
#include <tuple>

#include "domain/text/civil_date.h"

namespace bangfu::domain {
namespace {

// The path without its last label; empty for a path of one label.
absl::string_view ParentOf(absl::string_view org) {
  const size_t dot = org.rfind('.');
  return dot == absl::string_view::npos ? absl::string_view() : org.substr(0, dot);
}

const DatedNumber* InForce(const std::vector<DatedNumber>& timeline, absl::CivilDay day) {
  const auto later = std::upper_bound(
      timeline.begin(), timeline.end(), day,
      [](absl::CivilDay asked, const DatedNumber& dated) { return asked < dated.from; });
  return later == timeline.begin() ? nullptr : &*std::prev(later);
}

void SortByDay(std::vector<DatedNumber>& timeline) {
  std::sort(timeline.begin(), timeline.end(),
            [](const DatedNumber& a, const DatedNumber& b) { return a.from < b.from; });
}

}  // namespace

PolicyIndex::PolicyIndex(const v1::PolicySet& set) {
  for (int i = 0; i < set.policies_size(); ++i) Add(set.policies(i), i);
  for (auto& [org, policies] : by_org_) {
    for (Timeline& timeline : policies.numbers) SortByDay(timeline);
    for (Timeline& timeline : policies.categories) SortByDay(timeline);
    std::sort(policies.campaigns.begin(), policies.campaigns.end(),
              [](const DatedCampaign& a, const DatedCampaign& b) {
                return std::tie(a.starts_on, a.from) < std::tie(b.starts_on, b.from);
              });
  }
}

void PolicyIndex::Add(const v1::Policy& policy, int index) {
  const absl::CivilDay from = *ParseIsoDate(policy.effective_from());
  OrgPolicies& org = by_org_[policy.org()];
  for (const PolicyNumberSpec& spec : kPolicyNumberSpecs) {
    if (!Sets(policy, spec)) continue;
    org.numbers[static_cast<size_t>(spec.number)].push_back(
        {from, index, *ReadNumber(policy, spec)});
  }
  for (int i = 0; i < policy.categories_size(); ++i) {
    const auto category = static_cast<size_t>(policy.categories(i).category());
    org.categories[category].push_back({from, index, i});
  }
  if (policy.has_campaign()) {
    org.campaigns.push_back({*ParseIsoDate(policy.campaign().starts_on()), from, index});
  }
}

const DatedNumber* PolicyIndex::Number(PolicyNumber number, absl::string_view org,
                                       absl::CivilDay day) const {
  for (; !org.empty(); org = ParentOf(org)) {
    const auto found = by_org_.find(org);
    if (found == by_org_.end()) continue;
    const Timeline& timeline = found->second.numbers[static_cast<size_t>(number)];
    if (const DatedNumber* dated = InForce(timeline, day)) return dated;
  }
  return nullptr;
}

const DatedNumber* PolicyIndex::Category(v1::HardshipCategory category, absl::string_view org,
                                         absl::CivilDay day) const {
  if (!v1::HardshipCategory_IsValid(category)) return nullptr;
  for (; !org.empty(); org = ParentOf(org)) {
    const auto found = by_org_.find(org);
    if (found == by_org_.end()) continue;
    const Timeline& timeline = found->second.categories[static_cast<size_t>(category)];
    if (const DatedNumber* dated = InForce(timeline, day)) return dated;
  }
  return nullptr;
}

int PolicyIndex::Campaign(absl::string_view org, absl::CivilDay day) const {
  for (; !org.empty(); org = ParentOf(org)) {
    const auto found = by_org_.find(org);
    if (found == by_org_.end()) continue;
    const auto& campaigns = found->second.campaigns;
    const auto latest =
        std::find_if(campaigns.rbegin(), campaigns.rend(), [day](const DatedCampaign& campaign) {
          return campaign.starts_on <= day && campaign.from <= day;
        });
    if (latest != campaigns.rend()) return latest->policy;
  }
  return -1;
}

std::vector<std::string> PolicyIndex::OrgsThatSet(PolicyNumber number) const {
  std::vector<std::string> orgs;
  for (const auto& [org, policies] : by_org_) {
    if (!policies.numbers[static_cast<size_t>(number)].empty()) orgs.push_back(org);
  }
  std::sort(orgs.begin(), orgs.end());
  return orgs;
}

std::vector<absl::CivilDay> PolicyIndex::DaysOfChange(PolicyNumber number,
                                                      absl::string_view org) const {
  std::vector<absl::CivilDay> days;
  for (; !org.empty(); org = ParentOf(org)) {
    const auto found = by_org_.find(org);
    if (found == by_org_.end()) continue;
    for (const DatedNumber& dated : found->second.numbers[static_cast<size_t>(number)]) {
      days.push_back(dated.from);
    }
  }
  std::sort(days.begin(), days.end());
  days.erase(std::unique(days.begin(), days.end()), days.end());
  return days;
}

}  // namespace bangfu::domain
