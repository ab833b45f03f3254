#include "domain/text/spreadsheet_number.h"

#include <gtest/gtest.h>

namespace bangfu::domain {
namespace {

TEST(IsScientificNotationTest, Forms) {
  for (const char* text : {"3.30104E+17", "3.30104197903035E17", "6E+18", "1.38E+10"}) {
    EXPECT_TRUE(IsScientificNotation(text)) << text;
  }
  for (const char* text : {"", "E", "E17", "3E", "3E+", "33E+17", "3.E+17", ".3E+17", "3.30104E-17",
                           "3.3X104E+17", "330104197903035000", "3.30104E+1A"}) {
    EXPECT_FALSE(IsScientificNotation(text)) << text;
  }
}

TEST(HasLostDigitsTest, BothSidesOfFifteenDigits) {
  EXPECT_TRUE(HasLostDigits("330104197903035000"));
  EXPECT_TRUE(HasLostDigits("330104197903035008"));  // the same as a double
  EXPECT_TRUE(HasLostDigits("6217001540012340"));
  EXPECT_TRUE(HasLostDigits("6217001540012340000"));

  EXPECT_FALSE(HasLostDigits("330104197903035001"));
  EXPECT_FALSE(HasLostDigits("330104197903035060"));
  EXPECT_FALSE(HasLostDigits("621700154001230"));       // 15 digits, nothing to lose
  EXPECT_FALSE(HasLostDigits("12345678901234500000"));  // 20 digits
  EXPECT_FALSE(HasLostDigits("33010419790303500X"));
  EXPECT_FALSE(HasLostDigits(""));
}

}  // namespace
}  // namespace bangfu::domain
