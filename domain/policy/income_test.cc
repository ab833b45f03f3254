#include "domain/policy/income.h"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "domain/policy/policy.h"
#include "domain/rules/org_tree.h"
#include "domain/rules/sample_archive.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::domain {
namespace {

using sample::Short;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using v1::Archive;

constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();

// A household with these monthly incomes in fen, the worker's first, and other income of the year.
Archive Household(const std::vector<int64_t>& months, int64_t other) {
  Archive archive;
  archive.set_unit("hz.gongye.xiangjiao");
  archive.set_tier(v1::TIER_A);
  archive.set_filed_on("2014-03-10");
  archive.set_claimed_category(v1::HARDSHIP_CATEGORY_OTHER);
  archive.set_monthly_income_fen(months.at(0));
  for (size_t i = 1; i < months.size(); ++i) {
    archive.add_members()->set_monthly_income_fen(months[i]);
  }
  archive.set_other_yearly_income_fen(other);
  return archive;
}

TEST(Income, IsSummedAsInAnnex3) {
  // 1,625 yuan a month for three, and 1,200 yuan a year besides.
  const Archive archive = Household({162500, 0, 0}, 120000);
  EXPECT_EQ(HouseholdSize(archive), 3);
  EXPECT_EQ(YearlyWagesFen(archive), 1950000);
  EXPECT_EQ(YearlyHouseholdIncomeFen(archive), 2070000);
  EXPECT_EQ(MonthlyIncomePerPersonFen(archive), 57500);
}

TEST(Income, CountsWhatIsNotStatedAsZero) {
  Archive archive;
  EXPECT_EQ(HouseholdSize(archive), 1);
  EXPECT_EQ(MonthlyIncomePerPersonFen(archive), 0);
  archive.add_members();
  archive.set_other_yearly_income_fen(2400);
  EXPECT_EQ(YearlyWagesFen(archive), 0);
  EXPECT_EQ(MonthlyIncomePerPersonFen(archive), 100);
}

TEST(Income, PerPersonIsRoundedHalfUp) {
  const struct {
    int64_t other;  // fen a year of one person
    int64_t month;
  } cases[] = {{0, 0},  {5, 0},  {6, 1},   {7, 1},    {12, 1},   {17, 1},  {18, 2},
               {-5, 0}, {-6, 0}, {-7, -1}, {-12, -1}, {-18, -1}, {-19, -2}};
  for (const auto& c : cases) {
    EXPECT_EQ(MonthlyIncomePerPersonFen(Household({0}, c.other)), c.month) << c.other;
  }
}

TEST(Income, SaturatesWhateverTheOrder) {
  EXPECT_EQ(YearlyWagesFen(Household({kMost}, 0)), kMost);
  EXPECT_EQ(YearlyWagesFen(Household({kLeast, kLeast}, 0)), kLeast);
  EXPECT_EQ(YearlyWagesFen(Household({kMost / 12}, 0)), kMost / 12 * 12);
  EXPECT_EQ(YearlyWagesFen(Household({kMost / 12 + 1}, 0)), kMost);
  EXPECT_EQ(YearlyHouseholdIncomeFen(Household({1}, kMost)), kMost);
  EXPECT_EQ(YearlyHouseholdIncomeFen(Household({-1}, kLeast)), kLeast);
  // 12 × the most, for one person and month, fits again.
  EXPECT_EQ(MonthlyIncomePerPersonFen(Household({kMost}, 0)), kMost);
  EXPECT_EQ(MonthlyIncomePerPersonFen(Household({kLeast}, 0)), kLeast);
  EXPECT_EQ(MonthlyIncomePerPersonFen(Household({kMost}, kMost)), kMost);
  for (const auto& months : std::vector<std::vector<int64_t>>{
           {kMost, kMost, kLeast}, {kMost, kLeast, kMost}, {kLeast, kMost, kMost}}) {
    EXPECT_EQ(YearlyWagesFen(Household(months, 0)), kMost);
  }
  EXPECT_EQ(YearlyWagesFen(Household({kMost, kLeast, 2}, 0)), 12);
}

class CheckIncomeTest : public testing::Test {
 protected:
  CheckIncomeTest() {
    set_.set_version(1);
    v1::Policy& city = Add("hz", "2013-01-01");
    city.set_dibao_line_yuan("588");
    city.set_tier_a_standard_yuan("882");
    city.set_source("市政府〔2013〕1号");
    v1::Policy& industry = Add("hz.gongye", "2013-01-01");
    industry.set_tier_b_standard_yuan("1000");
    industry.set_source("工业工会〔2013〕2号");
  }

