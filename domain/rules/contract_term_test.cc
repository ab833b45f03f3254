#include "domain/rules/contract_term.h"

#include "gtest/gtest.h"

namespace bangfu::domain {
namespace {

TEST(ContractTermTest, BinsOfMonths) {
  const struct {
    int months;
    v1::ContractTerm term;
  } cases[] = {
      {-1, v1::CONTRACT_TERM_UNSPECIFIED},        {0, v1::CONTRACT_TERM_UNSPECIFIED},
      {1, v1::CONTRACT_TERM_UP_TO_HALF_YEAR},     {6, v1::CONTRACT_TERM_UP_TO_HALF_YEAR},
      {7, v1::CONTRACT_TERM_HALF_TO_ONE_YEAR},    {18, v1::CONTRACT_TERM_HALF_TO_ONE_YEAR},
      {19, v1::CONTRACT_TERM_TWO_YEARS},          {30, v1::CONTRACT_TERM_TWO_YEARS},
      {31, v1::CONTRACT_TERM_THREE_YEARS},        {42, v1::CONTRACT_TERM_THREE_YEARS},
      {43, v1::CONTRACT_TERM_FOUR_YEARS},         {54, v1::CONTRACT_TERM_FOUR_YEARS},
      {55, v1::CONTRACT_TERM_FIVE_YEARS_OR_MORE}, {120, v1::CONTRACT_TERM_FIVE_YEARS_OR_MORE},
      {121, v1::CONTRACT_TERM_OPEN_ENDED},        {600, v1::CONTRACT_TERM_OPEN_ENDED},
  };
  for (const auto& c : cases) EXPECT_EQ(ContractTermOfMonths(c.months), c.term) << c.months;
}

TEST(ContractTermTest, MonthsOfRegisterSpellings) {
  const struct {
    const char* text;
    int months;
  } cases[] = {
      {"12个月", 12},   {"１２个月", 12},     {"36月", 36},        {"36 个月", 36},
      {"1年", 12},      {"3年", 36},          {"3年期", 36},       {"三年期限", 36},
      {"一年", 12},     {"一年半", 18},       {"1年半", 18},       {"1.5年", 18},
      {"半年", 6},      {"两年零六个月", 30}, {"2年6个月", 30},    {"二年又三个月", 27},
      {"十二个月", 12}, {"二十四个月", 24},   {"三十六个月", 36},  {"十年", 120},
      {"十二年", 144},  {"固定期限3年", 36},  {"3年劳动合同", 36}, {"签订三年合同", 36},
      {"1月", 1},       {"600个月", 600},     {"50年", 600},
  };
  for (const auto& c : cases) {
    const auto stated = ParseContractTerm(c.text);
    ASSERT_TRUE(stated.has_value()) << c.text;
    EXPECT_EQ(stated->months, c.months) << c.text;
    EXPECT_EQ(stated->term, ContractTermOfMonths(c.months)) << c.text;
  }
}

TEST(ContractTermTest, MonthsOfFirstAndLastDay) {
  const struct {
    const char* text;
    int months;
  } cases[] = {
      {"2013.1.1-2015.12.31", 36},
      {"2013-1-1-2015-12-31", 36},
      {"2013-01-01至2015-12-31", 36},
      {"2013/1/1-2015/12/31", 36},
      {"2013年1月1日至2015年12月31日", 36},
      {"自2013年1月1日起至2015年12月31日止", 36},
      {"从2013.1.1到2015.12.31", 36},
      {"20130101-20151231", 36},
      {"２０１３．１．１～２０１５．１２．３１", 36},
      {"2013.1.1——2015.12.31", 36},
      {"2013.1.1 -- 2015.12.31", 36},
      {"2013.1.1-2016.1.1", 36},
      {"2013.1.1-2016.1.2", 37},
      {"2013.8.31-2014.2.28", 6},
      {"2013.8.31-2014.3.1", 7},
      {"2013.1.1-2013.6.30", 6},
      {"2013.1.1-2013.7.2", 7},
      {"2013.1.1-2013.1.1", 1},
      {"2013.1.1-2013.1.20", 1},
  };
  for (const auto& c : cases) {
    const auto stated = ParseContractTerm(c.text);
    ASSERT_TRUE(stated.has_value()) << c.text;
    EXPECT_EQ(stated->months, c.months) << c.text;
  }
}

TEST(ContractTermTest, OpenEndedHasNoMonths) {
  for (const char* text :
       {"无固定期限", "无固定期限劳动合同", "无固定期", "无固定", " 无 固定期限 "}) {
    const auto stated = ParseContractTerm(text);
    ASSERT_TRUE(stated.has_value()) << text;
    EXPECT_EQ(*stated, (StatedContractTerm{v1::CONTRACT_TERM_OPEN_ENDED, std::nullopt})) << text;
  }
}

TEST(ContractTermTest, RefusesTheRest) {
  for (const char* text : {"",
                           "　",
                           "12",
                           "3",
                           "0个月",
                           "0年",
                           "601个月",
                           "51年",
                           "1000个月",
                           "年",
                           "月",
                           "个月",
                           "半",
                           "1.5个月",
                           "1.5年半",
                           "1.3年",
                           "2年12个月",
                           "2年月",
                           "一年半载",
                           "-3年",
                           "三三年",
                           "十十月",
                           "2013.1.1",
                           "2015.12.31-2013.1.1",
                           "2013.1-2015.12",
                           "2013.1.1-",
                           "-2013.1.1",
                           "2013.2.30-2015.12.31",
                           "1900.1.1-2013.1.1",
                           "1-3年",
                           "长期",
                           "临时"}) {
    EXPECT_EQ(ParseContractTerm(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace bangfu::domain
