#include "domain/text/identity_number.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace bangfu::domain {
namespace {

using absl::CivilDay;
using E = IdentityNumberError;

TEST(ParseIdentityNumberTest, VectorsOfTheStandard) {
  const auto female = ParseIdentityNumber("11010519491231002X");
  ASSERT_TRUE(female.ok());
  EXPECT_EQ(female->number, "11010519491231002X");
  EXPECT_EQ(female->division_code, "110105");
  EXPECT_EQ(female->birth_date, CivilDay(1949, 12, 31));
  EXPECT_EQ(female->sex, Sex::kFemale);

  const auto male = ParseIdentityNumber("440524188001010014");
  ASSERT_TRUE(male.ok());
  EXPECT_EQ(male->birth_date, CivilDay(1880, 1, 1));
  EXPECT_EQ(male->sex, Sex::kMale);
}

TEST(ParseIdentityNumberTest, SpellingsOfOneNumberMeet) {
  for (const char* text :
       {"11010519491231002x", " 110105 19491231 002X ", "１１０１０５１９４９１２３１００２Ｘ",
        "110105　19491231002ｘ", "\u202D11010519491231002X\u202C"}) {
    const auto parsed = ParseIdentityNumber(text);
    ASSERT_TRUE(parsed.ok()) << text;
    EXPECT_EQ(parsed->number, "11010519491231002X");
    EXPECT_FALSE(ReadNormalIdentityNumber(text)) << text;
    const auto facts = ReadIdentityNumber(text);
    ASSERT_TRUE(facts.has_value()) << text;
    EXPECT_EQ(facts->birth_date, CivilDay(1949, 12, 31));
    EXPECT_EQ(facts->sex, Sex::kFemale);
  }
}

TEST(ReadNormalIdentityNumberTest, FactsOfANumberAsItIsKept) {
  const auto female = ReadNormalIdentityNumber("11010519491231002X");
  ASSERT_TRUE(female.has_value());
  EXPECT_EQ(female->birth_date, CivilDay(1949, 12, 31));
  EXPECT_EQ(female->sex, Sex::kFemale);
  const auto male = ReadNormalIdentityNumber("440524188001010014");
  ASSERT_TRUE(male.has_value());
  EXPECT_EQ(male->birth_date, CivilDay(1880, 1, 1));
  EXPECT_EQ(male->sex, Sex::kMale);
}

TEST(ParseIdentityNumberTest, EachMistakeHasItsKind) {
  const struct {
    const char* text;
    E error;
  } cases[] = {
      {"", E::kEmpty},
      {" 　", E::kEmpty},
      {"3.30104E+17", E::kNumericDamage},
      {"330104197903035000", E::kNumericDamage},
      {"330104790303506", E::kLength15},
      {"33010479030350", E::kLength},
      {"3301047903035060", E::kLength},
      {"33010419790303506", E::kLength},
      {"3301041979030350600", E::kLength},
      {"33010419790303506O", E::kCharacters},
      {"3301041979030350X0", E::kCharacters},
      {"X30104197903035060", E::kCharacters},
      {"33010479030350X", E::kCharacters},
      {"33010419790303506-", E::kCharacters},
      {"无身份证号", E::kCharacters},
      {"33010419790303\xFF"
       "060",
       E::kCharacters},
      {"830000199001010012", E::kDivision},  // Taiwan residents' permit, check digit right
      {"330104200002300018", E::kBirthDate},
      {"330104200102290015", E::kBirthDate},  // 2001 was no leap year, check digit right
      {"330104197903035061", E::kCheckDigit},
      {"33010419790303506X", E::kCheckDigit},
      {"330104197903053060", E::kCheckDigit},  // two digits swapped
  };
  for (const auto& c : cases) {
    const auto parsed = ParseIdentityNumber(c.text);
    ASSERT_FALSE(parsed.ok()) << c.text;
    EXPECT_EQ(parsed.error(), c.error) << c.text;
    EXPECT_FALSE(ReadNormalIdentityNumber(c.text)) << c.text;
    EXPECT_FALSE(ReadIdentityNumber(c.text)) << c.text;
  }
}

TEST(ParseIdentityNumberTest, LeapDayAndProvinceBounds) {
  EXPECT_TRUE(ParseIdentityNumber("330104200002290018").ok());
  // Neighbours of provinces, each with the check digit that belongs to it.
  const struct {
    const char* province;
    bool known;
  } cases[] = {{"10", false}, {"11", true}, {"15", true},  {"16", false}, {"46", true},
               {"47", false}, {"50", true}, {"65", true},  {"66", false}, {"71", true},
               {"81", true},  {"82", true}, {"83", false}, {"00", false}, {"99", false}};
  for (const auto& c : cases) {
    const std::string body = absl::StrCat(c.province, "010119900101001");
    const std::string number = absl::StrCat(body, std::string(1, ComputeCheckDigit(body)));
    EXPECT_EQ(ParseIdentityNumber(number).ok(), c.known) << number;
  }
}

TEST(ParseIdentityNumberTest, EveryWrongCheckCharacterIsFound) {
  const std::string body = "33018319850728041";
  for (const char check : std::string("0123456789X")) {
    EXPECT_EQ(ParseIdentityNumber(body + check).ok(), check == '9') << check;
  }
}

TEST(ParseIdentityNumberTest, SeventeenthDigitIsTheSex) {
  EXPECT_EQ(ParseIdentityNumber("330183198507280419")->sex, Sex::kMale);
  EXPECT_EQ(ParseIdentityNumber("330104197903035060")->sex, Sex::kFemale);
}

TEST(ComputeCheckDigitTest, Vectors) {
  EXPECT_EQ(ComputeCheckDigit("11010519491231002"), 'X');
  EXPECT_EQ(ComputeCheckDigit("440524188001010014"), '4');
}

TEST(LooksLikeSpreadsheetDamageTest, DamagedAndGenuine) {
  for (const char* text : {"330104197903035000", "330104197903035008", "3.30104E+17",
                           "3.30104197903035e17", "３.30104E+17"}) {
    EXPECT_TRUE(LooksLikeSpreadsheetDamage(text)) << text;
  }
  for (const char* text : {"", "330104197903035060", "330104197903035061", "11010519491231002X",
                           "330104197903031000",  // ends in zeros, and its check digit is right
                           "3301041979030350", "张三"}) {
    EXPECT_FALSE(LooksLikeSpreadsheetDamage(text)) << text;
  }
}

TEST(MaskIdentityNumberTest, HidesBirthDateAndSequence) {
  EXPECT_EQ(MaskIdentityNumber("330104197903035060"), "330*************60");
  EXPECT_EQ(MaskIdentityNumber("11010519491231002x"), "110*************2X");
  EXPECT_EQ(MaskIdentityNumber("33010419"), "********");
  EXPECT_EQ(MaskIdentityNumber(""), "");
}

}  // namespace
}  // namespace bangfu::domain
