#include <google/protobuf/util/json_util.h>

#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "domain/policy/policy.h"
#include "domain/policy/policy_file.h"
#include "domain/rules/org_tree.h"
#include "domain/rules/sample_archive.h"
#include "domain/text/civil_date.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::domain {
namespace {

using sample::Short;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using v1::Policy;
using v1::PolicySet;

OrgTree Hangzhou() {
  std::ifstream file(BANGFU_SOURCE_DIR "/deploy/orgs.hangzhou.json");
  std::ostringstream text;
  text << file.rdbuf();
  v1::OrgTree tree;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(text.str(), &tree).ok());
  auto orgs = OrgTree::Build(tree);
  EXPECT_TRUE(orgs.ok()) << orgs.status();
  return orgs.ok() ? *std::move(orgs) : OrgTree();
}

Policy& AddPolicy(PolicySet& set, const char* org, const char* day) {
  Policy& policy = *set.add_policies();
  policy.set_org(org);
  policy.set_effective_from(day);
  policy.set_source("市政府〔2013〕1号");
  return policy;
}

// A set in order: two policies of the city, the second with everything a policy can hold.
PolicySet Sound() {
  PolicySet set;
  set.set_version(1);
  AddPolicy(set, "hz", "2013-01-01").set_dibao_line_yuan("588");
  Policy& policy = AddPolicy(set, "hz", "2014-01-01");
  policy.set_dibao_line_yuan("660.00");
  policy.set_tier_a_standard_yuan("990");
  policy.set_tier_b_standard_yuan("1,320.01");
  policy.set_above_limit_reason("经市总工会同意");
  policy.set_december_share_percent(25);
  policy.set_december_min_filings(8);
  policy.set_deregistration_days(15);
  policy.set_expiry_notice_days(30);
  v1::CategoryMapping& mapping = *policy.add_categories();
  mapping.set_category(v1::HARDSHIP_CATEGORY_MARGINAL);
  mapping.set_national_code("2");
  mapping.set_national_name("低保边缘户");
  policy.mutable_campaign()->set_starts_on("2014-03-01");
  policy.mutable_campaign()->set_ends_on("2014-04-15");
  return set;
}

std::string Repeat(const char* text, int times) {
  std::string repeated;
  for (int i = 0; i < times; ++i) repeated += text;
  return repeated;
}

TEST(CheckPolicySet, FindsNothingInASoundSet) {
  EXPECT_THAT(Short(CheckPolicySet(Sound(), OrgTree())), IsEmpty());
  EXPECT_THAT(Short(CheckPolicySet(Sound(), Hangzhou())), IsEmpty());
}

TEST(CheckPolicySet, DefaultsFitTheExampleDictionary) {
  EXPECT_THAT(Short(CheckPolicySet(DefaultPolicySet(), Hangzhou())), IsEmpty());
}

struct Mistake {
  const char* name;
  std::function<void(PolicySet&)> make;
  std::vector<std::string> findings;
};

void PrintTo(const Mistake& mistake, std::ostream* out) { *out << mistake.name; }

Policy& Full(PolicySet& set) { return *set.mutable_policies(1); }
v1::CategoryMapping& Mapping(PolicySet& set) { return *Full(set).mutable_categories(0); }

