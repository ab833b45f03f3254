#include "client/cli/policy_table.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "domain/policy/policy_values.h"
#include "domain/rules/label.h"
#include "domain/text/money.h"

namespace bangfu::client {
namespace {

using domain::PolicyNumber;
using domain::Setting;

template <typename T>
std::optional<Setting<int64_t>> Widen(const std::optional<Setting<T>>& setting) {
  if (!setting) return std::nullopt;
  return Setting<int64_t>{setting->value, setting->policy};
}

std::optional<Setting<int64_t>> Find(const domain::PolicyBook& book, PolicyNumber number,
                                     absl::string_view org, absl::CivilDay day) {
  switch (number) {
    case PolicyNumber::kDibaoLine:
      return book.DibaoLine(org, day);
    case PolicyNumber::kTierAStandard:
      return book.Standard(v1::TIER_A, org, day);
    case PolicyNumber::kTierBStandard:
      return book.Standard(v1::TIER_B, org, day);
    case PolicyNumber::kDecemberSharePercent:
      return Widen(book.DecemberSharePercent(org, day));
    case PolicyNumber::kDecemberMinFilings:
      return Widen(book.DecemberMinFilings(org, day));
    case PolicyNumber::kDeregistrationDays:
      return Widen(book.DeregistrationDays(org, day));
    case PolicyNumber::kExpiryNoticeDays:
      return Widen(book.ExpiryNoticeDays(org, day));
  }
  return std::nullopt;
}

PolicyEntry NumberEntry(const domain::PolicyBook& book, const domain::PolicyNumberSpec& spec,
                        absl::string_view org, absl::CivilDay day) {
  PolicyEntry entry{domain::FieldName(spec), {spec.label_zh, spec.label_en}, "", nullptr};
  if (const auto setting = Find(book, spec.number, org, day)) {
    entry.value =
        spec.is_amount ? domain::FormatYuan(setting->value) : absl::StrCat(setting->value);
    entry.policy = setting->policy;
  }
  return entry;
}

PolicyEntry CategoryEntry(const domain::PolicyBook& book, int category, absl::string_view org,
                          absl::CivilDay day) {
  const Text label = domain::ValueLabel(*v1::HardshipCategory_descriptor(), category);
  const auto code = static_cast<v1::HardshipCategory>(category);
  PolicyEntry entry{
      absl::StrCat(kCategoryEntry, v1::HardshipCategory_Name(code), "]"),
      {absl::StrCat("全国类别：", label.zh), absl::StrCat("national category of ", label.en)},
      "",
      nullptr};
  if (const auto setting = book.NationalCategory(code, org, day)) {
    entry.value =
        absl::StrCat(setting->value->national_code(), " ", setting->value->national_name());
    entry.policy = setting->policy;
  }
  return entry;
}

}  // namespace

std::vector<PolicyEntry> EntriesInForce(const domain::PolicyBook& book, absl::string_view org,
                                        absl::CivilDay day) {
  std::vector<PolicyEntry> entries;
  for (const domain::PolicyNumberSpec& spec : domain::kPolicyNumberSpecs) {
    entries.push_back(NumberEntry(book, spec, org, day));
  }
  const google::protobuf::EnumDescriptor& categories = *v1::HardshipCategory_descriptor();
  for (int i = 1; i < categories.value_count(); ++i) {
    entries.push_back(CategoryEntry(book, categories.value(i)->number(), org, day));
  }
  PolicyEntry campaign{"campaign", {"整改期限", "rectification campaign"}, "", nullptr};
  if (const auto setting = book.CampaignOf(org, day)) {
    campaign.value = absl::StrCat(setting->value->starts_on(), " – ", setting->value->ends_on());
    campaign.policy = setting->policy;
  }
  entries.push_back(std::move(campaign));
  return entries;
}

}  // namespace bangfu::client
