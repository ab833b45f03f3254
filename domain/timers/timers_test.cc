#include "domain/timers/timers.h"

#include <algorithm>
#include <random>

#include "domain/timers/timer_sample.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::domain {
namespace {

using sample::Household;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using sample::kFromFile;

// A household with every kind of timer.
Household Everything() {
  Household household("2013-01-15", "2013-02-01");
  v1::Archive& archive = household.archive();
  archive.set_worker_type(v1::WORKER_TYPE_MIGRANT);
  archive.set_determined_category(v1::HARDSHIP_CATEGORY_TEMPORARY);
  household.Paper(1, v1::MATERIAL_KIND_LABOUR_CONTRACT, "2013-01-10", "2014-03-01");
  household.Paper(2, v1::MATERIAL_KIND_LABOUR_CONTRACT, "2013-01-10", "2014-03-01");
  for (const int id : {11, 12}) {
    v1::Posting& posting = *archive.add_postings();
    posting.set_id(sample::Uuid(id));
    posting.set_posted_from("2013-01-20");
    posting.set_posted_until("2013-01-26");
  }
  household.Report(21, "2013-06-01");
  household.Report(22, "2013-06-01");
  household.Visit(31, "2013-05-01", "2013-05-01T01:00:00Z", v1::YES_NO_NO);
  household.Visit(32, "2013-05-01", kFromFile, v1::YES_NO_NO);
  household.Visit(33, "2013-04-01", kFromFile, v1::YES_NO_YES);
  household.Aid(41, "2013-03-01", "2013-04-01T01:00:00Z");
  household.Aid(42, "2013-03-01", "2013-04-01T02:00:00Z");
  household.Aid(43, "2013-01-31", kFromFile);
  household.Aid(44, "2013-02-20", "2013-04-01T01:00:00Z");
  return household;
}

TEST(TimersTest, ByKindThenStartThenSubject) {
  const Household household = Everything();
  std::vector<std::string> lines;
  for (const v1::Timer& timer : household.TimersOn("2014-02-01")) {
    EXPECT_EQ(timer.archive_id(), sample::kArchiveId);
    ASSERT_GE(timer.orgs_size(), 1);
    EXPECT_EQ(timer.orgs(0), "hz.gongye.xiangjiao");
    lines.push_back(absl::StrCat(timer.rule(), " ", timer.started_on(), " ",
                                 timer.subject_id().substr(timer.subject_id().size() - 2)));
  }
  EXPECT_THAT(lines, ElementsAre("R47 2013-01-15 01", "R47 2014-01-15 01", "R48 2013-02-20 44",
                                 "R48 2013-03-01 41", "R48 2013-03-01 42", "R49 2013-04-01 44",
                                 "R52 2013-06-01 22", "R53 2013-06-01 21", "R53 2013-06-01 22",
                                 "R50 2013-05-01 31", "R91 2013-01-20 12", "R20 2013-01-10 02"));
}

TEST(TimersTest, FindingsInTheOrderOfTheTimers) {
  EXPECT_THAT(
      Everything().Says("2014-04-02"),
      ElementsAre("R48 AID_ENTERED_LATE 2013-03-07 -> UNSPECIFIED",
                  "R48 AID_ENTERED_LATE 2013-03-16 -> UNSPECIFIED",
                  "R48 AID_ENTERED_LATE 2013-03-16 -> UNSPECIFIED",
                  "R49 NO_AID_FOR_A_YEAR 2014-04-01 -> CONFIRM_WITHDRAWAL",
                  "R52 NO_NEW_CAUSE 2013-12-01 -> CONFIRM_WITHDRAWAL",
                  "R53 CAUSE_UNDECIDED -> DECIDE_CAUSE", "R53 CAUSE_UNDECIDED -> DECIDE_CAUSE",
                  "R51 CIRCULAR_DUE 2013-05-16 -> ISSUE_CIRCULAR",
                  "R20 PAPER_EXPIRES 2014-03-01 -> RENEW_PAPER",
                  "R48 AID_BEFORE_ESTABLISHMENT -> CORRECT"));
}

// The id of the archive in sample_archive.h and other ids never stand in a message; neither does
// the name of the worker.
TEST(TimersTest, MessagesHoldNoPersonalWords) {
  for (const v1::Finding& finding : Everything().FindingsOn("2014-04-02")) {
    for (const std::string& message : {finding.message_zh(), finding.message_en()}) {
      EXPECT_EQ(message.find("陈建国"), std::string::npos) << message;
      EXPECT_EQ(message.find("01900000"), std::string::npos) << message;
      EXPECT_FALSE(message.empty());
    }
    EXPECT_FALSE(finding.field().empty()) << finding.message_en();
  }
}

TEST(TimersTest, OrderOfTheRecordsDoesNotMatter) {
  const Household household = Everything();
  const std::vector<v1::Timer> timers = household.TimersOn("2014-04-02");
  const Findings findings = household.FindingsOn("2014-04-02");
  constexpr unsigned kSeed = 20140402;
  SCOPED_TRACE(kSeed);
  std::mt19937 random(kSeed);
  for (int round = 0; round < 50; ++round) {
    Household shuffled = household;
    v1::Archive& archive = shuffled.archive();
    std::shuffle(archive.mutable_materials()->pointer_begin(),
                 archive.mutable_materials()->pointer_end(), random);
    std::shuffle(archive.mutable_postings()->pointer_begin(),
                 archive.mutable_postings()->pointer_end(), random);
    std::shuffle(archive.mutable_cause_reports()->pointer_begin(),
                 archive.mutable_cause_reports()->pointer_end(), random);
    std::shuffle(shuffled.file.mutable_visits()->pointer_begin(),
                 shuffled.file.mutable_visits()->pointer_end(), random);
    std::shuffle(shuffled.file.mutable_aid_events()->pointer_begin(),
                 shuffled.file.mutable_aid_events()->pointer_end(), random);
    const std::vector<v1::Timer> again = shuffled.TimersOn("2014-04-02");
    ASSERT_EQ(again.size(), timers.size());
    for (size_t i = 0; i < timers.size(); ++i) {
      EXPECT_EQ(again[i].SerializeAsString(), timers[i].SerializeAsString());
    }
    const Findings said = shuffled.FindingsOn("2014-04-02");
    ASSERT_EQ(said.size(), findings.size());
    for (size_t i = 0; i < findings.size(); ++i) {
      EXPECT_EQ(said[i].SerializeAsString(), findings[i].SerializeAsString());
    }
  }
}

TEST(TimersTest, DatesThatCannotBeReadStartNothing) {
  Household household("2014-02-30", "2014-13-01");
  household.archive().set_determined_category(v1::HARDSHIP_CATEGORY_TEMPORARY);
  household.Report(1, "yesterday");
  household.Visit(2, "2014/05/01", kFromFile, v1::YES_NO_NO);
  household.Aid(3, "", "2014-05-01T00:00:00Z");
  EXPECT_THAT(household.Timers("2016-01-01"), IsEmpty());
  EXPECT_THAT(household.Says("2016-01-01"), IsEmpty());
  household.archive().set_established_on("2014-03-01");
  EXPECT_EQ(household.TimersOn("2016-01-01").size(), 2u);  // R49 and R52 of the archive itself
}

TEST(TimersTest, AnArchiveThatEndedOnADayThatNobodyWroteDownHasNoDuties) {
  Household household("2014-01-01", "2014-01-10");
  for (const char* ended_on : {"", "2014年"}) {
    household.End(v1::ARCHIVE_STATUS_WITHDRAWN, ended_on);
    EXPECT_THAT(household.Timers("2016-01-01"), IsEmpty()) << ended_on;
    EXPECT_FALSE(household.IsDueOn("2016-01-01", v1::WITHDRAWAL_BASIS_NO_AID)) << ended_on;
  }
}

TEST(IsDueTest, OtherAlwaysUnstatedNever) {
  const Household household("2014-01-01", "2014-01-10");
  EXPECT_TRUE(household.IsDueOn("2014-01-10", v1::WITHDRAWAL_BASIS_OTHER));
  EXPECT_FALSE(household.IsDueOn("2020-01-10", v1::WITHDRAWAL_BASIS_UNSPECIFIED));
  EXPECT_TRUE(household.IsDueOn("2020-01-10", v1::WITHDRAWAL_BASIS_NO_AID));
  EXPECT_FALSE(household.IsDueOn("2020-01-10", v1::WITHDRAWAL_BASIS_NO_NEW_CAUSE));
}

}  // namespace
}  // namespace bangfu::domain
