#include "domain/check/rectification.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "domain/policy/policy.h"
#include "domain/rules/org_tree.h"
#include "domain/rules/sample_archive.h"
#include "domain/text/civil_date.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::domain {
namespace {

using absl::CivilDay;
using sample::Short;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using State = RectificationState;

constexpr CivilDay kFirstDay(2014, 3, 1);
constexpr CivilDay kLastDay(2014, 4, 15);

v1::OrgTree OrgsProto() {
  v1::OrgTree tree;
  const auto add = [&tree](const char* id, v1::OrgKind kind) {
    v1::Org& org = *tree.add_orgs();
    org.set_id(id);
    org.set_kind(kind);
  };
  add("hz", v1::ORG_KIND_CITY);
  add("hz.gongye", v1::ORG_KIND_INDUSTRY);
  add("hz.gongye.xiangjiao", v1::ORG_KIND_ENTERPRISE);
  return tree;
}

class RectificationTest : public testing::Test {
 protected:
  RectificationTest() {
    v1::PolicySet set;
    set.set_version(1);
    v1::Policy& policy = *set.add_policies();
    policy.set_org("hz");
    policy.set_effective_from(FormatDate(kFirstDay));
    policy.set_source("关于做好建档困难职工档案整改工作的通知");
    policy.mutable_campaign()->set_starts_on(FormatDate(kFirstDay));
    policy.mutable_campaign()->set_ends_on(FormatDate(kLastDay));
    auto built = PolicyBook::Build(set, orgs_);
    EXPECT_TRUE(built.ok()) << built.status();
    book_ = *std::move(built);
  }

  Rectification On(CivilDay today, const v1::Archive& archive) const {
    Case c;
    c.archive = &archive;
    return RectificationOf(c, RuleContext{orgs_, book_, today});
  }

