#include "domain/rules/archive_number.h"

#include "gtest/gtest.h"

namespace bangfu::domain {
namespace {

TEST(ArchiveNumberTest, ReadsTheExamplesOfTheNotice) {
  EXPECT_EQ(ParseArchiveNumber("工业橡胶20130006"), (ArchiveNumber{"工业橡胶", 2013, 6}));
  EXPECT_EQ(ParseArchiveNumber("富阳富春20130125"), (ArchiveNumber{"富阳富春", 2013, 125}));
}

TEST(ArchiveNumberTest, NormalisesWidthAndBlanks) {
  const ArchiveNumber expected{"工业橡胶", 2013, 6};
  EXPECT_EQ(ParseArchiveNumber("工业橡胶２０１３０００６"), expected);
  EXPECT_EQ(ParseArchiveNumber(" 工业 橡胶　2013 0006 "), expected);
}

TEST(ArchiveNumberTest, LimitsOfYearAndSequence) {
  struct Case {
    const char* text;
    bool good;
  };
  for (const Case& c : {Case{"工业橡胶20000001", true}, Case{"工业橡胶19990001", false},
                        Case{"工业橡胶20999999", true}, Case{"工业橡胶21000001", false},
                        Case{"工业橡胶20130001", true}, Case{"工业橡胶20130000", false}}) {
    EXPECT_EQ(ParseArchiveNumber(c.text).has_value(), c.good) << c.text;
  }
}

TEST(ArchiveNumberTest, RefusesWhatIsNone) {
  for (const char* text :
       {"", "20130006", "工业橡胶", "工业橡胶2013006", "工业橡胶201300006", "工业2橡胶20130006",
        "工业橡胶２20130006", "工业橡胶2013000六", "工业橡胶2013-006", "工业橡胶+0130006",
        "工业橡胶2013+006", "橡胶2013第0006号"}) {
    EXPECT_EQ(ParseArchiveNumber(text), std::nullopt) << text;
  }
}

TEST(ArchiveNumberTest, WritesWhatItReads) {
  for (const char* text : {"工业橡胶20130001", "工业橡胶20139999", "富阳富春20000125"}) {
    const auto number = ParseArchiveNumber(text);
    ASSERT_TRUE(number.has_value());
    EXPECT_EQ(FormatArchiveNumber(*number), text);
  }
}

TEST(ArchiveNumberTest, NextBeginsAtOneAndEndsAt9999) {
  EXPECT_EQ(NextArchiveNumber("工业橡胶", 2014, 0), (ArchiveNumber{"工业橡胶", 2014, 1}));
  EXPECT_EQ(NextArchiveNumber("工业橡胶", 2013, 6), (ArchiveNumber{"工业橡胶", 2013, 7}));
  EXPECT_EQ(NextArchiveNumber("工业橡胶", 2013, 9998), (ArchiveNumber{"工业橡胶", 2013, 9999}));
  EXPECT_EQ(NextArchiveNumber("工业橡胶", 2013, 9999), std::nullopt);
  EXPECT_EQ(NextArchiveNumber("工业橡胶", 2013, 10000), std::nullopt);
  EXPECT_EQ(NextArchiveNumber("工业橡胶", 2013, -1), std::nullopt);
}

TEST(ArchiveNumberTest, NextKnowsTheYears) {
  EXPECT_TRUE(NextArchiveNumber("工业橡胶", 2000, 0).has_value());
  EXPECT_FALSE(NextArchiveNumber("工业橡胶", 1999, 0).has_value());
  EXPECT_TRUE(NextArchiveNumber("工业橡胶", 2099, 0).has_value());
  EXPECT_FALSE(NextArchiveNumber("工业橡胶", 2100, 0).has_value());
}

TEST(ArchiveNumberTest, PrefixHasNoDigitsAndNoBlanks) {
  EXPECT_TRUE(IsNumberPrefix("工业橡胶"));
  EXPECT_TRUE(IsNumberPrefix("教育二中"));
  for (const char* prefix : {"", "工业2厂", "工业２厂", "工业 橡胶", "工业橡胶　"}) {
    EXPECT_FALSE(IsNumberPrefix(prefix)) << prefix;
    EXPECT_EQ(NextArchiveNumber(prefix, 2014, 0), std::nullopt) << prefix;
  }
}

}  // namespace
}  // namespace bangfu::domain
