#include "domain/policy/policy.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "domain/policy/policy_index.h"
#include "domain/rules/org_tree.h"

namespace bangfu::domain {
namespace {

constexpr size_t kMaxErrorsInMessage = 10;  // errors that the message of Build spells out

absl::Status InvalidPolicy(const Findings& findings) {
  std::vector<std::string> zh;
  std::vector<std::string> en;
  for (const v1::Finding& finding : findings) {
    if (finding.severity() != v1::SEVERITY_ERROR) continue;
    zh.push_back(finding.message_zh());
    en.push_back(finding.message_en());
  }
  const size_t errors = zh.size();
  zh.resize(std::min(errors, kMaxErrorsInMessage));
  en.resize(std::min(errors, kMaxErrorsInMessage));
  const bool more = errors > kMaxErrorsInMessage;
  return UserError(
      absl::StatusCode::kInvalidArgument,
      Text{absl::StrCat("政策数据有 ", errors, " 处错误：", absl::StrJoin(zh, " "),
                        more ? " 其余错误从略。" : ""),
           absl::StrCat("policy data has ", errors, errors == 1 ? " error: " : " errors: ",
                        absl::StrJoin(en, "; "), more ? "; and others" : "")});
}

}  // namespace

struct PolicyBook::Content {
  explicit Content(const v1::PolicySet& policies) : set(policies), index(policies) {}

  const v1::PolicySet set;
  const PolicyIndex index;

  const v1::Policy* Policy(int number) const { return &set.policies(number); }

  template <typename T>
  std::optional<Setting<T>> Number(PolicyNumber number, absl::string_view org,
                                   absl::CivilDay day) const {
    const DatedNumber* found = index.Number(number, org, day);
    if (found == nullptr) return std::nullopt;
    return Setting<T>{static_cast<T>(found->number), Policy(found->policy)};
  }
};

PolicyBook::PolicyBook(const v1::PolicySet& set) : content_(std::make_shared<Content>(set)) {}

absl::StatusOr<PolicyBook> PolicyBook::Build(const v1::PolicySet& set, const OrgTree& orgs) {
  const Findings findings = CheckPolicySet(set, orgs);
  if (HasErrors(findings)) return InvalidPolicy(findings);
  return PolicyBook(set);
}

std::optional<Setting<int64_t>> PolicyBook::DibaoLine(absl::string_view org,
                                                      absl::CivilDay day) const {
  if (!content_) return std::nullopt;
  return content_->Number<int64_t>(PolicyNumber::kDibaoLine, org, day);
}

std::optional<Setting<int64_t>> PolicyBook::Standard(v1::Tier tier, absl::string_view org,
                                                     absl::CivilDay day) const {
  if (!content_ || (tier != v1::TIER_A && tier != v1::TIER_B)) return std::nullopt;
  return content_->Number<int64_t>(
      tier == v1::TIER_A ? PolicyNumber::kTierAStandard : PolicyNumber::kTierBStandard, org, day);
}

std::optional<Setting<int>> PolicyBook::DecemberSharePercent(absl::string_view org,
                                                             absl::CivilDay day) const {
  if (!content_) return std::nullopt;
  return content_->Number<int>(PolicyNumber::kDecemberSharePercent, org, day);
}

std::optional<Setting<int>> PolicyBook::DecemberMinFilings(absl::string_view org,
                                                           absl::CivilDay day) const {
  if (!content_) return std::nullopt;
  return content_->Number<int>(PolicyNumber::kDecemberMinFilings, org, day);
}

std::optional<Setting<int>> PolicyBook::DeregistrationDays(absl::string_view org,
                                                           absl::CivilDay day) const {
  if (!content_) return std::nullopt;
  return content_->Number<int>(PolicyNumber::kDeregistrationDays, org, day);
}

std::optional<Setting<int>> PolicyBook::ExpiryNoticeDays(absl::string_view org,
                                                         absl::CivilDay day) const {
  if (!content_) return std::nullopt;
  return content_->Number<int>(PolicyNumber::kExpiryNoticeDays, org, day);
}

std::optional<Setting<const v1::CategoryMapping*>> PolicyBook::NationalCategory(
    v1::HardshipCategory category, absl::string_view org, absl::CivilDay day) const {
  if (!content_) return std::nullopt;
  const DatedNumber* found = content_->index.Category(category, org, day);
  if (found == nullptr) return std::nullopt;
  const v1::Policy* policy = content_->Policy(found->policy);
  return Setting<const v1::CategoryMapping*>{&policy->categories(static_cast<int>(found->number)),
                                             policy};
}

std::optional<Setting<const v1::Campaign*>> PolicyBook::CampaignOf(absl::string_view org,
                                                                   absl::CivilDay day) const {
  if (!content_) return std::nullopt;
  const int found = content_->index.Campaign(org, day);
  if (found < 0) return std::nullopt;
  const v1::Policy* policy = content_->Policy(found);
  return Setting<const v1::Campaign*>{&policy->campaign(), policy};
}

const v1::PolicySet& PolicyBook::proto() const {
  return content_ ? content_->set : v1::PolicySet::default_instance();
}

int64_t PolicyBook::version() const { return proto().version(); }

}  // namespace bangfu::domain
