#include "domain/life/step_check.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "domain/life/lifecycle.h"
#include "domain/life/step.h"
#include "domain/life/step_sample.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::domain {
namespace {

using namespace steps;  // NOLINT(google-build-using-namespace): the vocabulary of this test
using sample::kToday;
using sample::Short;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(CheckStepTest, TheWayOfAGoodArchive) {
  v1::Archive archive = Draft();
  const v1::Change steps[] = {Submit("handler", kUnit), Review("reviewer", kUnion),
                              Approve("approver", kCenter)};
  for (const v1::Change& step : steps) {
    ASSERT_TRUE(IsStep(step));
    EXPECT_THAT(Check(archive, step), IsEmpty());
    EXPECT_THAT(Short(TakeStep(archive, step, kToday).findings), IsEmpty());
  }
  EXPECT_EQ(archive.status(), v1::ARCHIVE_STATUS_ESTABLISHED);
  EXPECT_EQ(archive.handling().person_id(), "handler");
  EXPECT_EQ(archive.handling().person_name(), "李handler");
  EXPECT_EQ(archive.handling().org(), kUnit);
  EXPECT_EQ(archive.handling().opinion(), "情况属实");
  EXPECT_EQ(archive.handling().signed_time().seconds(), 1394420400);
  EXPECT_EQ(archive.review().opinion(), "同意");
  EXPECT_EQ(archive.approval().opinion(), "准予建档");
  EXPECT_EQ(archive.established_on(), "2014-03-10");
  EXPECT_EQ(archive.determined_category(), v1::HARDSHIP_CATEGORY_OTHER);
}

TEST(CheckStepTest, RefusalsCiteTheirRule) {
  v1::Archive archive = In(v1::ARCHIVE_STATUS_REVIEWED);
  EXPECT_THAT(Check(archive, Approve("x", kUnion)), ElementsAre("E NOT_PERMITTED  R88"));
  archive.set_tier(v1::TIER_B);
  EXPECT_THAT(Check(archive, Approve("x", kCenter)), ElementsAre("E NOT_PERMITTED  A33"));
  EXPECT_THAT(Check(In(v1::ARCHIVE_STATUS_SUBMITTED), Review("x", kUnit)),
              ElementsAre("E NOT_PERMITTED  R39"));
}

TEST(CheckStepTest, ThreeDifferentPeople) {
  const v1::Archive submitted = In(v1::ARCHIVE_STATUS_SUBMITTED);
  EXPECT_THAT(Check(submitted, Review("handler", kUnion)),
              ElementsAre("E SAME_SIGNER handling R89"));
  EXPECT_THAT(Check(submitted, Review("other", kUnion)), IsEmpty());
  const v1::Archive reviewed = In(v1::ARCHIVE_STATUS_REVIEWED);
  EXPECT_THAT(Check(reviewed, Approve("handler", kCenter)),
              ElementsAre("E SAME_SIGNER handling R89"));
  EXPECT_THAT(Check(reviewed, Approve("reviewer", kCenter)),
              ElementsAre("E SAME_SIGNER review R89"));
  EXPECT_THAT(Check(reviewed, Approve("other", kCenter)), IsEmpty());
  // Who handled may handle again.
  v1::Archive returned = In(v1::ARCHIVE_STATUS_RETURNED);
  EXPECT_THAT(Check(returned, Submit("handler", kUnit)), IsEmpty());
  // Nobody signs without a name.
  EXPECT_THAT(Check(Draft(), Submit("", kUnit)), ElementsAre("E NOT_PERMITTED  R89"));
}

TEST(CheckStepTest, SubmissionNeedsFormLogicAndPapers) {
  v1::Archive archive = sample::Staff();
  archive.set_phone("12");
  archive.clear_bank();
  archive.add_secondary_causes(v1::HARDSHIP_CAUSE_LOW_INCOME);
  sample::AddDueMaterials(archive, v1::HARDSHIP_CATEGORY_MARGINAL);
  EXPECT_THAT(
      Check(archive, Submit("a", kUnit)),
      ElementsAre("E BAD_PHONE phone R76", "E REQUIRED_MISSING bank R87",
                  "E CAUSE_REPEATED secondary_causes A15", "E MATERIAL_MISSING materials R18"));
  archive = Draft();
  archive.set_bank_card("4111111111111112");
  archive.set_marital_status(v1::MARITAL_STATUS_SINGLE);
  EXPECT_THAT(Check(archive, Submit("a", kUnit)),
              ElementsAre("W BAD_BANK_CARD bank_card R87", "W LOGIC marital_status R28 / members"));
}

TEST(CheckStepTest, ApprovalNeedsFormAndLogicButNoPapers) {
  v1::Archive archive = In(v1::ARCHIVE_STATUS_REVIEWED);
  archive.clear_materials();
  EXPECT_THAT(Check(archive, Approve("a", kCenter)), IsEmpty());
  archive.clear_bank();
  archive.set_sex(v1::SEX_FEMALE);
  EXPECT_THAT(
      Check(archive, Approve("a", kCenter)),
      ElementsAre("E REQUIRED_MISSING bank R87", "E SEX_MISMATCH sex R28 / identity_number"));
}

TEST(CheckStepTest, ApprovalNeedsACategory) {
  const v1::Archive archive = In(v1::ARCHIVE_STATUS_REVIEWED);
  EXPECT_THAT(Check(archive, Approve("a", kCenter, v1::HARDSHIP_CATEGORY_UNSPECIFIED)),
              ElementsAre("E REQUIRED_MISSING determined_category R88"));
  EXPECT_THAT(Check(archive, Approve("a", kCenter, static_cast<v1::HardshipCategory>(99))),
              ElementsAre("E UNKNOWN_CODE determined_category R88"));
}

TEST(CheckStepTest, ReturnNeedsAReasonOfAllowedLength) {
  const v1::Archive archive = In(v1::ARCHIVE_STATUS_SUBMITTED);
  v1::Change change = Return("a", kUnion);
  change.mutable_return_()->set_reason(" 　");
  EXPECT_THAT(Check(archive, change), ElementsAre("E REASON_MISSING return_reason R39"));
  std::string reason;
  for (int i = 0; i < limits::kMaxCharactersOfReason; ++i) reason += "缺";
  change.mutable_return_()->set_reason(reason);
  EXPECT_THAT(Check(archive, change), IsEmpty());
  change.mutable_return_()->set_reason(reason + "少");
  EXPECT_THAT(Check(archive, change), ElementsAre("E TOO_LONG return_reason R39"));
}

TEST(CheckStepTest, OpinionsAreOptionalAndLimited) {
  v1::Change change = Review("a", kUnion);
  change.mutable_review()->clear_opinion();
  EXPECT_THAT(Check(In(v1::ARCHIVE_STATUS_SUBMITTED), change), IsEmpty());
  change.mutable_review()->set_opinion(std::string(limits::kMaxCharactersOfReason + 1, 'x'));
  EXPECT_THAT(Check(In(v1::ARCHIVE_STATUS_SUBMITTED), change), ElementsAre("E TOO_LONG  R39"));
}

TEST(CheckStepTest, UnitMustBeKnownAndBelowAUnion) {
  for (const char* unit : {"", "hz.gongye.unknown", "hz.fuwu"}) {
    v1::Archive archive = In(v1::ARCHIVE_STATUS_SUBMITTED);
    archive.set_unit(unit);
    EXPECT_THAT(Check(archive, Review("a", kUnion)), ElementsAre("E OUT_OF_SCOPE unit R39"))
        << unit;
  }
}

TEST(CheckStepTest, WhatAUnionFilesByItselfIsNotTierC) {  // R44
  v1::Archive archive = In(v1::ARCHIVE_STATUS_SUBMITTED);
  archive.set_unit(kUnion);
  archive.set_tier(v1::TIER_C);
  EXPECT_THAT(Check(archive, Review("a", kUnion)), ElementsAre("E NOT_PERMITTED tier R44"));
  EXPECT_THAT(Check(archive, Review("a", kUnit)), ElementsAre("E NOT_PERMITTED  R39"));
  archive.set_tier(v1::TIER_B);
  EXPECT_THAT(Check(archive, Review("a", kUnion)), IsEmpty());
}

TEST(CheckStepTest, APutIsNoStep) {
  v1::Change change = By("a", kUnit);
  EXPECT_FALSE(IsStep(change));
  change.mutable_put();
  EXPECT_FALSE(IsStep(change));
  EXPECT_THAT(Check(Draft(), change), ElementsAre("E MALFORMED  R39"));
}

TEST(CheckStepTest, ApprovalOfAnotherCategoryThanClaimedIsWarnedOf) {  // A9
  const v1::Archive archive = In(v1::ARCHIVE_STATUS_REVIEWED);
  EXPECT_THAT(Check(archive, Approve("a", kCenter, v1::HARDSHIP_CATEGORY_MARGINAL)),
              ElementsAre("W CATEGORY_DIFFERS determined_category A9 / claimed_category"));
}

TEST(CheckStepTest, IncomeAboveTheStandardIsWarnedOf) {  // R41
  const OrgTree orgs = Orgs();
  v1::PolicySet set;
  set.set_version(1);
  v1::Policy& city = *set.add_policies();
  city.set_org("hz");
  city.set_effective_from("2014-01-01");
  city.set_source("杭民〔2013〕1号");
  city.set_tier_a_standard_yuan("500");  // the family has 541.67
  const auto policy = PolicyBook::Build(set, orgs);
  ASSERT_TRUE(policy.ok()) << policy.status();
  const auto check = [&](const v1::Archive& archive, const v1::Change& change) {
    Case c;
    c.archive = &archive;
    return Short(CheckStep(c, change, {orgs, *policy, kToday}));
  };
  EXPECT_THAT(check(Draft(), Submit("a", kUnit)),
              ElementsAre(HasSubstr("W INCOME_ABOVE_STANDARD")));
  // Civil affairs have examined certificate holders: those whom the center determines as such.
  v1::Archive reviewed = In(v1::ARCHIVE_STATUS_REVIEWED);
  EXPECT_THAT(check(reviewed, Approve("a", kCenter)),
              ElementsAre(HasSubstr("W INCOME_ABOVE_STANDARD")));
  EXPECT_THAT(check(reviewed, Approve("a", kCenter, v1::HARDSHIP_CATEGORY_CERTIFICATE_HOLDER)),
              ElementsAre(HasSubstr("W CATEGORY_DIFFERS")));
  reviewed.set_claimed_category(v1::HARDSHIP_CATEGORY_CERTIFICATE_HOLDER);
  EXPECT_THAT(check(reviewed, Approve("a", kCenter)),
              ElementsAre(HasSubstr("W CATEGORY_DIFFERS"), HasSubstr("W INCOME_ABOVE_STANDARD")));
}

TEST(CheckStepTest, APostingThatIsTooShortHoldsUp) {  // R91
  v1::Archive archive = Draft();
  v1::Posting& posting = *archive.add_postings();
  posting.set_id(sample::Uuid(500));
  posting.set_posted_from("2014-02-20");
  posting.set_posted_until("2014-02-25");
  EXPECT_THAT(Check(archive, Submit("a", kUnit)), Contains(HasSubstr("E POSTING_TOO_SHORT")));
  archive.set_status(v1::ARCHIVE_STATUS_REVIEWED);
  EXPECT_THAT(Check(archive, Approve("b", kCenter)), Contains(HasSubstr("E POSTING_TOO_SHORT")));
  archive.mutable_postings(0)->set_posted_until("2014-02-26");
  EXPECT_THAT(Check(archive, Approve("b", kCenter)), IsEmpty());
}

TEST(CheckStepTest, ReportNamesItsPackage) {
  const v1::Archive archive = In(v1::ARCHIVE_STATUS_ESTABLISHED);
  v1::Change change = Report("a", kCenter);
  EXPECT_THAT(Check(archive, change), IsEmpty());
  change.mutable_report()->set_package(" 　");
  EXPECT_THAT(Check(archive, change), ElementsAre("E REQUIRED_MISSING report_package R39"));
  change.mutable_report()->set_package(std::string(50, 'x'));
  EXPECT_THAT(Check(archive, change), IsEmpty());
  change.mutable_report()->set_package(std::string(51, 'x'));
  EXPECT_THAT(Check(archive, change), ElementsAre("E TOO_LONG report_package R39"));
  change.mutable_report()->set_package("2014\x01");
  EXPECT_EQ(Check(archive, change).size(), 1u);
}

TEST(CheckStepTest, OnlyTierAIsReported) {  // R41
  v1::Archive archive = In(v1::ARCHIVE_STATUS_ESTABLISHED);
  for (const v1::Tier tier : {v1::TIER_B, v1::TIER_C}) {
    archive.set_tier(tier);
    EXPECT_THAT(Check(archive, Report("a", kCenter)), ElementsAre("E NOT_PERMITTED tier R41"));
  }
}

TEST(CheckStepTest, EndsNeedTheirReason) {
  const v1::Archive archive = In(v1::ARCHIVE_STATUS_ESTABLISHED);
  v1::Change deregister = Deregister("a", kUnit);
  EXPECT_THAT(Check(archive, deregister), IsEmpty());
  deregister.mutable_deregister()->set_reason("　");
  EXPECT_THAT(Check(archive, deregister), ElementsAre("E REASON_MISSING ending.opinion R50"));
  deregister.mutable_deregister()->set_reason(std::string(limits::kMaxCharactersOfReason + 1, 'x'));
  EXPECT_THAT(Check(archive, deregister), ElementsAre("E TOO_LONG ending.opinion R50"));

  v1::Change withdraw = Withdraw("a", kCenter);
  EXPECT_THAT(Check(archive, withdraw), IsEmpty());
  withdraw.mutable_withdraw()->clear_reason();
  EXPECT_THAT(Check(archive, withdraw), ElementsAre("E REASON_MISSING ending.opinion R39"));
  withdraw.mutable_withdraw()->clear_basis();
  EXPECT_THAT(Check(archive, withdraw), ElementsAre("E REQUIRED_MISSING withdrawal_basis R49"));
  withdraw.mutable_withdraw()->set_basis(static_cast<v1::WithdrawalBasis>(99));
  EXPECT_THAT(Check(archive, withdraw), ElementsAre("E UNKNOWN_CODE withdrawal_basis R49"));

  v1::Change merge = MergeInto("a", kCenter);
  EXPECT_THAT(Check(archive, merge), IsEmpty());
  merge.mutable_merge_into()->set_reason(std::string(limits::kMaxCharactersOfReason + 1, 'x'));
  EXPECT_THAT(Check(archive, merge), ElementsAre("E TOO_LONG ending.opinion R39"));
}

TEST(CheckStepTest, AnArchiveIsMergedIntoAnother) {
  const v1::Archive archive = In(v1::ARCHIVE_STATUS_ESTABLISHED);
  for (const std::string& target : {std::string(), std::string("7"), archive.id()}) {
    v1::Change merge = MergeInto("a", kCenter);
    merge.mutable_merge_into()->set_archive_id(target);
    EXPECT_THAT(Check(archive, merge), ElementsAre("E MALFORMED merged_into R39")) << target;
  }
}

TEST(CheckStepTest, EndsAndDecisionsCiteTheirRule) {
  v1::Archive archive = Temporary();
  EXPECT_THAT(Check(archive, Withdraw("a", kUnion)), ElementsAre("E NOT_PERMITTED  R39"));
  EXPECT_THAT(Check(archive, DecideCause("a", kUnion)), ElementsAre("E NOT_PERMITTED  R53"));
  EXPECT_THAT(Check(archive, Deregister("a", kCenter)), ElementsAre("E NOT_PERMITTED  R50"));
  EXPECT_THAT(Check(archive, MergeInto("a", kUnion)), ElementsAre("E NOT_PERMITTED  R39"));
  archive.set_tier(v1::TIER_B);
  EXPECT_THAT(Check(archive, Withdraw("a", kCenter)), ElementsAre("E NOT_PERMITTED  A38"));
  EXPECT_THAT(Check(archive, DecideCause("a", kCenter)), ElementsAre("E NOT_PERMITTED  A38"));
}

TEST(CheckStepTest, ADraftHasNoCasesToLookInto) {
  // Of a step that is not possible only that is said.
  v1::Archive draft = Draft();
  EXPECT_THAT(Check(draft, Withdraw("a", kCenter, v1::WITHDRAWAL_BASIS_NO_AID)),
              ElementsAre("E WRONG_STATUS status R39"));
  EXPECT_THAT(Check(draft, DecideCause("a", kCenter)), ElementsAre("E WRONG_STATUS status R39"));
}

// ---- Bases of a withdrawal, on both sides of the day.

struct WithdrawalCase {
  v1::Archive archive = Temporary();
  std::vector<v1::AidEvent> aid;

