#include "domain/rules/rule_catalogue.h"

#include <set>
#include <string>
#include <tuple>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::domain {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Sorts as the catalogue does: R before A, then by number.
std::tuple<bool, int> Place(const Rule& rule) {
  int number = 0;
  EXPECT_TRUE(absl::SimpleAtoi(absl::string_view(rule.number).substr(1), &number)) << rule.number;
  return {rule.number.front() == 'A', number};
}

TEST(RuleCatalogueTest, EveryNumberFromR1ToR103IsThereOnceAndInOrder) {
  const std::vector<Rule>& rules = AllRules();
  ASSERT_GT(rules.size(), 103u);
  for (int number = 1; number <= 103; ++number) {
    EXPECT_EQ(rules[static_cast<size_t>(number) - 1].number, absl::StrCat("R", number));
  }
  for (size_t i = 1; i < rules.size(); ++i) {
    EXPECT_LT(Place(rules[i - 1]), Place(rules[i])) << rules[i].number;
  }
}

TEST(RuleCatalogueTest, RulesQuoteTheNoticeAndReadingsDoNot) {
  for (const Rule& rule : AllRules()) {
    SCOPED_TRACE(rule.number);
    const bool reading = rule.number.front() == 'A';
    EXPECT_NE(rule.spec->kind(), v1::RULE_KIND_UNSPECIFIED);
    EXPECT_EQ(rule.spec->kind() == v1::RULE_KIND_READING, reading);
    EXPECT_EQ(rule.spec->sentence_zh().empty(), reading);
    EXPECT_NE(rule.spec->summary_zh(), "");
    EXPECT_NE(rule.spec->summary_en(), "");
  }
}

TEST(RuleCatalogueTest, NoTwoRulesSayTheSame) {
  std::set<std::string> zh;
  std::set<std::string> en;
  for (const Rule& rule : AllRules()) {
    // Fields that are only required are told apart by the cell that they quote.
    EXPECT_TRUE(zh.insert(rule.spec->summary_zh() + rule.spec->sentence_zh()).second)
        << rule.number;
    EXPECT_TRUE(en.insert(rule.spec->summary_en() + rule.spec->sentence_zh()).second)
        << rule.number;
  }
}

TEST(RuleCatalogueTest, FindsByNumber) {
  struct Example {
    const char* number;
    v1::RuleKind kind;
    const char* sentence;
  };
  const Example examples[] = {
      {"R1", v1::RULE_KIND_ORGANISATION, "各产业工会，市职工服务中心"},
      {"R2", v1::RULE_KIND_BACKGROUND, "2013年年底"},
      {"R20", v1::RULE_KIND_RULE, "仅要求困难农民工提供"},
      {"R63", v1::RULE_KIND_FIELD, "*身份证号"},
      {"R48", v1::RULE_KIND_RULE, "帮扶后15日内"},
      {"R101", v1::RULE_KIND_RULE, "87161079"},
      {"A1", v1::RULE_KIND_READING, ""},
      {"A37", v1::RULE_KIND_READING, ""},
  };
  for (const Example& example : examples) {
    SCOPED_TRACE(example.number);
    const Rule* found = FindRule(example.number);
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->number, example.number);
    EXPECT_EQ(found->spec->kind(), example.kind);
    EXPECT_THAT(found->spec->sentence_zh(), HasSubstr(example.sentence));
  }
}

TEST(RuleCatalogueTest, WhatIsNoNumberIsNotFound) {
  for (const char* text : {"", "R", "R0", "R104", "R01", "r1", "R1 ", "1", "A0", "A14", "A1001",
                           "UNSPECIFIED", "RULE_NUMBER_R1"}) {
    EXPECT_EQ(FindRule(text), nullptr) << text;
  }
}

TEST(RuleCatalogueTest, NotesOfTheFormBelongToTheirFields) {
  EXPECT_THAT(FindRule("R69")->spec->notes_zh(0), HasSubstr("新农舍"));
  EXPECT_THAT(FindRule("R60")->spec->notes_zh(), IsEmpty());
}

}  // namespace
}  // namespace bangfu::domain