  OrgTree orgs_ = *OrgTree::Build(OrgsProto());
  PolicyBook book_;
};

void Write(v1::Archive& archive, int row, const char* field, const std::string& text) {
  v1::PaperValue& value = *archive.add_paper_values();
  value.set_id(sample::Uuid(100 + archive.paper_values_size()));
  value.set_member_row(row);
  value.set_field(field);
  value.set_text(text);
}

// Established in 2013, in perfect order since 20 March 2014: papers of 1 March, paper checked on
// the 20th.
v1::Archive Rectified() {
  v1::Archive archive = sample::Staff();
  archive.set_filed_on("2013-05-06");
  archive.set_established_on("2013-06-03");
  archive.set_status(v1::ARCHIVE_STATUS_REPORTED);
  archive.set_determined_category(v1::HARDSHIP_CATEGORY_OTHER);
  archive.mutable_members(0)->set_name("王某芳");
  sample::AddDueMaterials(archive, v1::HARDSHIP_CATEGORY_OTHER);
  Write(archive, 0, "monthly_income_fen", "1625");
  Write(archive, 0, "other_yearly_income_fen", "0");
  Write(archive, 0, "hardship_expense_fen", "30000");
  Write(archive, 0, "main_cause", "子女上学");
  Write(archive, 0, "secondary_causes", "收入低");
  for (int row = 1; row <= archive.members_size(); ++row) {
    const v1::Member& member = archive.members(row - 1);
    Write(archive, row, "name", member.name());
    Write(archive, row, "relation", row == 1 ? "妻" : "儿子");
    Write(archive, row, "sex", row == 1 ? "女" : "男");
    Write(archive, row, "political_status", "群众");
    Write(archive, row, "identity_number", member.identity_number());
    Write(archive, row, "monthly_income_fen", "0");
  }
  archive.set_paper_checked_on("2014-03-20");
  return archive;
}

v1::Material& PaperOf(v1::Archive& archive, v1::MaterialKind kind) {
  for (v1::Material& material : *archive.mutable_materials()) {
    if (material.kind() == kind) return material;
  }
  ADD_FAILURE() << kind;
  return *archive.add_materials();
}

TEST_F(RectificationTest, InOrderIsRectifiedOnTheDayOfTheCheck) {
  const Rectification result = On(CivilDay(2014, 4, 1), Rectified());
  EXPECT_THAT(Short(result.open), IsEmpty());
  EXPECT_EQ(result.state, State::kOnTime);
  EXPECT_EQ(result.rectified_on, CivilDay(2014, 3, 20));
  EXPECT_EQ(result.last_day, kLastDay);
}

TEST_F(RectificationTest, Cohort) {
  struct Example {
    const char* established_on;
    const char* ended_on;
    v1::Tier tier;
    bool in_cohort;
  };
  for (const auto& [established_on, ended_on, tier, in_cohort] : {
           Example{"2013-06-03", "", v1::TIER_A, true},
           Example{"2014-02-28", "", v1::TIER_A, true},
           Example{"2014-03-01", "", v1::TIER_A, true},
           Example{"2014-03-02", "", v1::TIER_A, false},
           Example{"", "", v1::TIER_A, false},
           Example{"2013-06-03", "2014-02-28", v1::TIER_A, false},
           Example{"2013-06-03", "2014-03-01", v1::TIER_A, true},
           Example{"2013-06-03", "2014-03-02", v1::TIER_A, true},
           Example{"2013-06-03", "", v1::TIER_UNSPECIFIED, true},
           Example{"2013-06-03", "", v1::TIER_B, false},
           Example{"2013-06-03", "", v1::TIER_C, false},
       }) {
    v1::Archive archive = Rectified();
    archive.set_established_on(established_on);
    archive.set_ended_on(ended_on);
    archive.set_tier(tier);
    const Rectification result = On(CivilDay(2014, 4, 1), archive);
    EXPECT_EQ(result.state != State::kNotInCohort, in_cohort)
        << established_on << " " << ended_on << " " << tier;
    EXPECT_EQ(result.last_day.has_value(), in_cohort);
    EXPECT_EQ(result.rectified_on.has_value(), in_cohort);
  }
}

TEST_F(RectificationTest, NothingBeforeTheCampaignOrWithoutOne) {
  EXPECT_EQ(On(CivilDay(2014, 2, 28), Rectified()).state, State::kNotInCohort);
  EXPECT_EQ(On(CivilDay(2014, 3, 1), Rectified()).state, State::kOpen);
  book_ = PolicyBook();
  EXPECT_EQ(On(CivilDay(2014, 4, 1), Rectified()).state, State::kNotInCohort);
}

TEST_F(RectificationTest, OnTimeUntilTheEndOfTheLastDay) {
  for (const auto& [checked_on, state] :
       {std::pair("2014-04-14", State::kOnTime), std::pair("2014-04-15", State::kOnTime),
        std::pair("2014-04-16", State::kLate)}) {
    v1::Archive archive = Rectified();
    archive.set_paper_checked_on(checked_on);
    const Rectification result = On(CivilDay(2014, 12, 31), archive);
    EXPECT_EQ(result.state, state) << checked_on;
    EXPECT_EQ(FormatDate(*result.rectified_on), checked_on);
  }
}

// 15 April 23:59:59 in Shanghai is 15:59:59 in UTC.
TEST_F(RectificationTest, OverdueFromMidnightInShanghai) {
  v1::Archive archive = Rectified();
  archive.clear_paper_checked_on();
  const absl::Time last_second =
      absl::FromCivil(absl::CivilSecond(2014, 4, 15, 15, 59, 59), absl::UTCTimeZone());
  EXPECT_EQ(On(ShanghaiDay(last_second), archive).state, State::kOpen);
  EXPECT_EQ(On(ShanghaiDay(last_second + absl::Seconds(1)), archive).state, State::kOverdue);
}

TEST_F(RectificationTest, WhatIsOpen) {
  const auto lines = [this](const v1::Archive& archive) {
    const Rectification result = On(CivilDay(2014, 4, 1), archive);
    EXPECT_EQ(result.state, State::kOpen);
    EXPECT_EQ(result.rectified_on, std::nullopt);
    for (const v1::Finding& finding : result.open) EXPECT_EQ(finding.last_day(), "2014-04-15");
    return Short(result.open);
  };
  v1::Archive archive = Rectified();
  PaperOf(archive, v1::MATERIAL_KIND_CAUSE_PROOF).set_kind(v1::MATERIAL_KIND_APPLICATION_FORM);
  EXPECT_THAT(lines(archive), ElementsAre("E MATERIAL_MISSING materials R18"));

  archive = Rectified();
  archive.clear_housing_type();
  EXPECT_THAT(lines(archive), ElementsAre("E REQUIRED_MISSING housing_type R66"));

  archive = Rectified();
  archive.set_phone("12");
  EXPECT_THAT(lines(archive), ElementsAre("E BAD_PHONE phone R76"));

  archive = Rectified();
  archive.set_sex(v1::SEX_FEMALE);
  EXPECT_THAT(lines(archive), Contains(HasSubstr("E SEX_MISMATCH sex")));

  archive = Rectified();
  archive.mutable_paper_values(0)->set_text("2,300");
  EXPECT_THAT(lines(archive), ElementsAre(HasSubstr("E PAPER_DIFFERS monthly_income_fen R31")));

  archive = Rectified();
  archive.clear_paper_values();
  EXPECT_EQ(lines(archive),
            std::vector<std::string>(1, "W PAPER_NOT_TRANSCRIBED paper_values R31"));

  archive = Rectified();
  archive.clear_paper_checked_on();
  EXPECT_THAT(lines(archive), ElementsAre("E REQUIRED_MISSING paper_checked_on R31"));

  archive = Rectified();
  v1::Posting& posting = *archive.add_postings();
  posting.set_id(sample::Uuid(50));
  posting.set_posted_from("2014-02-23");
  posting.set_posted_until("2014-03-01");  // the certificate is of that day
  EXPECT_THAT(lines(archive), ElementsAre(HasSubstr("E CERTIFICATE_TOO_EARLY materials")));
  posting.set_posted_from("2014-02-22");
  posting.set_posted_until("2014-02-28");
  EXPECT_EQ(On(CivilDay(2014, 4, 1), archive).state, State::kOnTime);
}

TEST_F(RectificationTest, WarningsAreNotOpen) {
  v1::Archive archive = Rectified();
  archive.set_marital_status(v1::MARITAL_STATUS_SINGLE);
  EXPECT_THAT(Short(On(CivilDay(2014, 4, 1), archive).open), IsEmpty());
}

TEST_F(RectificationTest, TheLastPaperThatWasDueCountsNotLaterOnes) {
  for (const auto& [received_on, state] :
       {std::pair("2014-04-15", State::kOnTime), std::pair("2014-04-16", State::kLate)}) {
    v1::Archive archive = Rectified();
    PaperOf(archive, v1::MATERIAL_KIND_CAUSE_PROOF).set_received_on(received_on);
    Rectification result = On(CivilDay(2014, 12, 31), archive);
    EXPECT_EQ(result.state, state);
    EXPECT_EQ(FormatDate(*result.rectified_on), received_on);

    // One more of a kind that was there.
    archive = Rectified();
    *archive.add_materials() = PaperOf(archive, v1::MATERIAL_KIND_CAUSE_PROOF);
    archive.mutable_materials()->rbegin()->set_id(sample::Uuid(2000));
    archive.mutable_materials()->rbegin()->set_received_on(received_on);
    result = On(CivilDay(2014, 12, 31), archive);
    EXPECT_EQ(result.state, State::kOnTime);
    EXPECT_EQ(result.rectified_on, CivilDay(2014, 3, 20));
  }
}

TEST_F(RectificationTest, AsOfAnyDay) {
  v1::Archive archive = Rectified();
  PaperOf(archive, v1::MATERIAL_KIND_CAUSE_PROOF).set_received_on("2014-04-20");
  archive.set_paper_checked_on("2014-03-20");
  EXPECT_THAT(
      Short(On(CivilDay(2014, 3, 19), archive).open),
      ElementsAre("E MATERIAL_MISSING materials R18", "E REQUIRED_MISSING paper_checked_on R31"));
  EXPECT_THAT(Short(On(CivilDay(2014, 3, 20), archive).open),
              ElementsAre("E MATERIAL_MISSING materials R18"));
  EXPECT_EQ(On(CivilDay(2014, 4, 15), archive).state, State::kOpen);
  EXPECT_EQ(On(CivilDay(2014, 4, 16), archive).state, State::kOverdue);
  EXPECT_EQ(On(CivilDay(2014, 4, 19), archive).state, State::kOverdue);
  EXPECT_EQ(On(CivilDay(2014, 4, 20), archive).state, State::kLate);
}

TEST_F(RectificationTest, LaterPostingsAreNotKnownYet) {
  v1::Archive archive = Rectified();
  v1::Posting& posting = *archive.add_postings();
  posting.set_id(sample::Uuid(50));
  posting.set_posted_from("2014-05-05");
  posting.set_posted_until("2014-05-07");  // too short
  EXPECT_EQ(On(CivilDay(2014, 5, 4), archive).state, State::kOnTime);
  EXPECT_EQ(On(CivilDay(2014, 5, 5), archive).state, State::kOverdue);
}

TEST_F(RectificationTest, EndedOnADayThatNobodyWroteDown) {
  v1::Archive archive = Rectified();
  archive.clear_paper_values();
  for (const char* ended_on : {"", "2014年"}) {
    archive.set_ended_on(ended_on);
    archive.set_status(v1::ARCHIVE_STATUS_WITHDRAWN);
    EXPECT_EQ(On(CivilDay(2014, 5, 1), archive).state, State::kNotInCohort);
    archive.set_status(v1::ARCHIVE_STATUS_REPORTED);
    EXPECT_EQ(On(CivilDay(2014, 5, 1), archive).state, State::kOverdue);
  }
}

TEST_F(RectificationTest, EndSettlesWhatWasOpen) {
  v1::Archive archive = Rectified();
  archive.clear_paper_values();
  archive.set_ended_on("2014-04-10");
  EXPECT_EQ(On(CivilDay(2014, 4, 9), archive).state, State::kOpen);
  EXPECT_EQ(On(CivilDay(2014, 4, 10), archive).state, State::kOnTime);
  EXPECT_THAT(Short(On(CivilDay(2014, 4, 10), archive).open), IsEmpty());
  archive.set_ended_on("2014-04-16");
  EXPECT_EQ(On(CivilDay(2014, 4, 16), archive).state, State::kLate);
  // What came in after the end does not make it late.
  archive = Rectified();
  archive.set_ended_on("2014-04-10");
  archive.set_paper_checked_on("2014-04-20");
  EXPECT_EQ(On(CivilDay(2014, 4, 20), archive).rectified_on, CivilDay(2014, 4, 10));
  // What was rectified before stays so.
  archive = Rectified();
  archive.set_ended_on("2014-12-01");
  EXPECT_EQ(On(CivilDay(2014, 12, 31), archive).rectified_on, CivilDay(2014, 3, 20));
}

}  // namespace
}  // namespace bangfu::domain
