#include "domain/policy/policy.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "domain/policy/policy_file.h"
#include "domain/rules/org_tree.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::domain {
namespace {

using ::testing::HasSubstr;

using Day = absl::CivilDay;

constexpr Day kDay(2014, 3, 10);

// A book of policies in JSON, each with what every policy must have.
PolicyBook Book(const std::vector<std::string>& policies) {
  const auto append = [](std::string* json, const std::string& policy) {
    absl::StrAppend(json, R"({"source": "市政府〔2013〕1号", )", policy, "}");
  };
  const std::string json =
      absl::StrCat(R"({"version": 7, "policies": [)", absl::StrJoin(policies, ",", append), "]}");
  const auto set = ParsePolicySet(json);
  EXPECT_TRUE(set.ok()) << set.status();
  if (!set.ok()) return {};
  auto book = PolicyBook::Build(*set, OrgTree());
  EXPECT_TRUE(book.ok()) << book.status();
  return book.ok() ? *std::move(book) : PolicyBook();
}

template <typename T>
std::optional<T> ValueOf(const std::optional<Setting<T>>& setting) {
  return setting ? std::optional<T>(setting->value) : std::nullopt;
}

TEST(PolicyBook, FindsNothingWhenEmpty) {
  const PolicyBook book;
  EXPECT_EQ(book.version(), 0);
  EXPECT_EQ(book.proto().policies_size(), 0);
  EXPECT_FALSE(book.DibaoLine("hz", kDay));
  EXPECT_FALSE(book.Standard(v1::TIER_A, "hz", kDay));
  EXPECT_FALSE(book.DecemberSharePercent("hz", kDay));
  EXPECT_FALSE(book.DecemberMinFilings("hz", kDay));
  EXPECT_FALSE(book.DeregistrationDays("hz", kDay));
  EXPECT_FALSE(book.ExpiryNoticeDays("hz", kDay));
  EXPECT_FALSE(book.NationalCategory(v1::HARDSHIP_CATEGORY_OTHER, "hz", kDay));
  EXPECT_FALSE(book.CampaignOf("hz", kDay));
}

TEST(PolicyBook, TakesTheLatestDayOnOrBefore) {
  // The file is in no order.
  const PolicyBook book =
      Book({R"("org": "hz", "effective_from": "2013-07-01", "dibao_line_yuan": "588")",
            R"("org": "hz", "effective_from": "2012-02-29", "dibao_line_yuan": "525.00")",
            R"("org": "hz", "effective_from": "2015-01-01", "dibao_line_yuan": "744.5")"});
  const struct {
    Day day;
    std::optional<int64_t> fen;
  } cases[] = {
      {Day(2012, 2, 28), std::nullopt}, {Day(2012, 2, 29), 52500},  {Day(2013, 6, 30), 52500},
      {Day(2013, 7, 1), 58800},         {Day(2014, 12, 31), 58800}, {Day(2015, 1, 1), 74450},
      {Day(2099, 12, 31), 74450},
  };
  for (const auto& c : cases) EXPECT_EQ(ValueOf(book.DibaoLine("hz", c.day)), c.fen) << c.day;
}

TEST(PolicyBook, LooksAtTheOrgAndThenUpwards) {
  const PolicyBook book = Book(
      {R"("org": "hz", "effective_from": "2013-01-01", "dibao_line_yuan": "588")",
       R"("org": "hz.fuyang", "effective_from": "2012-01-01", "dibao_line_yuan": "470")",
       R"("org": "hz.fuyang.fuchun", "effective_from": "2014-03-10", "dibao_line_yuan": "480")"});
  const struct {
    const char* org;
    std::optional<int64_t> fen;
  } cases[] = {
      {"hz", 58800},
      {"hz.gongye.xiangjiao", 58800},
      // The district's own line, though the city's is newer.
      {"hz.fuyang", 47000},
      {"hz.fuyang.xindeng", 47000},
      {"hz.fuyang.fuchun", 48000},
      {"hz.fuyang.fuchun.unit", 48000},
      // Not below hz.fuyang.
      {"hz.fuyangx", 58800},
      {"hz.fu", 58800},
      {"nb.fuyang", std::nullopt},
      {"fuyang", std::nullopt},
      {"", std::nullopt},
  };
  for (const auto& c : cases) EXPECT_EQ(ValueOf(book.DibaoLine(c.org, kDay)), c.fen) << c.org;
  EXPECT_EQ(ValueOf(book.DibaoLine("hz.fuyang.fuchun", kDay - 1)), 47000);
  // Before the city has a line, the district's alone counts.
  EXPECT_EQ(ValueOf(book.DibaoLine("hz.fuyang", Day(2012, 12, 31))), 47000);
  EXPECT_FALSE(book.DibaoLine("hz.gongye", Day(2012, 12, 31)));
}

TEST(PolicyBook, LooksUpEachValueByItself) {
  const PolicyBook book =
      Book({R"("org": "hz", "effective_from": "2013-01-01", "assumed": true,
               "dibao_line_yuan": "588", "tier_a_standard_yuan": "882",
               "december_share_percent": 25, "december_min_filings": 8,
               "deregistration_days": 15, "expiry_notice_days": 30)",
            R"("org": "hz", "effective_from": "2014-01-01", "deregistration_days": 20)",
            R"("org": "hz.fuyang", "effective_from": "2013-06-01",
               "tier_b_standard_yuan": "1000", "expiry_notice_days": 0)"});
  constexpr char kUnit[] = "hz.fuyang.fuchun";
  EXPECT_EQ(ValueOf(book.DibaoLine(kUnit, kDay)), 58800);
  EXPECT_EQ(ValueOf(book.Standard(v1::TIER_A, kUnit, kDay)), 88200);
  EXPECT_EQ(ValueOf(book.Standard(v1::TIER_B, kUnit, kDay)), 100000);
  EXPECT_EQ(ValueOf(book.DecemberSharePercent(kUnit, kDay)), 25);
  EXPECT_EQ(ValueOf(book.DecemberMinFilings(kUnit, kDay)), 8);
  EXPECT_EQ(ValueOf(book.DeregistrationDays(kUnit, kDay)), 20);
  // Zero is a value, not the lack of one.
  EXPECT_EQ(ValueOf(book.ExpiryNoticeDays(kUnit, kDay)), 0);
  EXPECT_EQ(ValueOf(book.ExpiryNoticeDays("hz.gongye", kDay)), 30);
  EXPECT_FALSE(book.Standard(v1::TIER_B, "hz.gongye", kDay));
  EXPECT_FALSE(book.Standard(v1::TIER_C, kUnit, kDay));
  EXPECT_FALSE(book.Standard(v1::TIER_UNSPECIFIED, kUnit, kDay));
}

TEST(PolicyBook, SaysWhatSetsAValue) {
  std::optional<Setting<int64_t>> line;
  PolicyBook copy;
  {
    const PolicyBook book = Book(
        {R"("org": "hz", "effective_from": "2013-01-01", "expiry_notice_days": 30)",
         R"("org": "hz", "effective_from": "2013-02-01", "assumed": true, "dibao_line_yuan": "588")"});
    line = book.DibaoLine("hz.gongye", kDay);
    copy = book;
  }
  // The copy keeps what the setting points at.
  ASSERT_TRUE(line);
  EXPECT_EQ(line->policy, &copy.proto().policies(1));
  EXPECT_EQ(line->policy->effective_from(), "2013-02-01");
  EXPECT_TRUE(line->policy->assumed());
  EXPECT_EQ(copy.version(), 7);
}

TEST(PolicyBook, MapsEachCategoryByItself) {
  const PolicyBook book = Book({R"("org": "hz", "effective_from": "2013-01-01", "categories": [
          {"category": "HARDSHIP_CATEGORY_MARGINAL", "national_code": "2", "national_name": "边缘"},
          {"category": "HARDSHIP_CATEGORY_OTHER", "national_code": "9", "national_name": "其他"}])",
                                R"("org": "hz", "effective_from": "2014-03-10", "categories": [
          {"category": "HARDSHIP_CATEGORY_OTHER", "national_code": "8", "national_name": "其他"}])"});
  const auto code = [&](v1::HardshipCategory category, Day day) -> std::string {
    const auto mapping = book.NationalCategory(category, "hz.gongye.xiangjiao", day);
    return mapping ? mapping->value->national_code() : "";
  };
  EXPECT_EQ(code(v1::HARDSHIP_CATEGORY_OTHER, kDay - 1), "9");
  EXPECT_EQ(code(v1::HARDSHIP_CATEGORY_OTHER, kDay), "8");
  EXPECT_EQ(code(v1::HARDSHIP_CATEGORY_MARGINAL, kDay), "2");
  EXPECT_EQ(code(v1::HARDSHIP_CATEGORY_TEMPORARY, kDay), "");
  EXPECT_EQ(code(v1::HARDSHIP_CATEGORY_UNSPECIFIED, kDay), "");
  // Codes of a newer program.
  EXPECT_EQ(code(static_cast<v1::HardshipCategory>(99), kDay), "");
  EXPECT_EQ(code(static_cast<v1::HardshipCategory>(-1), kDay), "");
}

