#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/error.h"
#include "base/limits.h"
#include "domain/policy/policy.h"
#include "domain/policy/policy_limit.h"
#include "domain/policy/policy_values.h"
#include "domain/rules/label.h"
#include "domain/rules/org_tree.h"
#include "domain/rules/value_check.h"
#include "domain/text/civil_date.h"
#include "domain/text/normalize.h"

namespace bangfu::domain {
namespace {

using v1::Policy;

// The city union's protection department owns the policy.
constexpr char kOwnerRule[] = "R12";
constexpr char kLimitRule[] = "R43";
constexpr char kCampaignRule[] = "R54";
constexpr char kMappingRule[] = "A28";

Text WhatIsWrong(MoneyError error) {
  switch (error) {
    case MoneyError::kNegative:
      return {"不能是负数，请更正", "must not be negative, correct it"};
    case MoneyError::kTooManyDecimals:
      return {"最多两位小数，请更正", "has at most two decimals, correct it"};
    case MoneyError::kTooLarge:
      return {"金额过大，请核对", "is too large, check it"};
    case MoneyError::kEmpty:
    case MoneyError::kFormat:
      break;
  }
  return {"不是以元为单位的金额，请写成“525”或“525.00”",
          "is not an amount in yuan, write it like 525 or 525.00"};
}

class PolicySetCheck {
 public:
  PolicySetCheck(const v1::PolicySet& set, const OrgTree& orgs) : set_(set), orgs_(orgs) {}

  Findings Run() {
    if (set_.version() < 1) {
      Refuse(kOwnerRule, "version",
             Text{"版本号应为正整数，每次修改后加一",
                  "must be 1 or more and grow with every edition"});
    }
    if (set_.policies_size() > kMaxPolicies) {
      Refuse(kOwnerRule, "policies",
             Text{absl::StrCat("最多 ", kMaxPolicies, " 条，请合并"),
                  absl::StrCat("holds at most ", kMaxPolicies, " policies, combine some")});
      return std::move(findings_);
    }
    for (int i = 0; i < set_.policies_size(); ++i) CheckPolicy(i);
    return std::move(findings_);
  }

 private:
  void Refuse(absl::string_view rule, const std::string& field, const Text& text,
              absl::string_view other_field = "") {
    v1::Finding finding =
        Error(rule, v1::FINDING_CODE_POLICY_INVALID, field,
              Text{absl::StrCat(field, "：", text.zh, "。"), absl::StrCat(field, ": ", text.en)});
    finding.set_other_field(std::string(other_field));
    finding.set_next_action(v1::NEXT_ACTION_COMPLETE_POLICY);
    findings_.push_back(std::move(finding));
  }

  std::string Path(absl::string_view field) const {
    return absl::StrCat("policies[", index_, "].", field);
  }

  void CheckPolicy(int index) {
    index_ = index;
    const Policy& policy = set_.policies(index);
    CheckOrg(policy);
    CheckDay(kOwnerRule, "effective_from", policy.effective_from());
    CheckText(kOwnerRule, "source", policy.source(), kMaxPolicySourceCharacters);
    bool sets_any = policy.categories_size() > 0 || policy.has_campaign();
    for (const PolicyNumberSpec& spec : kPolicyNumberSpecs) {
      if (!Sets(policy, spec)) continue;
      sets_any = true;
      CheckNumber(policy, spec);
    }
    CheckReason(policy);
    CheckCategories(policy);
    if (policy.has_campaign()) CheckCampaign(policy);
    if (!sets_any) {
      Refuse(kOwnerRule, absl::StrCat("policies[", index, "]"),
             Text{"没有规定任何数值，请补充或删去", "sets no value, add one or remove the policy"});
    }
  }

  void CheckOrg(const Policy& policy) {
    if (!IsOrgPath(policy.org())) {
      Refuse(
          kOwnerRule, Path("org"),
          Text{"路径格式不正确，请写成“hz.fuyang”", "is not an org path, write it like hz.fuyang"});
    } else if (orgs_.City() != nullptr && orgs_.Find(policy.org()) == nullptr) {
      Refuse(kOwnerRule, Path("org"),
             Text{absl::StrCat("组织名录中没有 ", policy.org(), "，请核对路径或补充名录"),
                  absl::StrCat("the dictionary of orgs has no ", policy.org(),
                               ", check the path or complete the dictionary")});
    }
  }

  std::optional<absl::CivilDay> CheckDay(absl::string_view rule, absl::string_view field,
                                         const std::string& text) {
    const std::optional<absl::CivilDay> day = ParseIsoDate(text);
    if (!day) {
      Refuse(rule, Path(field),
             Text{"不是真实的日期，请按“2014-03-10”的格式填写",
                  "is not a real day, write it like 2014-03-10"});
    }
    return day;
  }

  // A text that must be there.
  void CheckText(absl::string_view rule, absl::string_view field, const std::string& text,
                 int max_characters) {
    if (NormalizeText(text).empty()) {
      Refuse(rule, Path(field), Text{"不能为空，请填写", "must not be empty, fill it in"});
    } else {
      CheckLength(rule, field, text, max_characters);
    }
  }

  void CheckLength(absl::string_view rule, absl::string_view field, const std::string& text,
                   int max_characters) {
    // A text has no range of days, so any day will do.
    const auto problem = CheckTextValue(v1::FORMAT_TEXT, text, max_characters, DateRange::kAny, {});
    if (problem) Refuse(rule, Path(field), problem->text);
  }

