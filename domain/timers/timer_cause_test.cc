#include "domain/timers/timer_sample.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::domain {
namespace {

using sample::Household;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr v1::TimerKind kCause = v1::TIMER_KIND_NEW_CAUSE;
constexpr v1::TimerKind kDecision = v1::TIMER_KIND_CAUSE_DECISION;
constexpr v1::WithdrawalBasis kBasis = v1::WITHDRAWAL_BASIS_NO_NEW_CAUSE;

Household Temporary(const std::string& established_on) {
  Household household("2013-01-01", established_on);
  household.archive().set_determined_category(v1::HARDSHIP_CATEGORY_TEMPORARY);
  return household;
}

TEST(NewCauseTimerTest, SixCalendarMonths) {
  struct Example {
    const char* established_on;
    const char* last_day;
    const char* day_after;
  };
  for (const Example& example : std::vector<Example>{
           {"2013-08-31", "2014-02-28", "2014-03-01"},     // the notice's month end (A20)
           {"2013-08-30", "2014-02-28", "2014-03-01"},     //
           {"2013-08-28", "2014-02-28", "2014-03-01"},     //
           {"2013-08-27", "2014-02-27", "2014-02-28"},     //
           {"2015-08-31", "2016-02-29", "2016-03-01"},     // leap year
           {"2015-08-29", "2016-02-29", "2016-03-01"},     //
           {"2015-08-28", "2016-02-28", "2016-02-29"},     //
           {"2012-02-29", "2012-08-29", "2012-08-30"},     //
           {"2013-02-28", "2013-08-28", "2013-08-29"},     // not the month end
           {"2013-12-31", "2014-06-30", "2014-07-01"},     //
           {"2013-11-15", "2014-05-15", "2014-05-16"},     //
           {"2014-02-15", "2014-08-15", "2014-08-16"},     //
           {"2014-02-16", "2014-08-16", "2014-08-17"}}) {  // a Saturday: no roll (A20)
    const Household household = Temporary(example.established_on);
    const std::string days =
        absl::StrCat("ESTABLISHMENT ", example.established_on, "..", example.last_day);
    EXPECT_THAT(household.Timers(kCause, example.last_day),
                ElementsAre(days + " RUNNING -> REPORT_CAUSE"));
    EXPECT_THAT(household.Says(v1::FINDING_CODE_NO_NEW_CAUSE, example.last_day), IsEmpty());
    EXPECT_FALSE(household.IsDueOn(example.last_day, kBasis));
    EXPECT_THAT(household.Timers(kCause, example.day_after),
                ElementsAre(days + " OVERDUE -> CONFIRM_WITHDRAWAL"));
    EXPECT_THAT(
        household.Says(v1::FINDING_CODE_NO_NEW_CAUSE, example.day_after),
        ElementsAre(absl::StrCat("R52 NO_NEW_CAUSE ", example.last_day, " -> CONFIRM_WITHDRAWAL")));
    EXPECT_TRUE(household.IsDueOn(example.day_after, kBasis));
  }
}

TEST(NewCauseTimerTest, OnlyTemporaryFamiliesThatAreEstablishedAndLive) {
  for (const v1::HardshipCategory category :
       {v1::HARDSHIP_CATEGORY_UNSPECIFIED, v1::HARDSHIP_CATEGORY_CERTIFICATE_HOLDER,
        v1::HARDSHIP_CATEGORY_MARGINAL, v1::HARDSHIP_CATEGORY_ACCIDENT,
        v1::HARDSHIP_CATEGORY_OTHER}) {
    Household household = Temporary("2013-08-31");
    household.archive().set_determined_category(category);
    household.archive().set_claimed_category(v1::HARDSHIP_CATEGORY_TEMPORARY);
    household.Report(1, "2013-09-01");
    EXPECT_THAT(household.Timers(kCause, "2014-06-01"), IsEmpty()) << category;
    EXPECT_THAT(household.Timers(kDecision, "2014-06-01"), IsEmpty()) << category;
    EXPECT_FALSE(household.IsDueOn("2014-06-01", kBasis)) << category;
  }
  EXPECT_THAT(Temporary("").Timers("2014-06-01"), IsEmpty());
  EXPECT_FALSE(Temporary("2013-08-31").IsDueOn("2013-08-30", kBasis));
  Household household = Temporary("2013-08-31");
  household.archive().set_status(v1::ARCHIVE_STATUS_RETURNED);
  EXPECT_TRUE(household.IsDueOn("2014-03-01", kBasis));
  household.End(v1::ARCHIVE_STATUS_WITHDRAWN, "2014-03-02");
  EXPECT_TRUE(household.IsDueOn("2014-03-01", kBasis));
  EXPECT_FALSE(household.IsDueOn("2014-03-02", kBasis));
}

TEST(NewCauseTimerTest, AReportRestartsTheClockOnItsDay) {
  Household household = Temporary("2013-08-31");
  household.Report(1, "2014-02-28");
  EXPECT_THAT(household.Timers(kCause, "2014-02-27"),
              ElementsAre("ESTABLISHMENT 2013-08-31..2014-02-28 RUNNING -> REPORT_CAUSE"));
  EXPECT_THAT(household.Timers(kCause, "2014-02-28"),
              ElementsAre("CAUSE_REPORT 2014-02-28..2014-08-28 RUNNING -> REPORT_CAUSE"));
  EXPECT_FALSE(household.IsDueOn("2014-08-28", kBasis));
  EXPECT_TRUE(household.IsDueOn("2014-08-29", kBasis));
  // An earlier one changes nothing, a later one does; one before the establishment neither.
  household.Report(2, "2013-12-01");
  household.Report(3, "2013-08-30");
  EXPECT_TRUE(household.IsDueOn("2014-08-29", kBasis));
  household.Report(4, "2014-08-30");
  EXPECT_TRUE(household.IsDueOn("2014-08-29", kBasis));
  EXPECT_FALSE(household.IsDueOn("2014-08-30", kBasis));
}

TEST(NewCauseTimerTest, NamesWhatStartedIt) {
  Household household = Temporary("2013-08-31");
  v1::Finding finding = household.FindingOn(v1::FINDING_CODE_NO_NEW_CAUSE, "2014-03-01");
  EXPECT_EQ(finding.field(), "established_on");
  EXPECT_EQ(finding.other_field(), "determined_category");
  EXPECT_THAT(finding.message_zh(), HasSubstr("自2013-08-31（建档）起，最后一天为2014-02-28"));
  EXPECT_THAT(finding.message_en(),
              HasSubstr("from 2013-08-31 (establishment), last day 2014-02-28"));
  v1::CauseReport& report = household.Report(1, "2013-09-02");
  report.set_qualifies(v1::YES_NO_NO);
  report.set_decided_on("2013-09-10");
  finding = household.FindingOn(v1::FINDING_CODE_NO_NEW_CAUSE, "2014-03-03");
  EXPECT_EQ(finding.field(), absl::StrCat("cause_reports[", sample::Uuid(1), "].reported_on"));
  EXPECT_THAT(finding.message_zh(), HasSubstr("2013-09-02（上报新的致困原因）"));
}

TEST(CauseDecisionTimerTest, FromTheReportToTheDecision) {
  Household household = Temporary("2013-08-31");
  v1::CauseReport& report = household.Report(1, "2013-10-01");
  EXPECT_THAT(household.Timers(kDecision, "2013-09-30"), IsEmpty());
  EXPECT_THAT(household.Timers(kDecision, "2013-10-01"),
              ElementsAre("CAUSE_REPORT 2013-10-01.. RUNNING -> DECIDE_CAUSE"));
  EXPECT_THAT(household.Says("2013-10-01"), ElementsAre("R53 CAUSE_UNDECIDED -> DECIDE_CAUSE"));
  EXPECT_EQ(household.FindingsOn("2013-10-01").at(0).field(),
            absl::StrCat("cause_reports[", sample::Uuid(1), "].qualifies"));
  EXPECT_THAT(household.FindingsOn("2013-10-01").at(0).message_zh(), HasSubstr("2013-10-01"));
  // Does not qualify: no more decision, and the clock runs from the report (A21).
  report.set_qualifies(v1::YES_NO_NO);
  report.set_decided_on("2013-10-20");
  EXPECT_EQ(household.Timers(kDecision, "2013-10-19").size(), 1u);
  EXPECT_THAT(household.Timers(kDecision, "2013-10-20"), IsEmpty());
  EXPECT_THAT(household.Timers(kCause, "2013-10-20"),
              ElementsAre("CAUSE_REPORT 2013-10-01..2014-04-01 RUNNING -> REPORT_CAUSE"));
}

TEST(CauseDecisionTimerTest, AFamilyThatQualifiedWasTemporaryBefore) {
  Household household = Temporary("2013-08-31");
  v1::CauseReport& report = household.Report(1, "2013-10-01");
  report.set_qualifies(v1::YES_NO_YES);
  report.set_decided_on("2013-10-20");
  household.archive().set_determined_category(v1::HARDSHIP_CATEGORY_ACCIDENT);
  EXPECT_EQ(household.Timers(kDecision, "2013-10-19").size(), 1u);
  EXPECT_EQ(household.Timers(kCause, "2013-10-19").size(), 1u);
  EXPECT_THAT(household.Timers(kDecision, "2013-10-20"), IsEmpty());
  EXPECT_THAT(household.Timers(kCause, "2013-10-20"), IsEmpty());
  EXPECT_FALSE(household.IsDueOn("2015-01-01", kBasis));
}

// Nothing that CheckCauseDecision would refuse to decide again.
TEST(CauseDecisionTimerTest, WhatWasDecidedWithoutAWordIsNotDecidedAgain) {
  Household household = Temporary("2013-08-31");
  v1::CauseReport& report = household.Report(1, "2013-10-01");
  report.set_decided_on("2013-10-20");
  EXPECT_EQ(household.Timers(kDecision, "2013-10-19").size(), 1u);
  EXPECT_THAT(household.Timers(kDecision, "2013-10-20"), IsEmpty());
}

TEST(CauseDecisionTimerTest, OneForEachReportByDay) {
  Household household = Temporary("2013-08-31");
  household.Report(2, "2013-12-01");
  household.Report(1, "2013-12-01");
  household.Report(3, "2013-11-01");
  std::vector<std::string> subjects;
  for (const v1::Timer& timer : household.TimersOn("2014-01-01")) {
    if (timer.kind() == kDecision) subjects.push_back(timer.subject_id());
    if (timer.kind() == kCause) {
      EXPECT_EQ(timer.subject_id(), sample::Uuid(2));
    }
  }
  EXPECT_THAT(subjects, ElementsAre(sample::Uuid(3), sample::Uuid(1), sample::Uuid(2)));
}

}  // namespace
}  // namespace bangfu::domain