TEST(PolicyBook, GivesTheLatestCampaignThatHasBegun) {
  const PolicyBook book = Book({R"("org": "hz", "effective_from": "2014-02-01",
          "campaign": {"starts_on": "2014-03-01", "ends_on": "2014-04-15"})",
                                // The end is put off while it runs.
                                R"("org": "hz", "effective_from": "2014-04-10",
          "campaign": {"starts_on": "2014-03-01", "ends_on": "2014-04-30"})",
                                R"("org": "hz", "effective_from": "2015-01-01",
          "campaign": {"starts_on": "2015-03-01", "ends_on": "2015-04-15"})"});
  const auto end = [&](int year, int month, int day) -> std::string {
    const auto campaign = book.CampaignOf("hz.gongye.xiangjiao", Day(year, month, day));
    return campaign ? campaign->value->ends_on() : "";
  };
  EXPECT_EQ(end(2014, 2, 28), "");
  EXPECT_EQ(end(2014, 3, 1), "2014-04-15");
  EXPECT_EQ(end(2014, 4, 9), "2014-04-15");
  EXPECT_EQ(end(2014, 4, 10), "2014-04-30");
  // Over, but the latest: what comes now is late.
  EXPECT_EQ(end(2015, 2, 28), "2014-04-30");
  EXPECT_EQ(end(2015, 3, 1), "2015-04-15");
}