std::vector<Mistake> Mistakes() {
  const auto amount = [](const char* text) {
    return [text](PolicySet& set) { Full(set).set_dibao_line_yuan(text); };
  };
  const std::string line = "E POLICY_INVALID policies[1].dibao_line_yuan R43";
  const std::string org = "E POLICY_INVALID policies[1].org R12";
  const std::string day = "E POLICY_INVALID policies[1].effective_from R12";
  const std::string source = "E POLICY_INVALID policies[1].source R12";
  const std::string share = "E POLICY_INVALID policies[1].december_share_percent R46";
  const std::string filings = "E POLICY_INVALID policies[1].december_min_filings R46";
  const std::string deregistration = "E POLICY_INVALID policies[1].deregistration_days R50";
  const std::string notice = "E POLICY_INVALID policies[1].expiry_notice_days R20";
  const std::string category = "E POLICY_INVALID policies[1].categories[0].category A28";
  const std::string reason = "E POLICY_INVALID policies[1].above_limit_reason R43";
  const std::string ends = "E POLICY_INVALID policies[1].campaign.ends_on R54";
  return {
      {"VersionZero", [](PolicySet& s) { s.clear_version(); }, {"E POLICY_INVALID version R12"}},
      {"VersionNegative",
       [](PolicySet& s) { s.set_version(-1); },
       {"E POLICY_INVALID version R12"}},
      {"OrgEmpty", [](PolicySet& s) { Full(s).clear_org(); }, {org}},
      {"OrgMalformed", [](PolicySet& s) { Full(s).set_org("HZ"); }, {org}},
      {"OrgUnknown", [](PolicySet& s) { Full(s).set_org("nb"); }, {org}},
      {"DayEmpty", [](PolicySet& s) { Full(s).clear_effective_from(); }, {day}},
      {"DayNotReal", [](PolicySet& s) { Full(s).set_effective_from("2014-02-29"); }, {day}},
      {"DayNotIso", [](PolicySet& s) { Full(s).set_effective_from("2014.1.1"); }, {day}},
      {"SourceEmpty", [](PolicySet& s) { Full(s).clear_source(); }, {source}},
      {"SourceBlank", [](PolicySet& s) { Full(s).set_source(" 　"); }, {source}},
      {"SourceLong", [](PolicySet& s) { Full(s).set_source(Repeat("字", 201)); }, {source}},
      {"SourceControl", [](PolicySet& s) { Full(s).set_source("a\x1B[1m"); }, {source}},
      {"AmountWord", amount("五百"), {line}},
      {"AmountBlank", amount(" "), {line}},
      {"AmountNegative", amount("-525"), {line}},
      {"AmountDecimals", amount("525.001"), {line}},
      {"AmountLarge", amount("100000000"), {line}},
      {"AmountZero", amount("0.00"), {line}},
      {"TierA",
       [](PolicySet& s) { Full(s).set_tier_a_standard_yuan("x"); },
       {"E POLICY_INVALID policies[1].tier_a_standard_yuan R41"}},
      {"TierB",
       [](PolicySet& s) { Full(s).set_tier_b_standard_yuan("x"); },
       {"E POLICY_INVALID policies[1].tier_b_standard_yuan R42"}},
      {"ShareZero", [](PolicySet& s) { Full(s).set_december_share_percent(0); }, {share}},
      {"ShareLarge", [](PolicySet& s) { Full(s).set_december_share_percent(101); }, {share}},
      {"FilingsNegative", [](PolicySet& s) { Full(s).set_december_min_filings(-1); }, {filings}},
      {"FilingsLarge", [](PolicySet& s) { Full(s).set_december_min_filings(10001); }, {filings}},
      {"DeregistrationNegative",
       [](PolicySet& s) { Full(s).set_deregistration_days(-1); },
       {deregistration}},
      {"DeregistrationLarge",
       [](PolicySet& s) { Full(s).set_deregistration_days(367); },
       {deregistration}},
      {"NoticeNegative", [](PolicySet& s) { Full(s).set_expiry_notice_days(-1); }, {notice}},
      {"NoticeLarge", [](PolicySet& s) { Full(s).set_expiry_notice_days(367); }, {notice}},
      {"ReasonWithoutStandard",
       [](PolicySet& s) { Full(s).clear_tier_b_standard_yuan(); },
       {reason + " / policies[1].tier_b_standard_yuan"}},
      {"ReasonBlank", [](PolicySet& s) { Full(s).set_above_limit_reason(" "); }, {reason}},
      {"ReasonLong",
       [](PolicySet& s) { Full(s).set_above_limit_reason(Repeat("字", 501)); },
       {reason}},
      {"CategoryMissing", [](PolicySet& s) { Mapping(s).clear_category(); }, {category}},
      {"CategoryUnknown",
       [](PolicySet& s) { Mapping(s).set_category(static_cast<v1::HardshipCategory>(77)); },
       {category}},
      {"CategoryTwice",
       [](PolicySet& s) { *Full(s).add_categories() = Policy(Full(s)).categories(0); },
       {"E POLICY_INVALID policies[1].categories[1].category A28 / "
        "policies[1].categories[0].category"}},
      {"CategoriesTooMany",
       [](PolicySet& s) {
         for (int i = 0; i < 5; ++i) *Full(s).add_categories() = Policy(Full(s)).categories(0);
       },
       {"E POLICY_INVALID policies[1].categories A28"}},
      {"CodeEmpty",
       [](PolicySet& s) { Mapping(s).clear_national_code(); },
       {"E POLICY_INVALID policies[1].categories[0].national_code A28"}},
      {"CodeLong",
       [](PolicySet& s) { Mapping(s).set_national_code(Repeat("1", 21)); },
       {"E POLICY_INVALID policies[1].categories[0].national_code A28"}},
      {"NameEmpty",
       [](PolicySet& s) { Mapping(s).clear_national_name(); },
       {"E POLICY_INVALID policies[1].categories[0].national_name A28"}},
      {"NameLong",
       [](PolicySet& s) { Mapping(s).set_national_name(Repeat("户", 51)); },
       {"E POLICY_INVALID policies[1].categories[0].national_name A28"}},
      {"CampaignStart",
       [](PolicySet& s) { Full(s).mutable_campaign()->clear_starts_on(); },
       {"E POLICY_INVALID policies[1].campaign.starts_on R54"}},
      {"CampaignEnd",
       [](PolicySet& s) { Full(s).mutable_campaign()->set_ends_on("15.4."); },
       {ends}},
      {"CampaignOrder",
       [](PolicySet& s) { Full(s).mutable_campaign()->set_ends_on("2014-02-28"); },
       {ends + " / policies[1].campaign.starts_on"}},
      {"CampaignOfADistrict",
       [](PolicySet& s) { Full(s).set_org("hz.fuyang"); },
       {"E POLICY_INVALID policies[1].campaign R54 / policies[1].org"}},
      {"NothingSet",
       [](PolicySet& s) { AddPolicy(s, "hz", "2015-01-01"); },
       {"E POLICY_INVALID policies[2] R12"}},
      {"SetTwice",
       [](PolicySet& s) { AddPolicy(s, "hz", "2014-01-01").set_expiry_notice_days(10); },
       {"E POLICY_INVALID policies[2].expiry_notice_days R20 / policies[1].expiry_notice_days"}},
      {"CategorySetTwice",
       [](PolicySet& s) { *AddPolicy(s, "hz", "2014-01-01").add_categories() = Mapping(s); },
       {"E POLICY_INVALID policies[2].categories[0].category A28 / "
        "policies[1].categories[0].category"}},
      {"CampaignSetTwice",
       [](PolicySet& s) {
         *AddPolicy(s, "hz", "2014-01-01").mutable_campaign() = Full(s).campaign();
       },
       {"E POLICY_INVALID policies[2].campaign R54 / policies[1].campaign"}},
      {"TooMany",
       [](PolicySet& s) {
         while (s.policies_size() <= kMaxPolicies) s.add_policies();
       },
       {"E POLICY_INVALID policies R12"}},
  };
}

