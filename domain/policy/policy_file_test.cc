#include "domain/policy/policy_file.h"

#include <string>

#include "base/error.h"
#include "domain/policy/policy.h"
#include "domain/rules/org_tree.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::domain {
namespace {

using ::testing::HasSubstr;

TEST(ParsePolicySet, ReadsBothSpellingsOfTheFields) {
  for (const char* json :
       {R"({"version": 3, "policies": [{"org": "hz", "dibao_line_yuan": "588"}]})",
        R"({"version": "3", "policies": [{"org": "hz", "dibaoLineYuan": "588"}]})",
        "\xEF\xBB\xBF{\"version\": 3, \"policies\": [{\"org\": \"hz\", \"dibao_line_yuan\": "
        "\"588\"}]}"}) {
    const auto set = ParsePolicySet(json);
    ASSERT_TRUE(set.ok()) << set.status();
    EXPECT_EQ(set->version(), 3);
    ASSERT_EQ(set->policies_size(), 1);
    EXPECT_EQ(set->policies(0).dibao_line_yuan(), "588");
    EXPECT_FALSE(set->policies(0).has_expiry_notice_days());
  }
}

TEST(ParsePolicySet, NamesThePlaceOfAMistake) {
  const struct {
    std::string json;
    const char* place_zh;
    const char* place_en;
  } cases[] = {
      // Not JSON.
      {"", "第 1 行", "line 1 "},
      {"{\n\"version\": 1,\n\"policies\" []}", "第 3 行", "line 3 "},
      {"{\n\"version\": 1,\n}", "第 3 行", "line 3 "},
      {"{\n\"version\": 1}\nx", "第 3 行", "line 3 "},
      {"{\n\"version\": 1", "第 2 行", "line 2 "},
      {"{\n// a comment\n\"version\": 1}", "第 2 行", "line 2 "},
      {"{\n\"version\": 1e999}", "第 2 行", "line 2 "},
      {"{\n\n\"policies\": [{\"org\": \"\xFF\"}]}", "第 3 行", "line 3 "},
      {std::string(100000, '['), "第 1 行", "line 1 "},
      // JSON of something else.
      {"[]", "PolicySet", "PolicySet"},
      {R"({"versoin": 1})", "versoin", "versoin"},
      {R"({"policies": [{}, {"dibao_line": "588"}]})", "policies[1]) dibao_line",
       "policies[1]) dibao_line"},
      {R"({"policies": [{"dibao_line_yuan": 588}]})", "policies[0].dibao_line_yuan",
       "policies[0].dibao_line_yuan"},
      {R"({"policies": [{"december_share_percent": 25.5}]})", "policies[0].december_share_percent",
       "policies[0].december_share_percent"},
      {R"({"policies": [{"expiry_notice_days": 2147483648}]})", "policies[0].expiry_notice_days",
       "policies[0].expiry_notice_days"},
      {R"({"policies": [{"categories": [{"category": "HARDSHIP"}]}]})",
       "policies[0].categories[0].category", "policies[0].categories[0].category"},
      // Names twice: the last would win without a word.
      {R"({"version": 1, "version": 2})", "“version”", "has version twice"},
      {R"({"policies": [{"source": "a", "source": "b"}]})", "“source”", "has source twice"},
  };
  for (const auto& c : cases) {
    const auto set = ParsePolicySet(c.json);
    ASSERT_EQ(set.status().code(), absl::StatusCode::kInvalidArgument) << c.json.substr(0, 80);
    const Text text = TextOf(set.status());
    EXPECT_THAT(text.zh, HasSubstr(c.place_zh));
    EXPECT_THAT(text.en, HasSubstr(c.place_en));
  }
}

TEST(ParsePolicySet, QuotesLittleOfAFile) {
  std::string name;
  for (int i = 0; i < 10000; ++i) name += "名";
  for (const std::string& json :
       {"{\"" + name + "\": 1}", "{\"" + name + "\": 1, \"" + name + "\": 1}",
        "{\"version\": \"" + name + "\"}"}) {
    const auto set = ParsePolicySet(json);
    ASSERT_FALSE(set.ok());
    EXPECT_LT(TextOf(set.status()).zh.size(), 600u);
    // A character that was cut would not survive the payload.
    EXPECT_THAT(TextOf(set.status()).zh, HasSubstr("名…"));
  }
}

TEST(ParsePolicySet, RefusesWhatIsTooLarge) {
  const std::string sound = R"({"version": 1})";
  EXPECT_TRUE(ParsePolicySet(sound + std::string(kMaxPolicyFileBytes - sound.size(), ' ')).ok());
  const auto set = ParsePolicySet(sound + std::string(kMaxPolicyFileBytes - sound.size() + 1, ' '));
  EXPECT_EQ(set.status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(DefaultPolicySet, SaysThatItsValuesAreAssumed) {
  const v1::PolicySet& set = DefaultPolicySet();
  EXPECT_EQ(&set, &DefaultPolicySet());
  EXPECT_GT(set.policies_size(), 0);
  for (const v1::Policy& policy : set.policies()) {
    EXPECT_TRUE(policy.assumed()) << policy.ShortDebugString();
    EXPECT_THAT(policy.source(), HasSubstr("假定"));
  }
}

TEST(DefaultPolicySet, HasEveryValueThatTheRulesNeed) {
  const auto book = PolicyBook::Build(DefaultPolicySet(), OrgTree());
  ASSERT_TRUE(book.ok()) << book.status();
  constexpr absl::CivilDay kDay(2014, 3, 10);
  constexpr char kUnit[] = "hz.gongye.xiangjiao";
  EXPECT_EQ(book->DibaoLine(kUnit, kDay)->value, 58800);
  EXPECT_EQ(book->DibaoLine(kUnit, absl::CivilDay(2012, 12, 31))->value, 52500);
  EXPECT_LT(book->DibaoLine("hz.fuyang.fuchun", kDay)->value, 58800);
  EXPECT_EQ(book->Standard(v1::TIER_A, kUnit, kDay)->value, 88200);
  // A union sets its own.
  EXPECT_FALSE(book->Standard(v1::TIER_B, kUnit, kDay));
  EXPECT_EQ(book->DecemberSharePercent(kUnit, kDay)->value, 25);
  EXPECT_EQ(book->DecemberMinFilings(kUnit, kDay)->value, 8);
  EXPECT_EQ(book->DeregistrationDays(kUnit, kDay)->value, 15);
  EXPECT_EQ(book->ExpiryNoticeDays(kUnit, kDay)->value, 30);
  EXPECT_FALSE(book->CampaignOf(kUnit, absl::CivilDay(2014, 2, 28)));
  EXPECT_EQ(book->CampaignOf(kUnit, absl::CivilDay(2014, 3, 1))->value->ends_on(), "2014-04-15");
  EXPECT_TRUE(book->NationalCategory(v1::HARDSHIP_CATEGORY_OTHER, kUnit, kDay));
  EXPECT_FALSE(book->NationalCategory(v1::HARDSHIP_CATEGORY_TEMPORARY, kUnit, kDay));
}

}  // namespace
}  // namespace bangfu::domain
