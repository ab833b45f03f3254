#include "domain/text/phone.h"

#include <gtest/gtest.h>

namespace bangfu::domain {
namespace {

TEST(ParsePhoneTest, Numbers) {
  const struct {
    const char* text;
    PhoneKind kind;
    const char* number;
  } cases[] = {
      {"13000000000", PhoneKind::kMobile, "13000000000"},
      {"19999999999", PhoneKind::kMobile, "19999999999"},
      {"138-0571-0000", PhoneKind::kMobile, "13805710000"},
      {" 138 0571　0000 ", PhoneKind::kMobile, "13805710000"},
      {"１３８０５７１００００", PhoneKind::kMobile, "13805710000"},
      {"+8613805710000", PhoneKind::kMobile, "13805710000"},
      {"0086 13805710000", PhoneKind::kMobile, "13805710000"},
      {"86-13805710000", PhoneKind::kMobile, "13805710000"},
      {"(+86)13805710000", PhoneKind::kMobile, "13805710000"},
      {"013805710000", PhoneKind::kMobile, "13805710000"},
      {"0571-86762610", PhoneKind::kLandline, "0571-86762610"},
      {"057186762610", PhoneKind::kLandline, "0571-86762610"},
      {"（0571）86762610", PhoneKind::kLandline, "0571-86762610"},
      {"0571—8676—2610", PhoneKind::kLandline, "0571-86762610"},
      {"0571-2676261", PhoneKind::kLandline, "0571-2676261"},
      {"010-86762610", PhoneKind::kLandline, "010-86762610"},
      {"020-86762610", PhoneKind::kLandline, "020-86762610"},
      {"87161079", PhoneKind::kLandline, "87161079"},
      {"8716107", PhoneKind::kLandline, "8716107"},
      {"0571-86762610-8012", PhoneKind::kLandline, "0571-86762610-8012"},
      {"0571-86762610转8012", PhoneKind::kLandline, "0571-86762610-8012"},
      {"0571-86762610 ext. 1", PhoneKind::kLandline, "0571-86762610-1"},
      {"0571-86762610x1", PhoneKind::kLandline, "0571-86762610-1"},
      {"057186762610#123456", PhoneKind::kLandline, "0571-86762610-123456"},
      {"87161079转6", PhoneKind::kLandline, "87161079-6"},
      {"8716107转9", PhoneKind::kLandline, "8716107-9"},
      {"0571-8716107转9", PhoneKind::kLandline, "0571-8716107-9"},
      {"8716-1079", PhoneKind::kLandline, "87161079"},
  };
  for (const auto& c : cases) {
    const auto parsed = ParsePhone(c.text);
    ASSERT_TRUE(parsed.ok()) << c.text;
    EXPECT_EQ(parsed->kind, c.kind) << c.text;
    EXPECT_EQ(parsed->number, c.number) << c.text;
    const auto again = ParsePhone(parsed->number);
    ASSERT_TRUE(again.ok()) << c.text;
    EXPECT_EQ(again->number, c.number) << "not stable: " << c.text;
  }
}

TEST(ParsePhoneTest, EachMistakeHasItsKind) {
  const struct {
    const char* text;
    PhoneError error;
  } cases[] = {
      {"", PhoneError::kEmpty},
      {" 　", PhoneError::kEmpty},
      {"1.38E+10", PhoneError::kNumericDamage},
      {"无", PhoneError::kCharacters},
      {"1380571000O", PhoneError::kCharacters},
      {"13805710000张", PhoneError::kCharacters},
      {"13805710000/87161079", PhoneError::kCharacters},
      {"-", PhoneError::kFormat},
      {"X", PhoneError::kFormat},
      {"1380571000", PhoneError::kFormat},
      {"138057100000", PhoneError::kFormat},
      {"12805710000", PhoneError::kFormat},
      {"23805710000", PhoneError::kFormat},
      {"13805710000-1", PhoneError::kFormat},
      {"13805710000转1", PhoneError::kFormat},
      {"13805710000 13805710001", PhoneError::kFormat},
      {"871610", PhoneError::kFormat},
      {"871610790", PhoneError::kFormat},
      {"17161079", PhoneError::kFormat},
      {"0571-16762610", PhoneError::kFormat},
      {"0571-867626", PhoneError::kFormat},
      {"0571-867626100", PhoneError::kFormat},
      {"020-8676261", PhoneError::kFormat},
      {"0171-8676261", PhoneError::kFormat},
      {"0071-86762610", PhoneError::kFormat},
      {"0571", PhoneError::kFormat},
      {"057186762610#", PhoneError::kFormat},
      {"057186762610#1234567", PhoneError::kFormat},
      {"057186762610#1#2", PhoneError::kFormat},
      {"0571-86762610-8012-1", PhoneError::kFormat},
      {"+1 2025550100", PhoneError::kFormat},
      {"8-716+1079", PhoneError::kFormat},
      {"8716+107", PhoneError::kFormat},
      {"4008001234", PhoneError::kFormat},
      {"12351", PhoneError::kFormat},
  };
  for (const auto& c : cases) {
    const auto parsed = ParsePhone(c.text);
    ASSERT_FALSE(parsed.ok()) << c.text << " " << parsed->number;
    EXPECT_EQ(parsed.error(), c.error) << c.text;
  }
}

TEST(IsKeptPhoneTest, FormsThatAreKept) {
  for (const char* text : {"13805710000", "0571-86762610", "0571-2676261", "010-86762610",
                           "020-86762610", "87161079", "8716107"}) {
    EXPECT_TRUE(IsKeptPhone(text)) << text;
    EXPECT_EQ(ParsePhone(text)->number, text);
  }
}

TEST(IsKeptPhoneTest, AnythingElse) {
  for (const char* text : {"",
                           "0",
                           "0571",
                           "0571-",
                           "010",
                           "010-",
                           "12805710000",
                           "1380571000",
                           "057186762610",
                           "0571-1676261",
                           "0571-867626",
                           "0571-867626101",
                           "0571-8676-2610",
                           "0571-86762610-1",
                           "020-8676261",
                           "0171-8676261",
                           "17161079",
                           "871610",
                           "871610790",
                           "8716107a",
                           "05a1-8676261",
                           "+8613805710000",
                           "１３８０５７１００００"}) {
    EXPECT_FALSE(IsKeptPhone(text)) << text;
  }
}

TEST(MaskPhoneTest, ShowsBothEnds) {
  EXPECT_EQ(MaskPhone("138 0571 0000"), "138****0000");
  EXPECT_EQ(MaskPhone("0571-86762610"), "057******2610");
  EXPECT_EQ(MaskPhone("87161079"), "********");
}

}  // namespace
}  // namespace bangfu::domain