class CheckPolicySetMistakes : public testing::TestWithParam<Mistake> {};

TEST_P(CheckPolicySetMistakes, AreNamed) {
  PolicySet set = Sound();
  GetParam().make(set);
  const Findings findings = CheckPolicySet(set, Hangzhou());
  EXPECT_THAT(Short(findings), testing::ElementsAreArray(GetParam().findings));
  for (const v1::Finding& finding : findings) {
    EXPECT_THAT(finding.message_zh(), HasSubstr(finding.field()));
    EXPECT_THAT(finding.message_en(), HasSubstr(finding.field()));
    EXPECT_EQ(finding.next_action(), v1::NEXT_ACTION_COMPLETE_POLICY);
  }
}

INSTANTIATE_TEST_SUITE_P(Each, CheckPolicySetMistakes, testing::ValuesIn(Mistakes()),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST(CheckPolicySet, TakesTheLargestSizes) {
  PolicySet set = Sound();
  Policy& policy = Full(set);
  policy.set_source(Repeat("字", 200));
  policy.set_above_limit_reason(Repeat("字", 500));
  policy.set_december_share_percent(100);
  policy.set_december_min_filings(10000);
  policy.set_deregistration_days(366);
  policy.set_expiry_notice_days(366);
  policy.set_tier_a_standard_yuan("99999999.99");
  policy.mutable_campaign()->set_ends_on("2014-03-01");
  EXPECT_THAT(Short(CheckPolicySet(set, Hangzhou())), IsEmpty());
  policy.set_december_share_percent(1);
  policy.set_december_min_filings(0);
  policy.set_deregistration_days(0);
  policy.set_expiry_notice_days(0);
  EXPECT_THAT(Short(CheckPolicySet(set, Hangzhou())), IsEmpty());
}

TEST(CheckPolicySet, WithoutOrgsLooksAtTheFormOfPathsOnly) {
  PolicySet set = Sound();
  AddPolicy(set, "hz.nowhere", "2014-01-01").set_dibao_line_yuan("500");
  EXPECT_THAT(Short(CheckPolicySet(set, OrgTree())), IsEmpty());
  EXPECT_THAT(Short(CheckPolicySet(set, Hangzhou())),
              ElementsAre("E POLICY_INVALID policies[2].org R12"));
}

// R43: what stands against what, both sides of the limit.
TEST(CheckPolicySet, WarnsOfAStandardAboveTwiceTheLine) {
  const struct {
    const char* standard;
    bool above;
  } cases[] = {{"1175.99", false}, {"1176.00", false}, {"1176.01", true}};
  for (const auto& c : cases) {
    PolicySet set;
    set.set_version(1);
    AddPolicy(set, "hz", "2013-01-01").set_dibao_line_yuan("588");
    AddPolicy(set, "hz.gongye", "2013-06-01").set_tier_b_standard_yuan(c.standard);
    const Findings findings = CheckPolicySet(set, Hangzhou());
    ASSERT_THAT(Short(findings), SizeIs(c.above ? 1 : 0)) << c.standard;
    if (!c.above) continue;
    EXPECT_THAT(Short(findings),
                ElementsAre("W STANDARD_ABOVE_LIMIT policies[1].tier_b_standard_yuan R43 / "
                            "policies[0].dibao_line_yuan"));
    EXPECT_EQ(findings[0].next_action(), v1::NEXT_ACTION_RECORD_REASON);
    for (const std::string& message : {findings[0].message_zh(), findings[0].message_en()}) {
      EXPECT_THAT(message, HasSubstr("policies[1].tier_b_standard_yuan"));
      EXPECT_THAT(message, HasSubstr("1176.01"));
      EXPECT_THAT(message, HasSubstr("1176.00"));
      EXPECT_THAT(message, HasSubstr("2013-06-01"));
      EXPECT_THAT(message, HasSubstr("policies[1].above_limit_reason"));
    }
    set.mutable_policies(1)->set_above_limit_reason("经市总工会同意");
    EXPECT_THAT(Short(CheckPolicySet(set, Hangzhou())), IsEmpty());
  }
}

TEST(CheckPolicySet, LooksAtTheLimitOnEveryDayOfChange) {
  PolicySet set;
  set.set_version(1);
  AddPolicy(set, "hz", "2013-01-01").set_dibao_line_yuan("600");
  AddPolicy(set, "hz.fuyang", "2013-06-01").set_tier_b_standard_yuan("1100");
  EXPECT_THAT(Short(CheckPolicySet(set, OrgTree())), IsEmpty());
  // A lower line of the district comes later.
  AddPolicy(set, "hz.fuyang", "2014-01-01").set_dibao_line_yuan("549.99");
  const Findings lowered = CheckPolicySet(set, OrgTree());
  EXPECT_THAT(Short(lowered),
              ElementsAre("W STANDARD_ABOVE_LIMIT policies[1].tier_b_standard_yuan R43 / "
                          "policies[2].dibao_line_yuan"));
  EXPECT_THAT(lowered[0].message_en(), HasSubstr("from 2014-01-01"));
  // Had the standard been lowered on that day, all would be well.
  AddPolicy(set, "hz.fuyang", "2014-01-01").set_tier_b_standard_yuan("1099.98");
  EXPECT_THAT(Short(CheckPolicySet(set, OrgTree())), IsEmpty());
  set.mutable_policies(3)->set_effective_from("2014-01-02");
  EXPECT_THAT(Short(CheckPolicySet(set, OrgTree())), SizeIs(1));
}

TEST(CheckPolicySet, LooksAtAnInheritedStandardWhereTheLineIsLower) {
  PolicySet set;
  set.set_version(1);
  AddPolicy(set, "hz", "2013-01-01").set_dibao_line_yuan("600");
  AddPolicy(set, "hz", "2013-01-01").set_tier_b_standard_yuan("1200");
  AddPolicy(set, "hz.fuyang", "2013-01-01").set_dibao_line_yuan("500");
  EXPECT_THAT(Short(CheckPolicySet(set, OrgTree())),
              ElementsAre("W STANDARD_ABOVE_LIMIT policies[1].tier_b_standard_yuan R43 / "
                          "policies[2].dibao_line_yuan"));
  // The district's own, lower standard stands in its place.
  AddPolicy(set, "hz.fuyang", "2013-01-01").set_tier_b_standard_yuan("1000");
  EXPECT_THAT(Short(CheckPolicySet(set, OrgTree())), IsEmpty());
}

TEST(CheckPolicySet, ListsALimitedNumberOfWarnings) {
  PolicySet set;
  set.set_version(1);
  for (int i = 0; i < kMaxPolicies / 2; ++i) {
    const std::string day = FormatDate(absl::CivilDay(2000, 1, 1) + i);
    AddPolicy(set, "hz", day.c_str()).set_tier_b_standard_yuan("2000");
    AddPolicy(set, absl::StrCat("hz.u", i).c_str(), "2001-01-01").set_dibao_line_yuan("500");
  }
  EXPECT_THAT(Short(CheckPolicySet(set, OrgTree())), SizeIs(kMaxStandardWarnings));
}

TEST(CheckPolicySet, IsSilentBeforeThereIsALine) {
  PolicySet set;
  set.set_version(1);
  AddPolicy(set, "hz", "2013-01-01").set_tier_b_standard_yuan("5000");
  EXPECT_THAT(Short(CheckPolicySet(set, OrgTree())), IsEmpty());
  AddPolicy(set, "hz", "2014-01-01").set_dibao_line_yuan("600");
  EXPECT_THAT(Short(CheckPolicySet(set, OrgTree())), SizeIs(1));
}

}  // namespace
}  // namespace bangfu::domain
