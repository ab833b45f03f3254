#include "domain/text/bank_card.h"

#include <gtest/gtest.h>

#include <string>

namespace bangfu::domain {
namespace {

TEST(PassesLuhnTest, Vectors) {
  for (const char* digits : {"79927398713", "49927398716", "6217001540012345672", "0"}) {
    EXPECT_TRUE(PassesLuhn(digits)) << digits;
  }
  for (const char* digits : {"", "79927398714", "79927398731", "6217001540012345673", "7992739871X",
                             " 79927398713", "1"}) {
    EXPECT_FALSE(PassesLuhn(digits)) << digits;
  }
}

TEST(PassesLuhnTest, EveryWrongCheckDigitIsFound) {
  for (const char check : std::string("0123456789")) {
    EXPECT_EQ(PassesLuhn(std::string("621700154001234567") + check), check == '2') << check;
  }
}

TEST(ParseBankCardTest, NormalisesAndKeepsLuhnForTheCaller) {
  const struct {
    const char* text;
    const char* number;
  } cases[] = {
      {"6217 0015 4001 2345 672", "6217001540012345672"},
      {"６２１７００１５４００１２３４５６７２", "6217001540012345672"},
      {"6217-0015-4001-2345-672", "6217001540012345672"},
      {"123456789012", "123456789012"},                // 12 digits, the shortest; fails Luhn
      {"9999999999999999999", "9999999999999999999"},  // 19, the longest
      {"6217001540010060000", "6217001540010060000"},  // ends in zeros and passes Luhn
      {"62170015400123400", "62170015400123400"},      // two zeros may be chance
  };
  for (const auto& c : cases) {
    const auto parsed = ParseBankCard(c.text);
    ASSERT_TRUE(parsed.ok()) << c.text;
    EXPECT_EQ(*parsed, c.number);
  }
}

TEST(ParseBankCardTest, EachMistakeHasItsKind) {
  const struct {
    const char* text;
    BankCardError error;
  } cases[] = {
      {"", BankCardError::kEmpty},
      {"　", BankCardError::kEmpty},
      {"-", BankCardError::kEmpty},
      {"12345678901", BankCardError::kLength},
      {"12345678901234567890", BankCardError::kLength},
      {"6217001540012345X72", BankCardError::kCharacters},
      {"工行6217001540012345672", BankCardError::kCharacters},
      {"6.217E+18", BankCardError::kNumericDamage},
      {"6217001540012340000", BankCardError::kNumericDamage},
      {"621700154001234000", BankCardError::kNumericDamage},
  };
  for (const auto& c : cases) {
    const auto parsed = ParseBankCard(c.text);
    ASSERT_FALSE(parsed.ok()) << c.text;
    EXPECT_EQ(parsed.error(), c.error) << c.text;
  }
}

TEST(MaskBankCardTest, ShowsTheEnd) {
  EXPECT_EQ(MaskBankCard("6217 0015 4001 2345 672"), "***************5672");
  EXPECT_EQ(MaskBankCard("1234567"), "*******");
  EXPECT_EQ(MaskBankCard("12345678"), "****5678");
}

}  // namespace
}  // namespace bangfu::domain
