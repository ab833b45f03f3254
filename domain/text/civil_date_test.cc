#include "domain/text/civil_date.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace bangfu::domain {
namespace {

using absl::CivilDay;

TEST(ParseDateTest, WaysToWriteADate) {
  const struct {
    const char* text;
    CivilDay day;
  } cases[] = {
      {"1985年7月28日", CivilDay(1985, 7, 28)},
      {"1985年07月28", CivilDay(1985, 7, 28)},
      {"1985年7月28号", CivilDay(1985, 7, 28)},
      {"1985 年 7 月 28 日", CivilDay(1985, 7, 28)},
      {"1990.7.12", CivilDay(1990, 7, 12)},
      {"1997-06-05", CivilDay(1997, 6, 5)},
      {"1997/6/5", CivilDay(1997, 6, 5)},
      {"19970605", CivilDay(1997, 6, 5)},
      {"１９９７－０６－０５", CivilDay(1997, 6, 5)},
      {"１９９０．７．１２", CivilDay(1990, 7, 12)},
      {"１９８５年７月２８日", CivilDay(1985, 7, 28)},
      {"　1997/6/5 ", CivilDay(1997, 6, 5)},
      {"2012-02-29", CivilDay(2012, 2, 29)},
      {"2000-02-29", CivilDay(2000, 2, 29)},
      {"1800-01-01", CivilDay(1800, 1, 1)},
      {"9999-12-31", CivilDay(9999, 12, 31)},
  };
  for (const auto& c : cases) EXPECT_EQ(ParseDate(c.text), c.day) << c.text;
}

TEST(ParseDateTest, RefusesWhatIsNoDate) {
  for (const char* text : {"",
                           "　",
                           "2013-02-29",
                           "1900-02-29",
                           "2014-04-31",
                           "2014-04-00",
                           "2014-00-10",
                           "2014-13-01",
                           "1799-12-31",
                           "10000-01-01",
                           "1997-6/5",
                           "1997.6",
                           "1985年7月",
                           "7月28日",
                           "85年7月28日",
                           "97-6-5",
                           "1997-06-05-01",
                           "1997 06 05",
                           "199706050",
                           "1997605",
                           "1997-006-05",
                           "1997-+6-05",
                           "1997--6-5",
                           "1997- 6-05",
                           "1985年7月28日日",
                           "1985年7月28日起",
                           "昨天",
                           "二〇一四年三月三日"}) {
    EXPECT_EQ(ParseDate(text), std::nullopt) << text;
  }
}

TEST(ParseIsoDateTest, IsStrict) {
  EXPECT_EQ(ParseIsoDate("1997-06-05"), CivilDay(1997, 6, 5));
  for (const char* text : {"", "1997-6-5", "1997/06/05", "19970605", " 1997-06-05", "1997-06-05 ",
                           "1997-06-31", "1997-0a-05", "１９９７-06-05", "-997-06-05"}) {
    EXPECT_EQ(ParseIsoDate(text), std::nullopt) << text;
  }
}

TEST(FormatDateTest, PadsAndReadsBack) {
  EXPECT_EQ(FormatDate(CivilDay(2014, 3, 3)), "2014-03-03");
  EXPECT_EQ(ParseIsoDate(FormatDate(CivilDay(2012, 2, 29))), CivilDay(2012, 2, 29));
}

TEST(FromExcelSerialTest, KnownSerials) {
  EXPECT_EQ(FromExcelSerial(1), CivilDay(1900, 1, 1));
  EXPECT_EQ(FromExcelSerial(59), CivilDay(1900, 2, 28));
  EXPECT_EQ(FromExcelSerial(60), std::nullopt);
  EXPECT_EQ(FromExcelSerial(60.5), std::nullopt);
  EXPECT_EQ(FromExcelSerial(61), CivilDay(1900, 3, 1));
  EXPECT_EQ(FromExcelSerial(25569), CivilDay(1970, 1, 1));
  EXPECT_EQ(FromExcelSerial(41640), CivilDay(2014, 1, 1));
  EXPECT_EQ(FromExcelSerial(41640.999), CivilDay(2014, 1, 1));
  EXPECT_EQ(FromExcelSerial(2958465), CivilDay(9999, 12, 31));
  EXPECT_EQ(FromExcelSerial(2958465.9), CivilDay(9999, 12, 31));
}

TEST(FromExcelSerialTest, OutOfRange) {
  for (const double serial : {0.0, 0.999, -1.0, 2958466.0, 1e300,
                              std::numeric_limits<double>::infinity(), std::nan("")}) {
    EXPECT_EQ(FromExcelSerial(serial), std::nullopt) << serial;
  }
}

TEST(AddMonthsTest, SameDayElseMonthEnd) {
  const struct {
    CivilDay from;
    int months;
    CivilDay to;
  } cases[] = {
      {CivilDay(2013, 8, 31), 6, CivilDay(2014, 2, 28)},
      {CivilDay(2011, 8, 31), 6, CivilDay(2012, 2, 29)},
      {CivilDay(2013, 8, 28), 6, CivilDay(2014, 2, 28)},
      {CivilDay(2013, 8, 29), 6, CivilDay(2014, 2, 28)},
      {CivilDay(2014, 2, 28), 6, CivilDay(2014, 8, 28)},
      {CivilDay(2014, 3, 31), 1, CivilDay(2014, 4, 30)},
      {CivilDay(2014, 3, 30), 1, CivilDay(2014, 4, 30)},
      {CivilDay(2013, 12, 31), 1, CivilDay(2014, 1, 31)},
      {CivilDay(2014, 3, 31), -1, CivilDay(2014, 2, 28)},
      {CivilDay(2014, 1, 15), -1, CivilDay(2013, 12, 15)},
      {CivilDay(2012, 2, 29), 12, CivilDay(2013, 2, 28)},
      {CivilDay(2012, 2, 29), 48, CivilDay(2016, 2, 29)},
      {CivilDay(2014, 5, 31), 0, CivilDay(2014, 5, 31)},
  };
  for (const auto& c : cases) EXPECT_EQ(AddMonths(c.from, c.months), c.to) << c.from << c.months;
}

TEST(AddDaysTest, FirstDayIsNotCounted) {
  EXPECT_EQ(AddDays(CivilDay(2014, 3, 1), 15), CivilDay(2014, 3, 16));
  EXPECT_EQ(AddDays(CivilDay(2014, 3, 1), -1), CivilDay(2014, 2, 28));
}

TEST(AgeOnTest, TurnsOnTheBirthday) {
  EXPECT_EQ(AgeOn(CivilDay(1998, 3, 3), CivilDay(2014, 3, 2)), 15);
  EXPECT_EQ(AgeOn(CivilDay(1998, 3, 3), CivilDay(2014, 3, 3)), 16);
  EXPECT_EQ(AgeOn(CivilDay(1998, 3, 3), CivilDay(1998, 3, 3)), 0);
  EXPECT_EQ(AgeOn(CivilDay(1998, 3, 3), CivilDay(1998, 3, 2)), std::nullopt);
  EXPECT_EQ(AgeOn(CivilDay(2012, 2, 29), CivilDay(2013, 2, 27)), 0);
  EXPECT_EQ(AgeOn(CivilDay(2012, 2, 29), CivilDay(2013, 2, 28)), 1);
  EXPECT_EQ(AgeOn(CivilDay(2012, 2, 29), CivilDay(2016, 2, 28)), 3);
  EXPECT_EQ(AgeOn(CivilDay(2012, 2, 29), CivilDay(2016, 2, 29)), 4);
}

TEST(ShanghaiDayTest, ChangesAtSixteenHoursUtc) {
  const absl::Time before =
      absl::FromCivil(absl::CivilSecond(2013, 12, 31, 15, 59, 59), absl::UTCTimeZone());
  EXPECT_EQ(ShanghaiDay(before), CivilDay(2013, 12, 31));
  EXPECT_EQ(ShanghaiYear(before), 2013);
  EXPECT_EQ(ShanghaiDay(before + absl::Seconds(1)), CivilDay(2014, 1, 1));
  EXPECT_EQ(ShanghaiYear(before + absl::Seconds(1)), 2014);
}

}  // namespace
}  // namespace bangfu::domain
