#include "domain/timers/timer_sample.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::domain {
namespace {

using sample::Household;
using sample::kFromFile;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr v1::TimerKind kEntry = v1::TIMER_KIND_AID_ENTRY;
constexpr v1::TimerKind kYear = v1::TIMER_KIND_AID_OF_THE_YEAR;
constexpr v1::FindingCode kLate = v1::FINDING_CODE_AID_ENTERED_LATE;
constexpr v1::FindingCode kBefore = v1::FINDING_CODE_AID_BEFORE_ESTABLISHMENT;
constexpr v1::FindingCode kNoAid = v1::FINDING_CODE_NO_AID_FOR_A_YEAR;

TEST(AidEntryTimerTest, FifteenDaysWithoutTheDayOfTheAid) {
  struct Example {
    const char* aided_on;
    const char* entered;
    const char* timer;
  };
  for (const Example& example : std::vector<Example>{
           {"2014-03-01", "2014-03-01T02:00:00Z", "2014-03-01..2014-03-16 MET on 2014-03-01"},
           {"2014-03-01", "2014-03-16T15:59:59Z", "2014-03-01..2014-03-16 MET on 2014-03-16"},
           {"2014-03-01", "2014-03-16T16:00:00Z", "2014-03-01..2014-03-16 MET_LATE on 2014-03-17"},
           {"2014-02-20", "2014-03-07T04:00:00Z", "2014-02-20..2014-03-07 MET on 2014-03-07"},
           {"2014-02-20", "2014-03-08T04:00:00Z", "2014-02-20..2014-03-07 MET_LATE on 2014-03-08"},
           {"2016-02-20", "2016-03-06T04:00:00Z", "2016-02-20..2016-03-06 MET on 2016-03-06"},
           {"2016-02-20", "2016-03-07T04:00:00Z", "2016-02-20..2016-03-06 MET_LATE on 2016-03-07"},
           {"2014-12-31", "2015-01-15T04:00:00Z", "2014-12-31..2015-01-15 MET on 2015-01-15"}}) {
    Household household("2014-01-01", "2014-01-01");
    household.Aid(1, example.aided_on, example.entered);
    EXPECT_THAT(household.Timers(kEntry, "2017-01-01"),
                ElementsAre(absl::StrCat("AID ", example.timer)));
    const bool late = absl::string_view(example.timer).find("LATE") != absl::string_view::npos;
    EXPECT_EQ(household.Says(kLate, "2017-01-01").size(), late ? 1u : 0u) << example.entered;
  }
}

TEST(AidEntryTimerTest, LateEntryIsFlaggedWithItsDays) {
  Household household("2014-01-01", "2014-01-01");
  household.Aid(1, "2014-03-01", "2014-03-16T16:00:00Z");
  EXPECT_THAT(household.Says("2014-03-16"), IsEmpty());
  EXPECT_THAT(household.Timers(kEntry, "2014-03-16"), IsEmpty());  // nobody knew of it
  EXPECT_THAT(household.Says("2014-03-17"),
              ElementsAre("R48 AID_ENTERED_LATE 2014-03-16 -> UNSPECIFIED"));
  const v1::Finding finding = household.FindingsOn("2014-03-17").at(0);
  EXPECT_EQ(finding.field(), absl::StrCat("aid_events[", sample::Uuid(1), "].entered_time"));
  EXPECT_EQ(finding.other_field(), absl::StrCat("aid_events[", sample::Uuid(1), "].aided_on"));
  for (const char* part : {"2014-03-01（帮扶）", "2014-03-16", "2014-03-17"}) {
    EXPECT_THAT(finding.message_zh(), HasSubstr(part));
  }
  for (const char* part : {"2014-03-01 (aid)", "last day 2014-03-16", "2014-03-17"}) {
    EXPECT_THAT(finding.message_en(), HasSubstr(part));
  }
}

TEST(AidEntryTimerTest, NothingIsSaidOfRecordsFromAFile) {
  Household household("2014-01-01", "2014-01-01");
  household.Aid(1, "2014-03-01", kFromFile);
  EXPECT_THAT(household.Timers(kEntry, "2014-12-01"), IsEmpty());
  EXPECT_THAT(household.Says("2014-12-01"), IsEmpty());
}

TEST(AidEntryTimerTest, StaysAfterTheEndingAndIsNotThereForADraft) {
  Household household("2014-01-01", "2014-01-01");
  household.Aid(1, "2014-03-01", "2014-04-01T00:00:00Z");
  household.End(v1::ARCHIVE_STATUS_WITHDRAWN, "2014-05-01");
  EXPECT_EQ(household.Timers(kEntry, "2014-06-01").size(), 1u);
  EXPECT_EQ(household.Says(kLate, "2014-06-01").size(), 1u);
  Household draft("2014-01-01");
  draft.Aid(1, "2014-03-01", "2014-04-01T00:00:00Z");
  EXPECT_THAT(draft.Timers("2014-06-01"), IsEmpty());
  EXPECT_THAT(draft.Says(kLate, "2014-06-01"), IsEmpty());
}

TEST(AidBeforeEstablishmentTest, EstablishFirst) {
  Household household("2014-01-01", "2014-03-01");
  household.Aid(1, "2014-03-01", kFromFile);
  EXPECT_THAT(household.Says("2014-03-01"), IsEmpty());
  household.Aid(2, "2014-02-28", kFromFile);
  household.Aid(3, "2014-02-27", "2014-02-27T01:00:00Z");
  EXPECT_EQ(household.Says(kBefore, "2014-02-27").size(), 1u);  // before the establishment
  const Findings findings = household.FindingsOn("2014-03-01");
  ASSERT_EQ(findings.size(), 2u);  // by day
  EXPECT_EQ(findings[0].field(), absl::StrCat("aid_events[", sample::Uuid(3), "].aided_on"));
  EXPECT_EQ(findings[1].field(), absl::StrCat("aid_events[", sample::Uuid(2), "].aided_on"));
  EXPECT_EQ(findings[1].other_field(), "established_on");
  EXPECT_EQ(sample::Outcome(findings[1]), "R48 AID_BEFORE_ESTABLISHMENT -> CORRECT");
  EXPECT_THAT(findings[1].message_zh(), HasSubstr("建档日期为2014-03-01"));
  EXPECT_THAT(findings[1].message_en(), HasSubstr("established on 2014-03-01"));
}

TEST(AidBeforeEstablishmentTest, NotEstablishedAtAll) {
  Household draft("2014-01-01");
  draft.Aid(1, "2014-03-01", kFromFile);
  const Findings findings = draft.FindingsOn("2014-03-01");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_THAT(findings[0].message_zh(), HasSubstr("尚未建档"));
  EXPECT_THAT(draft.Says("2014-02-28"), IsEmpty());
}

TEST(AidOfTheYearTimerTest, OneYearFromTheEstablishment) {
  const Household household("2013-01-01", "2013-04-10");
  EXPECT_THAT(household.Timers(kYear, "2013-04-09"), IsEmpty());
  EXPECT_THAT(household.Timers(kYear, "2013-04-10"),
              ElementsAre("ESTABLISHMENT 2013-04-10..2014-04-10 RUNNING -> ENTER_AID"));
  EXPECT_THAT(household.Timers(kYear, "2014-04-10"),
              ElementsAre("ESTABLISHMENT 2013-04-10..2014-04-10 RUNNING -> ENTER_AID"));
  EXPECT_THAT(household.Says(kNoAid, "2014-04-10"), IsEmpty());
  EXPECT_FALSE(household.IsDueOn("2014-04-10", v1::WITHDRAWAL_BASIS_NO_AID));
  EXPECT_THAT(household.Timers(kYear, "2014-04-11"),
              ElementsAre("ESTABLISHMENT 2013-04-10..2014-04-10 OVERDUE -> CONFIRM_WITHDRAWAL"));
  EXPECT_THAT(household.Says(kNoAid, "2014-04-11"),
              ElementsAre("R49 NO_AID_FOR_A_YEAR 2014-04-10 -> CONFIRM_WITHDRAWAL"));
  EXPECT_TRUE(household.IsDueOn("2014-04-11", v1::WITHDRAWAL_BASIS_NO_AID));
}

TEST(AidOfTheYearTimerTest, LeapDays) {
  EXPECT_THAT(Household("2012-01-01", "2012-02-29").Timers(kYear, "2013-02-28"),
              ElementsAre("ESTABLISHMENT 2012-02-29..2013-02-28 RUNNING -> ENTER_AID"));
  EXPECT_TRUE(
      Household("2012-01-01", "2012-02-29").IsDueOn("2013-03-01", v1::WITHDRAWAL_BASIS_NO_AID));
  EXPECT_THAT(Household("2012-01-01", "2011-02-28").Timers(kYear, "2012-02-28"),
              ElementsAre("ESTABLISHMENT 2011-02-28..2012-02-28 RUNNING -> ENTER_AID"));
}

TEST(AidOfTheYearTimerTest, CountsByTheDayOfTheEntryInShanghai) {
  Household household("2013-01-01", "2013-01-10");
  household.Aid(1, "2013-02-01", "2013-06-30T16:00:00Z");  // late: 07-01 in Shanghai
  EXPECT_THAT(household.Timers(kYear, "2013-06-30"),
              ElementsAre("ESTABLISHMENT 2013-01-10..2014-01-10 RUNNING -> ENTER_AID"));
  EXPECT_THAT(household.Timers(kYear, "2013-07-01"),
              ElementsAre("AID_ENTRY 2013-07-01..2014-07-01 RUNNING -> ENTER_AID"));
  EXPECT_FALSE(household.IsDueOn("2014-07-01", v1::WITHDRAWAL_BASIS_NO_AID));
  EXPECT_TRUE(household.IsDueOn("2014-07-02", v1::WITHDRAWAL_BASIS_NO_AID));
  // Aid that is entered after a year puts an end to the proposal.
  household.Aid(2, "2014-07-01", "2014-07-04T00:00:00Z");
  EXPECT_TRUE(household.IsDueOn("2014-07-03", v1::WITHDRAWAL_BASIS_NO_AID));
  EXPECT_FALSE(household.IsDueOn("2014-07-04", v1::WITHDRAWAL_BASIS_NO_AID));
  // Later aid that was entered earlier does not shorten the year.
  household.Aid(3, "2014-07-03", "2014-07-03T00:00:00Z");
  EXPECT_THAT(household.Timers(kYear, "2014-07-04"),
              ElementsAre("AID_ENTRY 2014-07-04..2015-07-04 RUNNING -> ENTER_AID"));
}

TEST(AidOfTheYearTimerTest, EntryBeforeTheEstablishmentStartsNothing) {
  Household household("2013-01-01", "2013-01-10");
  household.Aid(1, "2013-01-09", "2013-01-09T01:00:00Z");
  EXPECT_THAT(household.Timers(kYear, "2013-02-01"),
              ElementsAre("ESTABLISHMENT 2013-01-10..2014-01-10 RUNNING -> ENTER_AID"));
  household.Aid(2, "2013-01-09", "2013-01-09T16:00:00Z");  // on the day of the establishment
  EXPECT_THAT(household.Timers(kYear, "2013-02-01"),
              ElementsAre("AID_ENTRY 2013-01-10..2014-01-10 RUNNING -> ENTER_AID"));
}

TEST(AidOfTheYearTimerTest, RecordsFromAFileCountFromTheDayOfTheAid) {
  Household household("2013-01-01", "2013-01-10");
  household.Aid(1, "2013-05-31", kFromFile);
  EXPECT_THAT(household.Timers(kYear, "2013-05-30"),
              ElementsAre("ESTABLISHMENT 2013-01-10..2014-01-10 RUNNING -> ENTER_AID"));
  EXPECT_THAT(household.Timers(kYear, "2013-05-31"),
              ElementsAre("AID_ENTRY 2013-05-31..2014-05-31 RUNNING -> ENTER_AID"));
}

TEST(AidOfTheYearTimerTest, VisitsDoNotCount) {
  Household household("2013-01-01", "2013-01-10");
  household.Visit(1, "2013-12-31", "2013-12-31T01:00:00Z");
  EXPECT_TRUE(household.IsDueOn("2014-01-11", v1::WITHDRAWAL_BASIS_NO_AID));
}

TEST(AidOfTheYearTimerTest, NamesWhatStartedIt) {
  Household household("2013-01-01", "2013-01-10");
  v1::Finding finding = household.FindingOn(kNoAid, "2014-01-11");
  EXPECT_EQ(finding.field(), "established_on");
  EXPECT_THAT(finding.message_zh(), HasSubstr("2013-01-10（建档）"));
  EXPECT_THAT(finding.message_zh(), HasSubstr("2014-01-10"));
  household.Aid(7, "2013-02-01", "2013-02-02T01:00:00Z");
  household.Aid(5, "2013-02-01", "2013-02-02T03:00:00Z");
  finding = household.FindingOn(kNoAid, "2014-02-03");
  EXPECT_EQ(finding.field(), absl::StrCat("aid_events[", sample::Uuid(7), "].entered_time"));
  EXPECT_THAT(finding.message_en(), HasSubstr("2013-02-02 (last entry of aid)"));
}

TEST(AidOfTheYearTimerTest, OnlyWhileTheArchiveLives) {
  Household household("2013-01-01", "2013-01-10");
  household.End(v1::ARCHIVE_STATUS_WITHDRAWN, "2014-02-01");
  EXPECT_TRUE(household.IsDueOn("2014-01-31", v1::WITHDRAWAL_BASIS_NO_AID));
  EXPECT_FALSE(household.IsDueOn("2014-02-01", v1::WITHDRAWAL_BASIS_NO_AID));
  EXPECT_FALSE(Household("2013-01-01").IsDueOn("2015-01-01", v1::WITHDRAWAL_BASIS_NO_AID));
}

}  // namespace
}  // namespace bangfu::domain