  void Aid(const std::string& aided_on, int64_t entered_seconds) {
    v1::AidEvent& event = aid.emplace_back();
    event.set_id(sample::Uuid(800 + static_cast<int>(aid.size())));
    event.set_archive_id(archive.id());
    event.set_aided_on(aided_on);
    event.mutable_entered_time()->set_seconds(entered_seconds);
  }
  Findings On(absl::CivilDay today, v1::WithdrawalBasis basis) const {
    const OrgTree orgs = Orgs();
    const PolicyBook policy;
    Case c;
    c.archive = &archive;
    for (const v1::AidEvent& event : aid) c.aid_events.push_back(&event);
    return CheckStep(c, Withdraw("a", kCenter, basis), {orgs, policy, today});
  }
  // The last day that the refusal names; "due" when there is none.
  std::string LastDay(absl::CivilDay today, v1::WithdrawalBasis basis) const {
    const Findings findings = On(today, basis);
    if (findings.empty()) return "due";
    EXPECT_EQ(findings.size(), 1u);
    EXPECT_EQ(findings[0].code(), v1::FINDING_CODE_BASIS_MISSING);
    EXPECT_EQ(findings[0].field(), "withdrawal_basis");
    EXPECT_EQ(findings[0].rule(), basis == v1::WITHDRAWAL_BASIS_NO_AID ? "R49" : "R52");
    if (!findings[0].last_day().empty()) {
      EXPECT_THAT(findings[0].message_zh(), HasSubstr(findings[0].last_day()));
      EXPECT_THAT(findings[0].message_en(), HasSubstr(findings[0].last_day()));
    }
    return findings[0].last_day();
  }
};

TEST(WithdrawalTest, AYearWithoutAidFromTheEstablishment) {  // R49
  WithdrawalCase c;                                          // established 2013-08-31
  constexpr auto kBasis = v1::WITHDRAWAL_BASIS_NO_AID;
  EXPECT_EQ(c.LastDay(absl::CivilDay(2014, 8, 31), kBasis), "2014-08-31");
  EXPECT_EQ(c.LastDay(absl::CivilDay(2014, 9, 1), kBasis), "due");
  // A day that the next year does not have.
  c.archive.set_established_on("2012-02-29");
  EXPECT_EQ(c.LastDay(absl::CivilDay(2013, 2, 28), kBasis), "2013-02-28");
  EXPECT_EQ(c.LastDay(absl::CivilDay(2013, 3, 1), kBasis), "due");
}

TEST(WithdrawalTest, EntryOfAidStartsTheYearAgain) {
  WithdrawalCase c;
  constexpr auto kBasis = v1::WITHDRAWAL_BASIS_NO_AID;
  c.Aid("2014-02-01", 1394553600);  // entered 2014-03-12 00:00 in Shanghai, 03-11 by UTC
  EXPECT_EQ(c.LastDay(absl::CivilDay(2014, 9, 1), kBasis), "2015-03-12");
  EXPECT_EQ(c.LastDay(absl::CivilDay(2015, 3, 12), kBasis), "2015-03-12");
  EXPECT_EQ(c.LastDay(absl::CivilDay(2015, 3, 13), kBasis), "due");
}

TEST(WithdrawalTest, HalfAYearWithoutANewCause) {  // R52, A19
  WithdrawalCase c;
  constexpr auto kBasis = v1::WITHDRAWAL_BASIS_NO_NEW_CAUSE;
  EXPECT_EQ(c.LastDay(absl::CivilDay(2014, 9, 1), kBasis), "2014-09-01");  // reported 2014-03-01
  EXPECT_EQ(c.LastDay(absl::CivilDay(2014, 9, 2), kBasis), "due");
  c.archive.clear_cause_reports();
  EXPECT_EQ(c.LastDay(absl::CivilDay(2014, 2, 28), kBasis),
            "2014-02-28");  // established 2013-08-31
  EXPECT_EQ(c.LastDay(absl::CivilDay(2014, 3, 1), kBasis), "due");
  // Not a temporary family: there is no such duty.
  c.archive.set_determined_category(v1::HARDSHIP_CATEGORY_OTHER);
  EXPECT_EQ(c.LastDay(absl::CivilDay(2015, 3, 1), kBasis), "");
}

TEST(WithdrawalTest, AlsoOnceReportedOrReturned) {
  for (const v1::ArchiveStatus status :
       {v1::ARCHIVE_STATUS_REPORTED, v1::ARCHIVE_STATUS_RETURNED}) {
    WithdrawalCase c;
    c.archive.set_status(status);
    EXPECT_EQ(c.LastDay(absl::CivilDay(2014, 8, 31), v1::WITHDRAWAL_BASIS_NO_AID), "2014-08-31");
    EXPECT_EQ(c.LastDay(absl::CivilDay(2014, 9, 1), v1::WITHDRAWAL_BASIS_NO_AID), "due");
  }
}

TEST(WithdrawalTest, AnotherBasisNeedsNoTimer) {
  EXPECT_THAT(Short(WithdrawalCase().On(absl::CivilDay(2013, 9, 1), v1::WITHDRAWAL_BASIS_OTHER)),
              IsEmpty());
}

// ---- Decisions on causes (R53).

TEST(CauseDecisionTest, IsAboutAnUndecidedReport) {
  v1::Archive archive = Temporary();
  EXPECT_THAT(Check(archive, DecideCause("a", kCenter)), IsEmpty());
  EXPECT_THAT(Check(archive, DecideCause("a", kCenter, v1::YES_NO_NO)), IsEmpty());
  for (const char* id : {"", "x", "01900000-0000-7000-8000-000000000c02"}) {
    v1::Change unknown = DecideCause("a", kCenter);
    unknown.mutable_decide_cause()->set_cause_report_id(id);
    EXPECT_THAT(Check(archive, unknown), ElementsAre("E NOT_FOUND cause_reports R53")) << id;
  }
  const std::string field = absl::StrCat("cause_reports[", kReportId, "].qualifies");
  archive.mutable_cause_reports(0)->set_qualifies(v1::YES_NO_NO);
  EXPECT_THAT(Check(archive, DecideCause("a", kCenter)),
              ElementsAre(absl::StrCat("E WRONG_STATUS ", field, " R53")));
}

TEST(CauseDecisionTest, SaysYesOrNo) {
  const v1::Archive archive = Temporary();
  const std::string field = absl::StrCat("cause_reports[", kReportId, "].qualifies");
  EXPECT_THAT(Check(archive, DecideCause("a", kCenter, v1::YES_NO_UNSPECIFIED)),
              ElementsAre(absl::StrCat("E REQUIRED_MISSING ", field, " R53")));
  EXPECT_THAT(Check(archive, DecideCause("a", kCenter, static_cast<v1::YesNo>(9))),
              ElementsAre(absl::StrCat("E UNKNOWN_CODE ", field, " R53")));
}

TEST(CauseDecisionTest, OnlyATemporaryFamilyIsMoved) {
  v1::Archive archive = Temporary();
  const std::string field = absl::StrCat("cause_reports[", kReportId, "].qualifies");
  for (const v1::HardshipCategory category :
       {v1::HARDSHIP_CATEGORY_UNSPECIFIED, v1::HARDSHIP_CATEGORY_MARGINAL,
        v1::HARDSHIP_CATEGORY_ACCIDENT}) {
    archive.set_determined_category(category);
    EXPECT_THAT(Check(archive, DecideCause("a", kCenter)),
                ElementsAre(absl::StrCat("E LOGIC determined_category R53 / ", field)));
    EXPECT_THAT(Check(archive, DecideCause("a", kCenter, v1::YES_NO_NO)), IsEmpty());
  }
}

}  // namespace
}  // namespace bangfu::domain