TEST(PolicyBook, IsNotBuiltOfASetWithErrors) {
  v1::PolicySet set;
  set.set_version(1);
  for (int i = 0; i < 12; ++i) {
    v1::Policy& policy = *set.add_policies();
    policy.set_org(absl::StrCat("hz.district", i));
    policy.set_dibao_line_yuan("五百");
  }
  const auto book = PolicyBook::Build(set, OrgTree());
  ASSERT_EQ(book.status().code(), absl::StatusCode::kInvalidArgument);
  const Text text = TextOf(book.status());
  EXPECT_THAT(text.zh, HasSubstr("policies[0].dibao_line_yuan"));
  EXPECT_THAT(text.en, HasSubstr("policies[0].dibao_line_yuan"));
  // Three errors each: day, source and amount.
  EXPECT_THAT(text.en, HasSubstr("36 errors"));
  EXPECT_THAT(text.en, Not(HasSubstr("policies[11]")));
}

TEST(PolicyBook, IsBuiltInSpiteOfWarnings) {
  const PolicyBook book = Book({R"("org": "hz", "effective_from": "2013-01-01",
                                   "dibao_line_yuan": "500", "tier_b_standard_yuan": "2000")"});
  EXPECT_EQ(ValueOf(book.Standard(v1::TIER_B, "hz", kDay)), 200000);
}

}  // namespace
}  // namespace bangfu::domain
