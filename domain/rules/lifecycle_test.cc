#include "domain/rules/lifecycle.h"

#include <string>
#include <vector>

#include "base/limits.h"
#include "domain/rules/form.h"
#include "domain/rules/sample_archive.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::domain {
namespace {

using sample::kArchiveId;
using sample::kToday;
using sample::Short;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kUnion[] = "hz.gongye";
constexpr char kUnit[] = "hz.gongye.xiangjiao";
constexpr char kCenter[] = "hz.fuwu";

OrgTree Orgs() {
  v1::OrgTree tree;
  const auto add = [&tree](const char* id, v1::OrgKind kind) {
    v1::Org& org = *tree.add_orgs();
    org.set_id(id);
    org.set_kind(kind);
  };
  add("hz", v1::ORG_KIND_CITY);
  add(kCenter, v1::ORG_KIND_SERVICE_CENTER);
  add(kUnion, v1::ORG_KIND_INDUSTRY);
  add(kUnit, v1::ORG_KIND_ENTERPRISE);
  add("hz.gongye.jichuang", v1::ORG_KIND_ENTERPRISE);
  add("hz.jiaoyu", v1::ORG_KIND_INDUSTRY);
  return *OrgTree::Build(tree);
}

v1::Change By(const std::string& person, const std::string& org) {
  v1::Change change;
  change.set_change_id(sample::Uuid(7));
  change.set_record_type(v1::RECORD_TYPE_ARCHIVE);
  change.set_record_id(kArchiveId);
  change.mutable_actor()->set_person_id(person);
  change.mutable_actor()->set_person_name("李" + person);
  change.mutable_actor()->set_org(org);
  change.mutable_entry_time()->set_seconds(1394420400);
  return change;
}

v1::Change Submit(const std::string& person, const std::string& org) {
  v1::Change change = By(person, org);
  change.mutable_submit()->set_opinion("情况属实");
  return change;
}

v1::Change Review(const std::string& person, const std::string& org) {
  v1::Change change = By(person, org);
  change.mutable_review()->set_opinion("同意");
  return change;
}

v1::Change Approve(const std::string& person, const std::string& org,
                   v1::HardshipCategory category = v1::HARDSHIP_CATEGORY_OTHER) {
  v1::Change change = By(person, org);
  change.mutable_approve()->set_determined_category(category);
  change.mutable_approve()->set_opinion("准予建档");
  return change;
}

v1::Change Return(const std::string& person, const std::string& org) {
  v1::Change change = By(person, org);
  change.mutable_return_()->set_reason("请补充收入证明");
  return change;
}

// A complete draft.
v1::Archive Draft() {
  v1::Archive archive = sample::Staff();
  sample::AddDueMaterials(archive, archive.claimed_category());
  return archive;
}

v1::Archive In(v1::ArchiveStatus status) {
  v1::Archive archive = Draft();
  archive.set_status(status);
  archive.mutable_handling()->set_person_id("handler");
  if (status != v1::ARCHIVE_STATUS_SUBMITTED) archive.mutable_review()->set_person_id("reviewer");
  return archive;
}

std::vector<std::string> Check(const v1::Archive& archive, const v1::Change& change) {
  return Short(CheckStep(archive, change, Orgs(), kToday));
}

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

TEST(CheckStepTest, StatusDecides) {
  struct Row {
    v1::ArchiveStatus status;
    bool submit, review, approve, give_back;
  };
  const Row rows[] = {
      {v1::ARCHIVE_STATUS_UNSPECIFIED, true, false, false, false},
      {v1::ARCHIVE_STATUS_DRAFT, true, false, false, false},
      {v1::ARCHIVE_STATUS_SUBMITTED, false, true, false, true},
      {v1::ARCHIVE_STATUS_REVIEWED, false, false, true, true},
      {v1::ARCHIVE_STATUS_ESTABLISHED, false, false, false, true},
      {v1::ARCHIVE_STATUS_RETURNED, true, false, false, false},
      {v1::ARCHIVE_STATUS_REPORTED, false, false, false, false},
      {v1::ARCHIVE_STATUS_WITHDRAWN, false, false, false, false},
      {v1::ARCHIVE_STATUS_DEREGISTERED, false, false, false, false},
      {v1::ARCHIVE_STATUS_MERGED, false, false, false, false},
  };
  const std::vector<std::string> allowed;
  const std::vector<std::string> refused = {"E WRONG_STATUS status R39"};
  for (const Row& row : rows) {
    v1::Archive archive = Draft();
    archive.set_status(row.status);
    const std::string name = v1::ArchiveStatus_Name(row.status);
    EXPECT_EQ(Check(archive, Submit("a", kUnit)), row.submit ? allowed : refused) << name;
    EXPECT_EQ(Check(archive, Review("b", kUnion)), row.review ? allowed : refused) << name;
    EXPECT_EQ(Check(archive, Approve("c", kCenter)), row.approve ? allowed : refused) << name;
    EXPECT_EQ(Check(archive, Return("b", kUnion)), row.give_back ? allowed : refused) << name;
  }
}

TEST(CheckStepTest, TierAndOrgOfTheActorDecide) {
  struct Row {
    v1::Tier tier;
    const char* org;
    bool submit, review, approve, give_back;
  };
  const Row rows[] = {
      {v1::TIER_A, kUnit, true, false, false, false},
      {v1::TIER_A, kUnion, true, true, false, true},
      {v1::TIER_A, kCenter, false, false, true, true},
      {v1::TIER_A, "hz.gongye.jichuang", true, false, false, false},
      {v1::TIER_A, "hz.jiaoyu", false, false, false, false},
      {v1::TIER_A, "hz.gongyex", false, false, false, false},
      {v1::TIER_A, "hz", false, false, false, false},
      {v1::TIER_A, "", false, false, false, false},
      {v1::TIER_UNSPECIFIED, kUnion, true, true, false, true},
      {v1::TIER_UNSPECIFIED, kCenter, false, false, true, true},
      {v1::TIER_B, kUnit, true, true, false, false},
      {v1::TIER_B, kUnion, true, true, true, true},
      {v1::TIER_B, kCenter, false, false, false, true},
      {v1::TIER_C, kUnit, true, true, true, true},
      {v1::TIER_C, kUnion, false, false, false, false},
      {v1::TIER_C, kCenter, false, false, false, true},
  };
  const auto permitted = [](const v1::Archive& archive, const v1::Change& change) {
    for (const v1::Finding& finding : CheckStep(archive, change, Orgs(), kToday)) {
      if (finding.code() == v1::FINDING_CODE_NOT_PERMITTED) return false;
    }
    return true;
  };
  for (const Row& row : rows) {
    const std::string name = absl::StrCat(v1::Tier_Name(row.tier), " ", row.org);
    v1::Archive archive = Draft();
    archive.set_tier(row.tier);
    EXPECT_EQ(permitted(archive, Submit("a", row.org)), row.submit) << name;
    archive.set_status(v1::ARCHIVE_STATUS_SUBMITTED);
    EXPECT_EQ(permitted(archive, Review("a", row.org)), row.review) << name;
    archive.set_status(v1::ARCHIVE_STATUS_REVIEWED);
    EXPECT_EQ(permitted(archive, Approve("a", row.org)), row.approve) << name;
    EXPECT_EQ(permitted(archive, Return("a", row.org)), row.give_back) << name;
  }
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

TEST(CheckStepTest, APutIsNoStep) {
  v1::Change change = By("a", kUnit);
  EXPECT_FALSE(IsStep(change));
  change.mutable_put();
  EXPECT_FALSE(IsStep(change));
  EXPECT_THAT(Check(Draft(), change), ElementsAre("E MALFORMED  R39"));
}

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

v1::Change Put(const v1::Archive& archive, const std::vector<std::string>& fields) {
  v1::Change change = By("a", kUnit);
  change.mutable_put()->set_record(archive.SerializeAsString());
  for (const std::string& field : fields) change.mutable_put()->add_changed_fields(field);
  return change;
}

TEST(PreviewTest, PutWritesOnlyItsChangedFields) {
  v1::Archive record = Draft();
  v1::Archive sent = Draft();
  sent.set_phone("13900000000");
  sent.set_address("别处");
  sent.mutable_members()->DeleteSubrange(1, 1);
  ASSERT_TRUE(
      Preview(record, Put(sent, {"phone", std::string("members[") + sample::kSonId + "]"}), kToday)
          .ok());
  EXPECT_EQ(record.phone(), "13900000000");
  EXPECT_EQ(record.address(), Draft().address());
  EXPECT_EQ(record.members_size(), 1);
  EXPECT_EQ(record.members(0).id(), sample::kWifeId);
}

TEST(PreviewTest, PutClearsWhatItLeavesEmpty) {
  v1::Archive record = Draft();
  v1::Archive sent = Draft();
  sent.clear_hardship_expense_fen();
  ASSERT_TRUE(Preview(record, Put(sent, {"hardship_expense_fen"}), kToday).ok());
  EXPECT_FALSE(record.has_hardship_expense_fen());
}

TEST(PreviewTest, CreationWritesAllThatIsSet) {
  v1::Archive record;
  ASSERT_TRUE(Preview(record, Put(sample::Staff(), {}), kToday).ok());
  EXPECT_EQ(record.SerializeAsString(), sample::Staff().SerializeAsString());
  // Also when fields are named: the record gets its id.
  v1::Archive named;
  ASSERT_TRUE(Preview(named, Put(sample::Staff(), {"phone"}), kToday).ok());
  EXPECT_EQ(named.id(), kArchiveId);
  EXPECT_EQ(named.phone(), "13805710000");
  EXPECT_EQ(named.members_size(), 0);
}

TEST(PreviewTest, StepsAreTakenExceptApproval) {
  v1::Archive record = Draft();
  ASSERT_TRUE(Preview(record, Submit("a", kUnit), kToday).ok());
  EXPECT_EQ(record.status(), v1::ARCHIVE_STATUS_SUBMITTED);
  EXPECT_EQ(record.handling().person_id(), "a");
  ASSERT_TRUE(Preview(record, Review("b", kUnion), kToday).ok());
  EXPECT_EQ(record.status(), v1::ARCHIVE_STATUS_REVIEWED);
  const std::string before = record.SerializeAsString();
  ASSERT_TRUE(Preview(record, Approve("c", kCenter), kToday).ok());
  EXPECT_EQ(record.SerializeAsString(), before);
  ASSERT_TRUE(Preview(record, Return("b", kUnion), kToday).ok());
  EXPECT_EQ(record.status(), v1::ARCHIVE_STATUS_RETURNED);
}

TEST(PreviewTest, WhatDoesNotFitIsRefusedAndChangesNothing) {
  v1::Change other_type = Put(Draft(), {"phone"});
  other_type.set_record_type(v1::RECORD_TYPE_VISIT);
  v1::Change unknown_type = Put(Draft(), {"phone"});
  unknown_type.set_record_type(v1::RECORD_TYPE_UNSPECIFIED);
  v1::Change other_record = Put(Draft(), {"phone"});
  other_record.set_record_id(sample::Uuid(2));
  v1::Change broken = Put(Draft(), {"phone"});
  broken.mutable_put()->set_record("\xff\xff");
  v1::Archive sent = Draft();
  sent.set_phone("13900000000");
  const v1::Change cases[] = {other_type,
                              unknown_type,
                              other_record,
                              broken,
                              Put(sent, {"phone", "no_such_field"}),
                              By("a", kUnit),
                              Review("a", kUnion),
                              Approve("a", kCenter)};
  for (const v1::Change& change : cases) {
    v1::Archive record = Draft();
    const absl::Status status = Preview(record, change, kToday);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << change.ShortDebugString();
    EXPECT_EQ(record.SerializeAsString(), Draft().SerializeAsString());
  }
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

}  // namespace
}  // namespace bangfu::domain
