#include "domain/timers/timer_sample.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::domain {
namespace {

using sample::Household;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using sample::kFromFile;
using ::testing::Not;

constexpr v1::TimerKind kKind = v1::TIMER_KIND_DEREGISTRATION;
constexpr v1::FindingCode kDue = v1::FINDING_CODE_DEREGISTRATION_DUE;
constexpr v1::FindingCode kCircular = v1::FINDING_CODE_CIRCULAR_DUE;

// A household that a visit of 2014-05-01 found no longer eligible.
Household NotEligible() {
  Household household("2014-01-01", "2014-01-10");
  household.Visit(1, "2014-05-01", "2014-05-02T16:00:00Z", v1::YES_NO_NO);  // 05-03 in Shanghai
  return household;
}

TEST(DeregistrationTimerTest, RunsFromTheVisitOnceItIsKnown) {
  const Household household = NotEligible();
  EXPECT_THAT(household.Timers(kKind, "2014-05-02"), IsEmpty());
  EXPECT_THAT(household.Says("2014-05-02"), IsEmpty());
  for (const char* today : {"2014-05-03", "2014-05-16"}) {
    EXPECT_THAT(household.Timers(kKind, today),
                ElementsAre("VISIT 2014-05-01..2014-05-16 RUNNING -> DEREGISTER"));
    EXPECT_THAT(household.Says(today),
                ElementsAre("R50 DEREGISTRATION_DUE 2014-05-16 -> DEREGISTER"));
  }
  EXPECT_THAT(household.Timers(kKind, "2014-05-17"),
              ElementsAre("VISIT 2014-05-01..2014-05-16 OVERDUE -> ISSUE_CIRCULAR"));
  EXPECT_THAT(household.Says("2014-05-17"),
              ElementsAre("R51 CIRCULAR_DUE 2014-05-16 -> ISSUE_CIRCULAR"));
}

TEST(DeregistrationTimerTest, DaysOfThePolicyInForceOnTheDayOfTheVisit) {
  Household household = NotEligible();
  household.SetPolicy("hz", "2014-05-01", 30, std::nullopt);
  EXPECT_THAT(household.Timers(kKind, "2014-05-31"),
              ElementsAre("VISIT 2014-05-01..2014-05-31 RUNNING -> DEREGISTER"));
  EXPECT_EQ(household.Says(kCircular, "2014-06-01").size(), 1u);
  household.SetPolicy("hz", "2014-05-02", 30, std::nullopt);
  EXPECT_THAT(household.Timers(kKind, "2014-05-16"),
              ElementsAre("VISIT 2014-05-01..2014-05-16 RUNNING -> DEREGISTER"));
}

TEST(DeregistrationTimerTest, TheCircularNamesTheUnitAndItsParentUnion) {
  Household household = NotEligible();
  const auto orgs = [&household](absl::string_view today) {
    for (const v1::Timer& timer : household.TimersOn(today)) {
      if (timer.kind() == kKind) {
        return std::vector<std::string>(timer.orgs().begin(), timer.orgs().end());
      }
    }
    return std::vector<std::string>();
  };
  EXPECT_THAT(orgs("2014-05-16"), ElementsAre("hz.gongye.xiangjiao"));
  EXPECT_THAT(orgs("2014-05-17"), ElementsAre("hz.gongye.xiangjiao", "hz.gongye"));
  v1::Finding finding = household.FindingOn(kCircular, "2014-05-17");
  EXPECT_EQ(finding.field(), absl::StrCat("visits[", sample::Uuid(1), "].still_eligible"));
  EXPECT_THAT(finding.message_zh(), HasSubstr("请通报橡胶集团及其所属的工业工会"));
  EXPECT_THAT(finding.message_zh(), HasSubstr("2014-05-01（走访发现不再符合条件）"));
  EXPECT_THAT(finding.message_en(), HasSubstr("橡胶集团 and its parent union 工业工会"));
  // The union itself is the unit: named once.
  household.archive().set_unit("hz.gongye");
  EXPECT_THAT(orgs("2014-05-17"), ElementsAre("hz.gongye"));
  finding = household.FindingOn(kCircular, "2014-05-17");
  EXPECT_THAT(finding.message_zh(), HasSubstr("请通报工业工会，"));
  // Without the dictionary no names are known.
  household.orgs = OrgTree();
  household.archive().set_unit("hz.gongye.xiangjiao");
  EXPECT_THAT(orgs("2014-05-17"), ElementsAre("hz.gongye.xiangjiao"));
  finding = household.FindingOn(kCircular, "2014-05-17");
  EXPECT_THAT(finding.message_zh(), HasSubstr("请通报建档单位及其所属工会"));
}

TEST(DeregistrationTimerTest, MetByTheLastDayOrLate) {
  Household household = NotEligible();
  household.End(v1::ARCHIVE_STATUS_DEREGISTERED, "2014-05-16");
  EXPECT_THAT(household.Timers(kKind, "2014-05-15"),
              ElementsAre("VISIT 2014-05-01..2014-05-16 RUNNING -> DEREGISTER"));
  EXPECT_THAT(household.Timers(kKind, "2014-05-16"),
              ElementsAre("VISIT 2014-05-01..2014-05-16 MET on 2014-05-16"));
  EXPECT_THAT(household.Timers(kKind, "2014-08-01"),
              ElementsAre("VISIT 2014-05-01..2014-05-16 MET on 2014-05-16"));
  EXPECT_THAT(household.Says("2014-08-01"), IsEmpty());
  household.End(v1::ARCHIVE_STATUS_DEREGISTERED, "2014-05-17");
  EXPECT_THAT(household.Timers(kKind, "2014-05-17"),
              ElementsAre("VISIT 2014-05-01..2014-05-16 MET_LATE on 2014-05-17 -> ISSUE_CIRCULAR"));
  EXPECT_THAT(household.Says("2014-08-01"),
              ElementsAre("R51 CIRCULAR_DUE 2014-05-16 -> ISSUE_CIRCULAR"));
  const v1::Finding finding = household.FindingOn(kCircular, "2014-08-01");
  EXPECT_THAT(finding.message_zh(), HasSubstr("于2014-05-17才注销"));
  EXPECT_THAT(finding.message_zh(), Not(HasSubstr("尽快注销")));
}

TEST(DeregistrationTimerTest, OtherEndingsLeaveNothingToDo) {
  Household household = NotEligible();
  for (const v1::ArchiveStatus status : {v1::ARCHIVE_STATUS_WITHDRAWN, v1::ARCHIVE_STATUS_MERGED}) {
    household.End(status, "2014-06-01");
    EXPECT_EQ(household.Says(kCircular, "2014-05-31").size(), 1u);
    EXPECT_THAT(household.Timers(kKind, "2014-06-01"), IsEmpty());
  }
}

TEST(DeregistrationTimerTest, AVisitAfterTheEndingStartsAndChangesNothing) {
  Household household("2014-01-01", "2014-01-10");
  household.End(v1::ARCHIVE_STATUS_DEREGISTERED, "2014-05-01");
  household.Visit(1, "2014-05-02", kFromFile, v1::YES_NO_NO);
  EXPECT_THAT(household.Timers("2014-06-01"), IsEmpty());
  household.Visit(2, "2014-05-01", kFromFile, v1::YES_NO_NO);
  household.Visit(3, "2014-05-03", kFromFile, v1::YES_NO_YES);
  EXPECT_THAT(household.Timers(kKind, "2014-06-01"),
              ElementsAre("VISIT 2014-05-01..2014-05-16 MET on 2014-05-01"));
}

TEST(DeregistrationTimerTest, TheFirstNoSinceTheLastYes) {
  struct Example {
    const char* day;
    v1::YesNo still_eligible;
  };
  struct Row {
    std::vector<Example> visits;
    const char* started_on;  // nullptr: no timer
  };
  const v1::YesNo yes = v1::YES_NO_YES;
  const v1::YesNo no = v1::YES_NO_NO;
  const v1::YesNo unstated = v1::YES_NO_UNSPECIFIED;
  for (const Row& row : std::vector<Row>{
           {{}, nullptr},
           {{{"2014-05-01", yes}, {"2014-05-02", unstated}}, nullptr},
           {{{"2014-05-01", no}, {"2014-05-02", unstated}}, "2014-05-01"},
           {{{"2014-05-01", no}, {"2014-05-02", yes}}, nullptr},
           {{{"2014-05-02", yes}, {"2014-05-01", no}}, nullptr},  // by day, not as entered
           {{{"2014-05-01", yes}, {"2014-05-02", no}}, "2014-05-02"},
           {{{"2014-05-01", no}, {"2014-05-02", no}}, "2014-05-01"},
           {{{"2014-05-01", no}, {"2014-05-02", yes}, {"2014-05-03", no}, {"2014-05-04", no}},
            "2014-05-03"},
           {{{"2014-05-01", no}, {"2014-05-01", yes}}, "2014-05-01"},  // not a later visit
           {{{"2014-05-01", yes}, {"2014-05-01", no}}, "2014-05-01"},
           {{{"2014-04-30", no}, {"2014-05-01", no}, {"2014-05-01", yes}}, "2014-05-01"}}) {
    Household household("2014-01-01", "2014-01-10");
    int id = 1;
    for (const Example& visit : row.visits) {
      household.Visit(id++, visit.day, kFromFile, visit.still_eligible);
    }
    const std::vector<std::string> timers = household.Timers(kKind, "2014-05-10");
    if (row.started_on == nullptr) {
      EXPECT_THAT(timers, IsEmpty()) << ::testing::PrintToString(id);
      EXPECT_THAT(household.Says(kDue, "2014-05-10"), IsEmpty());
    } else {
      EXPECT_THAT(timers, ElementsAre(HasSubstr(absl::StrCat("VISIT ", row.started_on, ".."))));
      EXPECT_EQ(household.Says(kDue, "2014-05-10").size(), 1u);
    }
  }
}

TEST(DeregistrationTimerTest, TheEstablishmentAnswersVisitsBefore) {
  Household household("2014-01-01", "2014-01-10");
  household.Visit(1, "2014-01-09", kFromFile, v1::YES_NO_NO);
  EXPECT_THAT(household.Timers(kKind, "2014-06-01"), IsEmpty());
  household.Visit(2, "2014-01-10", kFromFile, v1::YES_NO_NO);
  EXPECT_THAT(household.Timers(kKind, "2014-01-20"),
              ElementsAre("VISIT 2014-01-10..2014-01-25 RUNNING -> DEREGISTER"));
}

TEST(DeregistrationTimerTest, DaysThatNoDocumentStatesAreCalledAssumed) {
  Household household = NotEligible();
  for (const char* today : {"2014-05-16", "2014-05-17"}) {
    const v1::Finding finding = household.FindingsOn(today).at(0);
    EXPECT_THAT(finding.message_zh(), HasSubstr("2014-05-16（期限为假定值）")) << today;
    EXPECT_THAT(finding.message_en(), HasSubstr("2014-05-16 (assumed)")) << today;
  }
  household.SetPolicy("hz", "2014-01-01", 15, std::nullopt);
  const v1::Finding stated = household.FindingsOn("2014-05-16").at(0);
  EXPECT_THAT(stated.message_zh(), Not(HasSubstr("假定")));
  EXPECT_THAT(stated.message_en(), Not(HasSubstr("assumed")));
  household.SetPolicy("hz", "2014-01-01", 15, std::nullopt, /*assumed=*/true);
  EXPECT_THAT(household.FindingsOn("2014-05-16").at(0).message_zh(), HasSubstr("假定"));
}

TEST(DeregistrationTimerTest, ADraftIsNotDeregistered) {
  Household draft("2014-01-01");
  draft.Visit(1, "2014-05-01", kFromFile, v1::YES_NO_NO);
  EXPECT_THAT(draft.Timers("2014-06-01"), IsEmpty());
}

}  // namespace
}  // namespace bangfu::domain