  v1::Policy& Add(const char* org, const char* day) {
    v1::Policy& policy = *set_.add_policies();
    policy.set_org(org);
    policy.set_effective_from(day);
    policy.set_source("市政府〔2014〕1号");
    return policy;
  }

  Findings Check(const Archive& archive) const {
    const auto book = PolicyBook::Build(set_, OrgTree());
    EXPECT_TRUE(book.ok()) << book.status();
    const OrgTree orgs;
    return CheckIncome(archive, {orgs, *book, sample::kToday});
  }

  std::vector<std::string> ShortCheck(const Archive& archive) const {
    return Short(Check(archive));
  }

  static constexpr char kAboveA[] = "W INCOME_ABOVE_STANDARD monthly_income_fen R41 / tier";
  static constexpr char kAboveB[] = "W INCOME_ABOVE_STANDARD monthly_income_fen R42 / tier";
  static constexpr char kAboveLimit[] = "W INCOME_ABOVE_STANDARD monthly_income_fen R43 / tier";

  v1::PolicySet set_;
};

Archive OfTier(v1::Tier tier, int64_t month) {
  Archive archive = Household({month}, 0);
  archive.set_tier(tier);
  return archive;
}

TEST_F(CheckIncomeTest, ComparesWithTheStandardOfTierA) {
  EXPECT_THAT(ShortCheck(OfTier(v1::TIER_A, 88200)), IsEmpty());
  EXPECT_THAT(Short(Check(OfTier(v1::TIER_A, 88201))), ElementsAre(kAboveA));
  EXPECT_THAT(Short(Check(OfTier(v1::TIER_UNSPECIFIED, 88201))), ElementsAre(kAboveA));
  // Five fen of a year are less than half a fen of a month, six are half a fen.
  EXPECT_THAT(ShortCheck(Household({88200}, 5)), IsEmpty());
  EXPECT_THAT(Short(Check(Household({88200}, 6))), ElementsAre(kAboveA));
  // Twice the dibao line is no limit of tier A.
  EXPECT_THAT(Short(Check(OfTier(v1::TIER_A, 500000))), ElementsAre(kAboveA));
}

TEST_F(CheckIncomeTest, ComparesWithStandardAndLimitOfTierB) {
  EXPECT_THAT(ShortCheck(OfTier(v1::TIER_B, 100000)), IsEmpty());
  EXPECT_THAT(Short(Check(OfTier(v1::TIER_B, 100001))), ElementsAre(kAboveB));
  EXPECT_THAT(Short(Check(OfTier(v1::TIER_B, 117600))), ElementsAre(kAboveB));
  EXPECT_THAT(Short(Check(OfTier(v1::TIER_B, 117601))), ElementsAre(kAboveB, kAboveLimit));
}

TEST_F(CheckIncomeTest, ComparesTierBWithTheLimitWhenTheUnionHasNoStandard) {
  Archive archive = OfTier(v1::TIER_B, 117600);
  archive.set_unit("hz.jiaoyu.erzhong");
  EXPECT_THAT(ShortCheck(archive), IsEmpty());
  archive.set_monthly_income_fen(117601);
  EXPECT_THAT(Short(Check(archive)), ElementsAre(kAboveLimit));
}

TEST_F(CheckIncomeTest, AsksForNoSecondReasonWithinAStandardThatHasOne) {
  set_.mutable_policies(1)->set_tier_b_standard_yuan("1500");
  EXPECT_THAT(Short(Check(OfTier(v1::TIER_B, 150000))), ElementsAre(kAboveLimit));
  set_.mutable_policies(1)->set_above_limit_reason("经市总工会同意");
  EXPECT_THAT(ShortCheck(OfTier(v1::TIER_B, 150000)), IsEmpty());
  EXPECT_THAT(Short(Check(OfTier(v1::TIER_B, 150001))), ElementsAre(kAboveB, kAboveLimit));
}

TEST_F(CheckIncomeTest, AcceptsARecordedReason) {
  for (const v1::Tier tier : {v1::TIER_A, v1::TIER_B}) {
    Archive archive = OfTier(tier, 500000);
    archive.set_above_standard_reason(" 　");
    EXPECT_FALSE(Check(archive).empty());
    archive.set_above_standard_reason("家中有重病人");
    EXPECT_THAT(ShortCheck(archive), IsEmpty());
  }
}

TEST_F(CheckIncomeTest, LeavesTierCAndCertificateHoldersAlone) {
  EXPECT_THAT(ShortCheck(OfTier(v1::TIER_C, 500000)), IsEmpty());
  Archive archive = OfTier(v1::TIER_A, 500000);
  archive.set_claimed_category(v1::HARDSHIP_CATEGORY_CERTIFICATE_HOLDER);
  EXPECT_THAT(ShortCheck(archive), IsEmpty());
  // What the center determined counts, whatever was claimed (A9).
  archive.set_determined_category(v1::HARDSHIP_CATEGORY_MARGINAL);
  EXPECT_THAT(Short(Check(archive)), ElementsAre(kAboveA));
  archive.set_claimed_category(v1::HARDSHIP_CATEGORY_MARGINAL);
  archive.set_determined_category(v1::HARDSHIP_CATEGORY_CERTIFICATE_HOLDER);
  EXPECT_THAT(ShortCheck(archive), IsEmpty());
}

TEST_F(CheckIncomeTest, TakesTheStandardOfTheDayOfFiling) {
  Add("hz", "2014-03-10").set_tier_a_standard_yuan("990");
  Archive archive = OfTier(v1::TIER_A, 99000);
  EXPECT_THAT(ShortCheck(archive), IsEmpty());
  archive.set_filed_on("2014-03-09");
  EXPECT_THAT(Short(Check(archive)), ElementsAre(kAboveA));
  archive.set_filed_on("2012-12-31");
  EXPECT_THAT(ShortCheck(archive), IsEmpty());
  // Not filed yet: today is 2014-03-10.
  archive.clear_filed_on();
  EXPECT_THAT(ShortCheck(archive), IsEmpty());
  archive.set_monthly_income_fen(99001);
  EXPECT_THAT(Short(Check(archive)), ElementsAre(kAboveA));
}

TEST_F(CheckIncomeTest, TakesTheLineOfTheDistrict) {
  Add("hz.fuyang", "2013-01-01").set_dibao_line_yuan("525");
  Archive archive = OfTier(v1::TIER_B, 105001);
  archive.set_unit("hz.fuyang.fuchun");
  EXPECT_THAT(Short(Check(archive)), ElementsAre(kAboveLimit));
  archive.set_unit("hz.jiaoyu.erzhong");
  EXPECT_THAT(ShortCheck(archive), IsEmpty());
}

TEST_F(CheckIncomeTest, SaysNothingWhileAnAmountIsMissing) {
  const Archive full = Household({500000, 100000}, 0);
  EXPECT_FALSE(Check(full).empty());
  Archive archive = full;
  archive.clear_monthly_income_fen();
  EXPECT_THAT(ShortCheck(archive), IsEmpty());
  archive = full;
  archive.clear_other_yearly_income_fen();
  EXPECT_THAT(ShortCheck(archive), IsEmpty());
  archive = full;
  archive.mutable_members(0)->clear_monthly_income_fen();
  EXPECT_THAT(ShortCheck(archive), IsEmpty());
}

TEST_F(CheckIncomeTest, SaysNothingWithoutAPolicy) {
  set_.clear_policies();
  EXPECT_THAT(ShortCheck(OfTier(v1::TIER_A, 500000)), IsEmpty());
  EXPECT_THAT(ShortCheck(OfTier(v1::TIER_B, 500000)), IsEmpty());
}

TEST_F(CheckIncomeTest, SaysWhatTheStandardIsAndWhoSetIt) {
  const auto only = [&] {
    const Findings findings = Check(OfTier(v1::TIER_A, 123456));
    EXPECT_EQ(findings.size(), 1u);
    return findings.at(0);
  };
  v1::Finding finding = only();
  EXPECT_EQ(finding.next_action(), v1::NEXT_ACTION_RECORD_REASON);
  for (const std::string& message : {finding.message_zh(), finding.message_en()}) {
    EXPECT_THAT(message, HasSubstr("882.00"));
    EXPECT_THAT(message, HasSubstr("市政府〔2013〕1号"));
    // Not the household's own.
    EXPECT_THAT(message, Not(HasSubstr("1234.56")));
  }
  EXPECT_THAT(finding.message_zh(), HasSubstr("超标准建档理由"));
  EXPECT_THAT(finding.message_zh(), Not(HasSubstr("假定")));
  EXPECT_THAT(finding.message_en(), Not(HasSubstr("assumed")));
  set_.mutable_policies(0)->set_assumed(true);
  finding = only();
  EXPECT_THAT(finding.message_zh(), HasSubstr("假定"));
  EXPECT_THAT(finding.message_en(), HasSubstr("assumed"));
}

}  // namespace
}  // namespace bangfu::domain