  void CheckNumber(const Policy& policy, const PolicyNumberSpec& spec) {
    const std::string field = Path(FieldName(spec));
    const auto refuse = [&](const Text& what) {
      Refuse(spec.rule, field,
             Text{absl::StrCat(spec.label_zh, what.zh), absl::StrCat(spec.label_en, " ", what.en)});
    };
    CheckSetOnce(spec.rule, field, FieldName(spec));
    const auto number = ReadNumber(policy, spec);
    if (!number.ok()) {
      refuse(WhatIsWrong(number.error()));
    } else if (spec.is_amount && *number == 0) {
      refuse(Text{"应大于零，请更正；不规定时请删去该项",
                  "must be above zero, correct it, or leave the field out to set nothing"});
    } else if (!spec.is_amount && (*number < spec.min || *number > spec.max)) {
      refuse(Text{absl::StrCat("应在 ", spec.min, " 到 ", spec.max, " 之间，请更正"),
                  absl::StrCat("must be from ", spec.min, " to ", spec.max, ", correct it")});
    }
  }

  void CheckReason(const Policy& policy) {
    if (policy.above_limit_reason().empty()) return;
    CheckText(kLimitRule, "above_limit_reason", policy.above_limit_reason(),
              limits::kMaxCharactersOfReason);
    if (!policy.tier_b_standard_yuan().empty()) return;
    Refuse(kLimitRule, Path("above_limit_reason"),
           Text{"只能与所说明的二级档案收入标准写在同一条，请移到那一条",
                "belongs into the policy that sets the standard it explains, move it there"},
           Path("tier_b_standard_yuan"));
  }

  void CheckCategories(const Policy& policy) {
    if (policy.categories_size() >= v1::HardshipCategory_ARRAYSIZE) {
      Refuse(kMappingRule, Path("categories"),
             Text{"同一困难类别只能对应一次，请删去多余的",
                  "names a category more than once, remove what is too much"});
      return;
    }
    for (int i = 0; i < policy.categories_size(); ++i) {
      const v1::CategoryMapping& mapping = policy.categories(i);
      const std::string path = absl::StrCat("categories[", i, "].");
      if (mapping.category() == v1::HARDSHIP_CATEGORY_UNSPECIFIED ||
          !v1::HardshipCategory_IsValid(mapping.category())) {
        const Text known = ValueLabels(*v1::HardshipCategory_descriptor());
        Refuse(kMappingRule, Path(absl::StrCat(path, "category")),
               Text{absl::StrCat("不是困难类别（", known.zh, "），请更正"),
                    absl::StrCat("is not a hardship category (", known.en, "), correct it")});
      } else {
        CheckSetOnce(kMappingRule, Path(absl::StrCat(path, "category")),
                     absl::StrCat("categories/", mapping.category()));
      }
      CheckText(kMappingRule, absl::StrCat(path, "national_code"), mapping.national_code(),
                kMaxNationalCodeCharacters);
      CheckText(kMappingRule, absl::StrCat(path, "national_name"), mapping.national_name(),
                kMaxNationalNameCharacters);
    }
  }

  void CheckCampaign(const Policy& policy) {
    CheckSetOnce(kCampaignRule, Path("campaign"), "campaign");
    // The root of every org tree is its city.
    if (absl::string_view(policy.org()).find('.') != absl::string_view::npos) {
      Refuse(kCampaignRule, Path("campaign"),
             Text{"整改由市总工会规定，请移到市总工会的条目",
                  "is set by the city union only, move it into a policy of the city"},
             Path("org"));
    }
    const auto starts =
        CheckDay(kCampaignRule, "campaign.starts_on", policy.campaign().starts_on());
    const auto ends = CheckDay(kCampaignRule, "campaign.ends_on", policy.campaign().ends_on());
    if (!starts || !ends || *starts <= *ends) return;
    Refuse(kCampaignRule, Path("campaign.ends_on"),
           Text{"早于开始日期，请核对这两个日期", "lies before the first day, check both days"},
           Path("campaign.starts_on"));
  }

  // `value` names what is set, the same in every policy.
  void CheckSetOnce(absl::string_view rule, const std::string& field, const std::string& value) {
    const Policy& policy = set_.policies(index_);
    const auto [first, fresh] =
        first_.emplace(absl::StrCat(policy.org(), " ", policy.effective_from(), " ", value), field);
    if (fresh) return;
    Refuse(rule, field,
           Text{absl::StrCat("与 ", first->second, " 同一单位、同一天重复规定，请只保留一处"),
                absl::StrCat("is set by ", first->second,
                             " for the same org and day already, keep one of them")},
           first->second);
  }

  const v1::PolicySet& set_;
  const OrgTree& orgs_;
  int index_ = 0;                             // of the policy that is looked at
  std::map<std::string, std::string> first_;  // org, day and value -> field that set it first
  Findings findings_;
};

}  // namespace

Findings CheckPolicySet(const v1::PolicySet& set, const OrgTree& orgs) {
  Findings findings = PolicySetCheck(set, orgs).Run();
  if (!HasErrors(findings)) Append(findings, CheckStandardLimits(set));
  return findings;
}

}  // namespace bangfu::domain
