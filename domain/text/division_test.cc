#include "domain/text/division.h"

#include <gtest/gtest.h>

namespace bangfu::domain {
namespace {

using absl::CivilDay;

constexpr auto kInForce = DivisionStanding::kInForce;
constexpr auto kNotInForce = DivisionStanding::kNotInForce;
constexpr auto kUnknown = DivisionStanding::kUnknown;

constexpr CivilDay kToday(2026, 6, 1);

TEST(DivisionTest, CodesOfHangzhouAreRightForWhoeverWasBornWhileTheyWereInForceOrBefore) {
  const struct {
    const char* code;
    CivilDay birth;
    DivisionStanding standing;
  } cases[] = {
      {"330102", CivilDay(1930, 1, 1), kInForce},    {"330102", CivilDay(2026, 1, 1), kInForce},
      {"330183", CivilDay(1970, 5, 1), kInForce},    {"330183", CivilDay(2014, 12, 31), kInForce},
      {"330183", CivilDay(2015, 1, 1), kNotInForce}, {"330111", CivilDay(2014, 12, 31), kInForce},
      {"330111", CivilDay(1970, 5, 1), kInForce},    {"330185", CivilDay(2017, 12, 31), kInForce},
      {"330185", CivilDay(2018, 1, 1), kNotInForce}, {"330112", CivilDay(2017, 7, 1), kInForce},
      {"330103", CivilDay(2021, 12, 31), kInForce},  {"330103", CivilDay(2022, 1, 1), kNotInForce},
      {"330104", CivilDay(2022, 1, 1), kNotInForce}, {"330113", CivilDay(2021, 5, 1), kInForce},
      {"330114", CivilDay(1960, 5, 1), kInForce},    {"330125", CivilDay(1994, 12, 31), kInForce},
      {"330125", CivilDay(1995, 1, 1), kNotInForce}, {"330181", CivilDay(2001, 6, 1), kInForce},
      {"330181", CivilDay(2002, 1, 1), kNotInForce}, {"330184", CivilDay(2002, 1, 1), kNotInForce},
      {"330107", CivilDay(1991, 1, 1), kNotInForce}, {"339005", CivilDay(1990, 1, 1), kInForce},
      {"339005", CivilDay(1996, 1, 1), kNotInForce},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(StandingOfDivision(c.code, c.birth, kToday), c.standing)
        << c.code << " born " << c.birth;
  }
}

TEST(DivisionTest, NoNumberIsIssuedUnderACodeThatIsNotYetThere) {
  const CivilDay birth(1970, 5, 1);
  EXPECT_EQ(StandingOfDivision("330111", birth, CivilDay(2013, 12, 31)), kNotInForce);
  EXPECT_EQ(StandingOfDivision("330111", birth, CivilDay(2014, 1, 1)), kInForce);
  EXPECT_EQ(StandingOfDivision("330113", birth, CivilDay(2020, 12, 31)), kNotInForce);
  EXPECT_EQ(StandingOfDivision("330113", birth, CivilDay(2021, 1, 1)), kInForce);
}

TEST(DivisionTest, DivisionsInForceWhenTheNoticeWasWritten) {
  for (const char* code : {"330102", "330103", "330104", "330105", "330106", "330108", "330109",
                           "330110", "330122", "330127", "330182", "330183", "330185"}) {
    EXPECT_EQ(StandingOfDivision(code, CivilDay(2014, 3, 1), CivilDay(2014, 3, 10)), kInForce)
        << code;
  }
}

TEST(DivisionTest, OfTheRestOfTheCountryThePrefecture) {
  const CivilDay birth(1970, 5, 1);
  for (const char* code :
       {"110105", "440524", "330281", "332621", "339001", "419001", "469007", "512201", "659001",
        "710000", "810000", "820000", "150421", "500101", "510213", "632123"}) {
    EXPECT_EQ(StandingOfDivision(code, birth, kToday), kInForce) << code;
  }
  for (const char* code : {"110301", "330099", "331301", "339101", "119901", "810101", "900101",
                           "990101", "000000", "440099"}) {
    EXPECT_EQ(StandingOfDivision(code, birth, kToday), kUnknown) << code;
  }
}

TEST(DivisionTest, UnknownCountiesOfHangzhouAndWhatIsNoCode) {
  const CivilDay birth(1970, 5, 1);
  for (const char* code : {"330100", "330115", "330119", "330128", "330186", "330199", "", "33010",
                           "3301020", "33010a", "３３０１０２"}) {
    EXPECT_EQ(StandingOfDivision(code, birth, kToday), kUnknown) << code;
  }
}

}  // namespace
}  // namespace bangfu::domain
