#include "domain/policy/income.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "domain/policy/policy.h"
#include "domain/rules/label.h"
#include "domain/text/civil_date.h"
#include "domain/text/money.h"
#include "domain/text/normalize.h"

namespace bangfu::domain {
namespace {

using v1::Archive;

constexpr int kMonthsPerYear = 12;
constexpr char kTierARule[] = "R41";
constexpr char kTierBRule[] = "R42";
constexpr char kLimitRule[] = "R43";

int64_t Saturate(absl::int128 amount) {
  constexpr absl::int128 kMin = std::numeric_limits<int64_t>::min();
  constexpr absl::int128 kMax = std::numeric_limits<int64_t>::max();
  return static_cast<int64_t>(std::clamp(amount, kMin, kMax));
}

// Sums are taken in 128 bits, where no number of members overflows them: saturating at every step
// would let the order of the members decide.
absl::int128 YearlyWages(const Archive& archive) {
  absl::int128 month = archive.monthly_income_fen();
  for (const v1::Member& member : archive.members()) month += member.monthly_income_fen();
  return month * kMonthsPerYear;
}

absl::int128 YearlyIncome(const Archive& archive) {
  return YearlyWages(archive) + archive.other_yearly_income_fen();
}

bool IsIncomeStated(const Archive& archive) {
  return archive.has_monthly_income_fen() && archive.has_other_yearly_income_fen() &&
         std::all_of(archive.members().begin(), archive.members().end(),
                     [](const v1::Member& member) { return member.has_monthly_income_fen(); });
}

bool IsCertificateHolder(const Archive& archive) {
  const v1::HardshipCategory category =
      archive.determined_category() != v1::HARDSHIP_CATEGORY_UNSPECIFIED
          ? archive.determined_category()
          : archive.claimed_category();
  return category == v1::HARDSHIP_CATEGORY_CERTIFICATE_HOLDER;
}

// "525.00元（依据：杭民〔2012〕1号，假定值）".
Text Source(const v1::Policy& policy) {
  return Text{
      absl::StrCat("（依据：", policy.source(), policy.assumed() ? "；为假定值" : "", "）"),
      absl::StrCat(" (source: ", policy.source(), policy.assumed() ? "; assumed" : "", ")")};
}

v1::Finding Above(absl::string_view rule, const Text& limit, const v1::Policy& policy) {
  const Text income = ArchiveLabel(Archive::kMonthlyIncomeFenFieldNumber);
  const Text tier = ArchiveLabel(Archive::kTierFieldNumber);
  const Text reason = ArchiveLabel(Archive::kAboveStandardReasonFieldNumber);
  const Text source = Source(policy);
  v1::Finding finding = Warning(
      rule, v1::FINDING_CODE_INCOME_ABOVE_STANDARD, "monthly_income_fen",
      Text{absl::StrCat(income.zh, "、", tier.zh, "：家庭人均月收入高于", limit.zh, source.zh,
                        "，请核对收入和", tier.zh, "；无误的，请填写“", reason.zh, "”。"),
           absl::StrCat(income.en, ", ", tier.en,
                        ": the household's income per person and month lies above ", limit.en,
                        source.en, ": check incomes and ", tier.en, "; if they are right, fill in ",
                        reason.en)});
  finding.set_other_field("tier");
  finding.set_next_action(v1::NEXT_ACTION_RECORD_REASON);
  return finding;
}

v1::Finding AboveStandard(v1::Tier tier, const Setting<int64_t>& standard) {
  const Text label = ValueLabel(*v1::Tier_descriptor(), tier);
  const std::string amount = FormatYuan(standard.value);
  return Above(tier == v1::TIER_A ? kTierARule : kTierBRule,
               Text{absl::StrCat(label.zh, "档案的收入标准 ", amount, " 元"),
                    absl::StrCat("the standard of ", amount, " yuan of ", label.en)},
               *standard.policy);
}

v1::Finding AboveLimit(const Setting<int64_t>& line) {
  const std::string amount = FormatYuan(line.value);
  return Above(kLimitRule,
               Text{absl::StrCat("当地低保标准 ", amount, " 元的", kMaxStandardPerDibaoLine, "倍"),
                    absl::StrCat(kMaxStandardPerDibaoLine, " times the local dibao line of ",
                                 amount, " yuan")},
               *line.policy);
}

}  // namespace

int HouseholdSize(const Archive& archive) { return archive.members_size() + 1; }

int64_t YearlyWagesFen(const Archive& archive) { return Saturate(YearlyWages(archive)); }

int64_t YearlyHouseholdIncomeFen(const Archive& archive) { return Saturate(YearlyIncome(archive)); }

int64_t MonthlyIncomePerPersonFen(const Archive& archive) {
  const absl::int128 parts = absl::int128{HouseholdSize(archive)} * kMonthsPerYear;
  // floor(income / parts + 1/2) without fractions; division of integers goes towards zero.
  const absl::int128 doubled = YearlyIncome(archive) * 2 + parts;
  absl::int128 rounded = doubled / (parts * 2);
  if (doubled < 0 && doubled % (parts * 2) != 0) rounded -= 1;
  return Saturate(rounded);
}

Findings CheckIncome(const Archive& archive, const RuleContext& context) {
  const bool tier_b = archive.tier() == v1::TIER_B;
  const v1::Tier tier = tier_b ? v1::TIER_B : v1::TIER_A;
  if (archive.tier() == v1::TIER_C || IsCertificateHolder(archive) || !IsIncomeStated(archive)) {
    return {};
  }
  const absl::CivilDay day = ParseIsoDate(archive.filed_on()).value_or(context.today);
  const int64_t income = MonthlyIncomePerPersonFen(archive);
  const auto standard = context.policy.Standard(tier, archive.unit(), day);
  const auto line = tier_b ? context.policy.DibaoLine(archive.unit(), day) : std::nullopt;
  const bool above_standard = standard && income > standard->value;
  const bool explained =
      standard && !above_standard && !standard->policy->above_limit_reason().empty();
  const bool above_limit = line && income > kMaxStandardPerDibaoLine * line->value && !explained;
  if (!above_standard && !above_limit) return {};
  if (!NormalizeText(archive.above_standard_reason()).empty()) return {};
  Findings findings;
  if (above_standard) findings.push_back(AboveStandard(tier, *standard));
  if (above_limit) findings.push_back(AboveLimit(*line));
  return findings;
}

}  // namespace bangfu::domain
