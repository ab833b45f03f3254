#include "domain/life/lifecycle.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "domain/life/step_sample.h"
#include "domain/rules/form.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::domain {
namespace {

using namespace steps;  // NOLINT(google-build-using-namespace): the vocabulary of this test
using sample::kToday;
using sample::Short;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(TakeStepTest, ApprovalOfTierAAsksForANumberOnce) {
  v1::Archive archive = In(v1::ARCHIVE_STATUS_REVIEWED);
  EXPECT_TRUE(TakeStep(archive, Approve("a", kCenter), kToday).needs_number);
  archive.set_number("工业橡胶20140001");
  // Returned, supplemented and approved again, the archive keeps its number and day.
  const absl::CivilDay later(2014, 6, 1);
  TakeStep(archive, Return("b", kCenter), later);
  TakeStep(archive, Submit("handler", kUnit), later);
  TakeStep(archive, Review("reviewer", kUnion), later);
  EXPECT_FALSE(TakeStep(archive, Approve("a", kCenter), later).needs_number);
  EXPECT_EQ(archive.status(), v1::ARCHIVE_STATUS_ESTABLISHED);
  EXPECT_EQ(archive.number(), "工业橡胶20140001");
  EXPECT_EQ(archive.established_on(), "2014-03-10");
}

TEST(TakeStepTest, OnlyTierAGetsNumbers) {
  struct Row {
    v1::Tier tier;
    bool numbered;
  };
  for (const Row& row : {Row{v1::TIER_UNSPECIFIED, true}, Row{v1::TIER_A, true},
                         Row{v1::TIER_B, false}, Row{v1::TIER_C, false}}) {
    v1::Archive archive = In(v1::ARCHIVE_STATUS_REVIEWED);
    archive.set_tier(row.tier);
    EXPECT_EQ(TakeStep(archive, Approve("a", kUnion), kToday).needs_number, row.numbered)
        << v1::Tier_Name(row.tier);
    EXPECT_EQ(archive.status(), v1::ARCHIVE_STATUS_ESTABLISHED);
  }
}

TEST(TakeStepTest, ApprovalReturnsWhenTheDeterminedCategoryAsksForMore) {
  v1::Archive archive = sample::Staff();
  archive.set_claimed_category(v1::HARDSHIP_CATEGORY_CERTIFICATE_HOLDER);
  sample::AddDueMaterials(archive, v1::HARDSHIP_CATEGORY_CERTIFICATE_HOLDER);
  TakeStep(archive, Submit("handler", kUnit), kToday);
  TakeStep(archive, Review("reviewer", kUnion), kToday);
  const StepResult result = TakeStep(archive, Approve("approver", kCenter), kToday);
  EXPECT_FALSE(result.needs_number);
  EXPECT_EQ(result.findings.size(), 6u);  // M2 and M3 of two persons, M4, M5
  EXPECT_EQ(archive.status(), v1::ARCHIVE_STATUS_RETURNED);
  EXPECT_EQ(archive.determined_category(), v1::HARDSHIP_CATEGORY_OTHER);
  EXPECT_FALSE(archive.has_approval());
  EXPECT_THAT(archive.established_on(), IsEmpty());
  EXPECT_THAT(archive.return_reason(), HasSubstr("其他困难户"));
  EXPECT_THAT(archive.return_reason(), HasSubstr("共6项"));
}

TEST(TakeStepTest, TheReasonFitsItsFieldHoweverLongTheNames) {
  v1::Archive archive = In(v1::ARCHIVE_STATUS_REVIEWED);
  archive.clear_materials();
  std::string name;
  for (int i = 0; i < 50; ++i) name += "陈";
  archive.set_name(name);
  for (int i = 0; i < limits::kMaxMembers - 2; ++i) {
    sample::AddMember(archive, sample::Uuid(200 + i), v1::RELATION_ADOPTED_DAUGHTER, v1::SEX_FEMALE,
                      "33010219720601002")
        .set_name(name);
  }
  TakeStep(archive, Approve("a", kCenter), kToday);
  EXPECT_EQ(archive.status(), v1::ARCHIVE_STATUS_RETURNED);
  EXPECT_THAT(Short(CheckValues(archive, kToday)), IsEmpty());
}

TEST(TakeStepTest, ReturnKeepsSignOffsAndResubmissionClearsThem) {
  v1::Archive archive = In(v1::ARCHIVE_STATUS_REVIEWED);
  TakeStep(archive, Approve("approver", kCenter), kToday);
  TakeStep(archive, Return("x", kUnion), kToday);
  EXPECT_EQ(archive.status(), v1::ARCHIVE_STATUS_RETURNED);
  EXPECT_EQ(archive.return_reason(), "请补充收入证明");
  EXPECT_TRUE(archive.has_review());
  EXPECT_TRUE(archive.has_approval());
  TakeStep(archive, Submit("new", kUnit), kToday);
  EXPECT_EQ(archive.status(), v1::ARCHIVE_STATUS_SUBMITTED);
  EXPECT_EQ(archive.handling().person_id(), "new");
  EXPECT_FALSE(archive.has_review());
  EXPECT_FALSE(archive.has_approval());
}

TEST(TakeStepTest, WhatIsNoStepDoesNothing) {
  v1::Archive archive = Draft();
  v1::Change change = By("a", kUnit);
  change.mutable_put();
  TakeStep(archive, change, kToday);
  EXPECT_EQ(archive.SerializeAsString(), Draft().SerializeAsString());
}

TEST(TakeStepTest, ReportAndReportAgain) {
  v1::Archive archive = In(v1::ARCHIVE_STATUS_REVIEWED);
  TakeStep(archive, Approve("approver", kCenter), kToday);
  archive.set_number("工业橡胶20140001");
  TakeStep(archive, Report("a", kCenter), absl::CivilDay(2014, 4, 1));
  EXPECT_EQ(archive.status(), v1::ARCHIVE_STATUS_REPORTED);
  EXPECT_EQ(archive.reported_on(), "2014-04-01");
  EXPECT_EQ(archive.report_package(), "2014-0007");
  // Returned for supplement and approved again, it tells of its last report until the next one.
  const absl::CivilDay later(2014, 6, 1);
  TakeStep(archive, Return("b", kCenter), later);
  TakeStep(archive, Submit("handler", kUnit), later);
  TakeStep(archive, Review("reviewer", kUnion), later);
  EXPECT_FALSE(TakeStep(archive, Approve("approver", kCenter), later).needs_number);
  EXPECT_EQ(archive.status(), v1::ARCHIVE_STATUS_ESTABLISHED);
  EXPECT_EQ(archive.number(), "工业橡胶20140001");
  EXPECT_EQ(archive.established_on(), "2014-03-10");
  EXPECT_EQ(archive.reported_on(), "2014-04-01");
  v1::Change again = Report("a", kCenter);
  again.mutable_report()->set_package("2014-0012");
  TakeStep(archive, again, later);
  EXPECT_EQ(archive.status(), v1::ARCHIVE_STATUS_REPORTED);
  EXPECT_EQ(archive.reported_on(), "2014-06-01");
  EXPECT_EQ(archive.report_package(), "2014-0012");
}

// An end writes who, when and why, and changes nothing else.
TEST(TakeStepTest, AnEndIsSignedAndKeepsTheRest) {
  const auto expect = [](const v1::Change& change, v1::ArchiveStatus status) {
    v1::Archive archive = Temporary();
    EXPECT_FALSE(TakeStep(archive, change, absl::CivilDay(2015, 1, 2)).needs_number);
    EXPECT_EQ(archive.status(), status);
    EXPECT_EQ(archive.ended_on(), "2015-01-02");
    EXPECT_EQ(archive.ending().person_id(), "a");
    EXPECT_EQ(archive.ending().person_name(), "李a");
    EXPECT_EQ(archive.ending().org(), change.actor().org());
    EXPECT_EQ(archive.ending().signed_time().seconds(), 1394420400);
    v1::Archive rest = archive;
    rest.set_status(v1::ARCHIVE_STATUS_ESTABLISHED);
    rest.clear_ended_on();
    rest.clear_ending();
    rest.clear_withdrawal_basis();
    rest.clear_merged_into();
    EXPECT_EQ(rest.SerializeAsString(), Temporary().SerializeAsString());
    return archive;
  };
  const v1::Archive withdrawn = expect(Withdraw("a", kCenter), v1::ARCHIVE_STATUS_WITHDRAWN);
  EXPECT_EQ(withdrawn.withdrawal_basis(), v1::WITHDRAWAL_BASIS_OTHER);
  EXPECT_EQ(withdrawn.ending().opinion(), "已不在杭州居住");
  const v1::Archive deregistered = expect(Deregister("a", kUnit), v1::ARCHIVE_STATUS_DEREGISTERED);
  EXPECT_EQ(deregistered.ending().opinion(), "走访发现已不符合条件");
  EXPECT_EQ(deregistered.withdrawal_basis(), v1::WITHDRAWAL_BASIS_UNSPECIFIED);
  const v1::Archive merged = expect(MergeInto("a", kCenter), v1::ARCHIVE_STATUS_MERGED);
  EXPECT_EQ(merged.merged_into(), sample::Uuid(99));
}

TEST(TakeStepTest, ACauseThatQualifiesMovesTheFamily) {  // R53
  v1::Archive archive = Temporary();
  v1::Change decision = DecideCause("a", kCenter);
  decision.mutable_decide_cause()->set_opinion("符合意外致困户条件");
  TakeStep(archive, decision, absl::CivilDay(2014, 3, 20));
  EXPECT_EQ(archive.cause_reports(0).decision_opinion(), "符合意外致困户条件");
  EXPECT_EQ(archive.determined_category(), v1::HARDSHIP_CATEGORY_ACCIDENT);
  EXPECT_EQ(archive.number(), "工业橡胶20130006");
  EXPECT_EQ(archive.status(), v1::ARCHIVE_STATUS_ESTABLISHED);
  EXPECT_EQ(archive.cause_reports(0).qualifies(), v1::YES_NO_YES);
  EXPECT_EQ(archive.cause_reports(0).decided_on(), "2014-03-20");
}

TEST(TakeStepTest, ACauseThatDoesNotQualifyLeavesTheCategory) {  // A21
  v1::Archive archive = Temporary();
  TakeStep(archive, DecideCause("a", kCenter, v1::YES_NO_NO), absl::CivilDay(2014, 3, 20));
  EXPECT_EQ(archive.determined_category(), v1::HARDSHIP_CATEGORY_TEMPORARY);
  EXPECT_EQ(archive.cause_reports(0).qualifies(), v1::YES_NO_NO);
  EXPECT_EQ(archive.cause_reports(0).decided_on(), "2014-03-20");
  // A decision stays as it is.
  const std::string decided = archive.SerializeAsString();
  TakeStep(archive, DecideCause("a", kCenter), absl::CivilDay(2014, 3, 21));
  EXPECT_EQ(archive.SerializeAsString(), decided);
}

TEST(IsFixedTest, FromSubmissionUntilReturn) {
  for (int status = v1::ArchiveStatus_MIN; status <= v1::ArchiveStatus_MAX; ++status) {
    v1::Archive archive;
    archive.set_status(static_cast<v1::ArchiveStatus>(status));
    const bool open = status == v1::ARCHIVE_STATUS_UNSPECIFIED ||
                      status == v1::ARCHIVE_STATUS_DRAFT || status == v1::ARCHIVE_STATUS_RETURNED;
    for (const char* path : {"tier", "identity_number", "unit", "existing_number"}) {
      EXPECT_EQ(IsFixed(archive, path), !open) << path << " " << status;
    }
    for (const char* path : {"phone", "members[x].name", "monthly_income_fen", "nonsense"}) {
      EXPECT_FALSE(IsFixed(archive, path)) << path;
    }
  }
}

TEST(IsFixedTest, WhatWasDecidedOn) {  // R53
  v1::Archive archive = Temporary();
  const std::string report = absl::StrCat("cause_reports[", kReportId, "]");
  for (const std::string& path : {report, report + ".cause", report + ".description"}) {
    archive.mutable_cause_reports(0)->clear_qualifies();
    EXPECT_FALSE(IsFixed(archive, path)) << path;
    archive.mutable_cause_reports(0)->set_qualifies(v1::YES_NO_NO);
    EXPECT_TRUE(IsFixed(archive, path)) << path;
  }
  EXPECT_FALSE(IsFixed(archive, "cause_reports[01900000-0000-7000-8000-000000000c02].cause"));
  archive.set_status(v1::ARCHIVE_STATUS_RETURNED);
  EXPECT_TRUE(IsFixed(archive, report));
}

}  // namespace
}  // namespace bangfu::domain
