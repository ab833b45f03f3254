#include "domain/text/money.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace bangfu::domain {
namespace {

TEST(ParseYuanTest, WaysToWriteAnAmount) {
  const struct {
    const char* text;
    int64_t fen;
  } cases[] = {
      {"1625", 162500},
      {"1,470.00", 147000},
      {"￥1470", 147000},
      {"¥ 1470", 147000},
      {"1470元", 147000},
      {"1470 元", 147000},
      {"￥1，470．5元", 147050},
      {"２３００", 230000},
      {"2300.00", 230000},
      {"2,300", 230000},
      {" 2300　", 230000},
      {"0", 0},
      {"0.01", 1},
      {"0.1", 10},
      {"007", 700},
      {"999", 99900},
      {"1,000,000", 100000000},
      {"99999999.99", kMaxAmountFen},
  };
  for (const auto& c : cases) {
    const auto parsed = ParseYuan(c.text);
    ASSERT_TRUE(parsed.ok()) << c.text;
    EXPECT_EQ(*parsed, c.fen) << c.text;
  }
}

TEST(ParseYuanTest, EachMistakeHasItsKind) {
  const struct {
    const char* text;
    MoneyError error;
  } cases[] = {
      {"", MoneyError::kEmpty},
      {" 　", MoneyError::kEmpty},
      {"-1", MoneyError::kNegative},
      {"￥－0.01", MoneyError::kNegative},
      {"1.005", MoneyError::kTooManyDecimals},
      {"1.000", MoneyError::kTooManyDecimals},
      {"100000000", MoneyError::kTooLarge},
      {"100,000,000.00", MoneyError::kTooLarge},
      {"99999999999999999999999999", MoneyError::kTooLarge},
      {"元", MoneyError::kFormat},
      {"￥", MoneyError::kFormat},
      {"-", MoneyError::kFormat},
      {"无", MoneyError::kFormat},
      {"12 34", MoneyError::kFormat},
      {"1,47", MoneyError::kFormat},
      {"1,4700", MoneyError::kFormat},
      {"1470,000", MoneyError::kFormat},
      {",470", MoneyError::kFormat},
      {"1,470,", MoneyError::kFormat},
      {"1.4.7", MoneyError::kFormat},
      {".5", MoneyError::kFormat},
      {"5.", MoneyError::kFormat},
      {"1.47,0", MoneyError::kFormat},
      {"--1", MoneyError::kFormat},
      {"+1", MoneyError::kFormat},
      {"1E5", MoneyError::kFormat},
      {"2万元", MoneyError::kFormat},
      {"1470元/月", MoneyError::kFormat},
  };
  for (const auto& c : cases) {
    const auto parsed = ParseYuan(c.text);
    ASSERT_FALSE(parsed.ok()) << c.text;
    EXPECT_EQ(parsed.error(), c.error) << c.text;
  }
}

TEST(FormatYuanTest, TwoDecimalsAndSign) {
  EXPECT_EQ(FormatYuan(0), "0.00");
  EXPECT_EQ(FormatYuan(1), "0.01");
  EXPECT_EQ(FormatYuan(99), "0.99");
  EXPECT_EQ(FormatYuan(100), "1.00");
  EXPECT_EQ(FormatYuan(147050), "1470.50");
  EXPECT_EQ(FormatYuan(-1), "-0.01");
  EXPECT_EQ(FormatYuan(-150), "-1.50");
  EXPECT_EQ(FormatYuan(std::numeric_limits<int64_t>::min()), "-92233720368547758.08");
}

TEST(FormatYuanTest, ReadsBack) {
  for (const int64_t fen : {int64_t{0}, int64_t{5}, int64_t{50}, int64_t{162500}, kMaxAmountFen}) {
    const auto parsed = ParseYuan(FormatYuan(fen));
    ASSERT_TRUE(parsed.ok()) << fen;
    EXPECT_EQ(*parsed, fen);
  }
}

}  // namespace
}  // namespace bangfu::domain
