#include "domain/timers/timer_sample.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::domain {
namespace {

using sample::Household;
using sample::kFromFile;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr v1::TimerKind kVisits = v1::TIMER_KIND_VISITS;
constexpr v1::FindingCode kMissed = v1::FINDING_CODE_VISITS_MISSED;

TEST(VisitTimerTest, RunsToTheDayBeforeTheAnniversary) {
  const Household household("2014-03-10", "2014-03-20");
  EXPECT_THAT(household.Timers(kVisits, "2014-03-19"), IsEmpty());  // not established yet
  const char kRunning[] = "FILING 2014-03-10..2015-03-09 RUNNING 0/2 -> VISIT";
  EXPECT_THAT(household.Timers(kVisits, "2014-03-20"), ElementsAre(kRunning));
  EXPECT_THAT(household.Timers(kVisits, "2015-03-09"), ElementsAre(kRunning));
  EXPECT_THAT(household.Says(kMissed, "2015-03-09"), IsEmpty());
  EXPECT_THAT(household.Timers(kVisits, "2015-03-10"),
              ElementsAre("FILING 2014-03-10..2015-03-09 OVERDUE 0/2 -> VISIT",
                          "FILING 2015-03-10..2016-03-09 RUNNING 0/2 -> VISIT"));
  EXPECT_THAT(household.Says(kMissed, "2015-03-10"),
              ElementsAre("R47 VISITS_MISSED 2015-03-09 -> VISIT"));
}

TEST(VisitTimerTest, TwoDistinctDaysWithinTheYear) {
  struct Example {
    std::vector<const char*> visits;
    const char* timer;
  };
  for (const Example& example : std::vector<Example>{
           {{"2014-03-10", "2015-03-09"}, "MET on 2015-03-09 2/2"},  // first and last day
           {{"2014-03-09", "2015-03-09"}, "OVERDUE 1/2 -> VISIT"},   // the day before the filing
           {{"2014-03-10", "2015-03-10"}, "OVERDUE 1/2 -> VISIT"},   // the anniversary
           {{"2014-06-01", "2014-06-01"}, "OVERDUE 1/2 -> VISIT"},   // one day counts once (A16)
           {{"2014-06-01", "2014-06-02"}, "MET on 2014-06-02 2/2"},  //
           {{"2014-06-02", "2014-06-01"}, "MET on 2014-06-02 2/2"},  // in any order
           {{"2014-06-01", "2014-07-01", "2014-06-01", "2014-08-01"}, "MET on 2014-07-01 3/2"},
           {{"2014-06-31", "2014-06-01"}, "OVERDUE 1/2 -> VISIT"}}) {  // no such day
    Household household("2014-03-10", "2014-03-20");
    int id = 1;
    for (const char* day : example.visits) household.Visit(id++, day);
    EXPECT_THAT(household.Timers(kVisits, "2015-03-10"),
                ::testing::Contains(absl::StrCat("FILING 2014-03-10..2015-03-09 ", example.timer)))
        << ::testing::PrintToString(example.visits);
  }
}

TEST(VisitTimerTest, WhatWasEnteredLaterIsNotKnownYet) {
  Household household("2014-03-10", "2014-03-20");
  household.Visit(1, "2014-05-01", "2014-05-01T02:00:00Z");
  household.Visit(2, "2015-03-01", "2015-03-12T16:00:00Z");  // 03-13 in Shanghai
  EXPECT_THAT(household.Timers(kVisits, "2015-03-09"),
              ElementsAre("FILING 2014-03-10..2015-03-09 RUNNING 1/2 -> VISIT"));
  EXPECT_THAT(household.Says(kMissed, "2015-03-12"),
              ElementsAre("R47 VISITS_MISSED 2015-03-09 -> VISIT"));
  EXPECT_THAT(household.Says(kMissed, "2015-03-13"), IsEmpty());
  EXPECT_THAT(household.Timers(kVisits, "2015-03-13"),
              ElementsAre("FILING 2014-03-10..2015-03-09 MET on 2015-03-01 2/2",
                          "FILING 2015-03-10..2016-03-09 RUNNING 0/2 -> VISIT"));
  household.file.mutable_visits(1)->mutable_entered_time()->set_seconds(
      absl::ToUnixSeconds(sample::Instant("2015-03-12T15:59:59Z")));
  EXPECT_THAT(household.Says(kMissed, "2015-03-12"), IsEmpty());
}

TEST(VisitTimerTest, FiledOnALeapDay) {
  const Household household("2012-02-29", "2012-02-29");
  EXPECT_THAT(household.Timers(kVisits, "2016-02-29"),
              ElementsAre("FILING 2012-02-29..2013-02-27 OVERDUE 0/2 -> VISIT",
                          "FILING 2013-02-28..2014-02-27 OVERDUE 0/2 -> VISIT",
                          "FILING 2014-02-28..2015-02-27 OVERDUE 0/2 -> VISIT",
                          "FILING 2015-02-28..2016-02-28 OVERDUE 0/2 -> VISIT",
                          "FILING 2016-02-29..2017-02-27 RUNNING 0/2 -> VISIT"));
  EXPECT_EQ(household.Timers(kVisits, "2013-02-27").size(), 1u);
  EXPECT_EQ(household.Timers(kVisits, "2013-02-28").size(), 2u);
  EXPECT_EQ(household.Timers(kVisits, "2016-02-28").size(), 4u);
}

TEST(VisitTimerTest, YearsBeforeTheEstablishmentDoNotCount) {
  // Established on the last day of the first year, and on the first of the second.
  EXPECT_THAT(Household("2014-03-10", "2015-03-09").Timers(kVisits, "2015-03-10"),
              ElementsAre("FILING 2014-03-10..2015-03-09 OVERDUE 0/2 -> VISIT",
                          "FILING 2015-03-10..2016-03-09 RUNNING 0/2 -> VISIT"));
  EXPECT_THAT(Household("2014-03-10", "2015-03-10").Timers(kVisits, "2015-03-10"),
              ElementsAre("FILING 2015-03-10..2016-03-09 RUNNING 0/2 -> VISIT"));
}

TEST(VisitTimerTest, TheNewestYearsAreKept) {
  const Household household("2000-01-01", "2000-01-01");
  EXPECT_EQ(household.Timers(kVisits, "2009-12-31").size(), 10u);
  const std::vector<std::string> timers = household.Timers(kVisits, "2014-01-01");
  ASSERT_EQ(timers.size(), static_cast<size_t>(kMaxVisitYears));
  EXPECT_EQ(timers.front(), "FILING 2005-01-01..2005-12-31 OVERDUE 0/2 -> VISIT");
  EXPECT_EQ(timers.back(), "FILING 2014-01-01..2014-12-31 RUNNING 0/2 -> VISIT");
}

TEST(VisitTimerTest, OnlyWhileTheArchiveIsEstablishedAndLives) {
  EXPECT_THAT(Household("2014-03-10").Timers(kVisits, "2016-01-01"), IsEmpty());
  EXPECT_THAT(Household("", "2014-03-10").Timers(kVisits, "2016-01-01"), IsEmpty());
  Household household("2014-03-10", "2014-03-20");
  household.archive().set_status(v1::ARCHIVE_STATUS_RETURNED);
  EXPECT_EQ(household.Timers(kVisits, "2014-06-01").size(), 1u);
  // A year that the ending cuts off is not missed.
  household.End(v1::ARCHIVE_STATUS_WITHDRAWN, "2014-10-01");
  EXPECT_EQ(household.Timers(kVisits, "2014-09-30").size(), 1u);
  EXPECT_THAT(household.Timers(kVisits, "2014-10-01"), IsEmpty());
  EXPECT_THAT(household.Says("2016-01-01"), IsEmpty());
  household.End(v1::ARCHIVE_STATUS_MERGED, "");
  EXPECT_THAT(household.Timers(kVisits, "2014-09-30"), IsEmpty());
}

}  // namespace
}  // namespace bangfu::domain
