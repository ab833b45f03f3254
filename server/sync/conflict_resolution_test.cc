#include "server/sync/conflict_resolution.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bangfu/v1/visit.pb.h"
#include "domain/record/field_values.h"
#include "domain/rules/sample_archive.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/authz/orgs_fixture.h"

namespace bangfu::server {
namespace {

using domain::sample::kArchiveId;
using domain::sample::kSonId;
using domain::sample::kWifeId;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kNode[] = "hz/city";
constexpr char kChangeId[] = "01910000-0000-7000-8000-000000000001";
constexpr char kParkedId[] = "01910000-0000-7000-8000-000000000002";

// The city decides about an entry concerning the sample archive.
class ConflictResolutionTest : public testing::Test {
 protected:
  ConflictResolutionTest() {
    archive_ = domain::sample::Staff();
    archive_.set_phone("13800000000");
    entry_.set_id(ConflictIdOf());
    entry_.set_kind(v1::CONFLICT_KIND_FIELDS);
    entry_.set_state(v1::CONFLICT_STATE_OPEN);
    entry_.set_record_type(v1::RECORD_TYPE_ARCHIVE);
    entry_.set_record_id(kArchiveId);
    entry_.set_org(kUnitOrg);
    entry_.set_logged_by(kNode);
    AddField("phone", "13800000000", "13900000000");
    v1::Change& theirs = *entry_.mutable_change();
    theirs.set_change_id(kParkedId);
    theirs.set_record_type(v1::RECORD_TYPE_ARCHIVE);
    theirs.set_record_id(kArchiveId);
    theirs.set_base_revision(3);
    theirs.mutable_actor()->set_person_id("writer");
    theirs.mutable_actor()->set_org(kUnitOrg);
    theirs.mutable_entry_time()->set_seconds(1394400000);

    change_.set_change_id(kChangeId);
    change_.set_record_type(v1::RECORD_TYPE_ARCHIVE);
    change_.set_record_id(kArchiveId);
    change_.mutable_actor()->set_person_id("decider");
    change_.mutable_actor()->set_org(kUnitOrg);
    change_.mutable_entry_time()->set_seconds(1394420400);
    change_.mutable_resolve_conflict()->set_conflict_id(entry_.id());
  }

  static std::string ConflictIdOf() { return "01910000-0000-8000-8000-00000000000c"; }

  // Without a side: empty.
  void AddField(const std::string& path, std::optional<std::string> ours,
                std::optional<std::string> theirs) {
    v1::FieldConflict& field = *entry_.add_fields();
    field.set_field(path);
    if (ours) field.set_ours(*ours);
    if (theirs) field.set_theirs(*theirs);
  }

  void SetTheirs(const v1::Archive& theirs, const std::vector<std::string>& fields = {}) {
    v1::Put& put = *entry_.mutable_change()->mutable_put();
    put.set_record(theirs.SerializeAsString());
    for (const std::string& field : fields) put.add_changed_fields(field);
  }

  Ruling Decide(v1::ConflictDecision decision, bool has_record = true) {
    change_.mutable_resolve_conflict()->set_decision(decision);
    WorkingRecord record;
    record.stored.type = v1::RECORD_TYPE_ARCHIVE;
    record.stored.id = kArchiveId;
    record.stored.revision = 9;
    record.stored.org = archive_.unit();
    record.message = std::make_unique<v1::Archive>(archive_);
    std::vector<const Revision*> unseen;
    for (const Revision& revision : unseen_) unseen.push_back(&revision);
    const ActorRights actor = ActorRights::OfOrg(orgs_, change_.actor().org());
    return DecideConflict({node_, has_upstream_, orgs_, principal_, actor}, change_,
                          known_ ? &entry_ : nullptr, has_record ? &record : nullptr, unseen);
  }
  Ruling Keep() { return Decide(v1::CONFLICT_DECISION_KEEP_OURS); }
  Ruling Take() { return Decide(v1::CONFLICT_DECISION_TAKE_THEIRS); }
  Ruling Write(const std::vector<std::pair<std::string, std::string>>& values) {
    for (const auto& [path, value] : values) {
      v1::DecidedField& field = *change_.mutable_resolve_conflict()->add_fields();
      field.set_field(path);
      field.set_value(value);
    }
    return Decide(v1::CONFLICT_DECISION_WRITE_VALUES);
  }

  static std::vector<v1::FindingCode> Codes(const Ruling& ruling) {
    // Exactly one of the three.
    EXPECT_EQ((ruling.findings.empty() ? 0 : 1) + (ruling.forward ? 1 : 0) +
                  (ruling.entry.has_value() ? 1 : 0),
              1);
    EXPECT_FALSE(!ruling.findings.empty() && ruling.apply.has_value());
    std::vector<v1::FindingCode> codes;
    for (const v1::Finding& finding : ruling.findings) codes.push_back(finding.code());
    return codes;
  }
  static v1::Archive BodyOf(const Ruling& ruling) {
    v1::Archive archive;
    EXPECT_TRUE(ruling.apply.has_value() && archive.ParseFromString(ruling.apply->put().record()));
    return archive;
  }
  static std::vector<std::string> FieldsOf(const Ruling& ruling) {
    EXPECT_TRUE(ruling.apply.has_value());
    if (!ruling.apply) return {};
    const auto& fields = ruling.apply->put().changed_fields();
    return {fields.begin(), fields.end()};
  }

  const domain::OrgTree orgs_ = HangzhouOrgs();
  Principal principal_ = NodeOf(kUnionOrg);
  std::string node_ = kNode;
  bool has_upstream_ = false;
  bool known_ = true;
  v1::Archive archive_;
  v1::Conflict entry_;
  v1::Change change_;
  std::vector<Revision> unseen_;
};

// ---- Fields

TEST_F(ConflictResolutionTest, KeepingOursWritesNothingAndSettlesTheEntry) {
  change_.mutable_resolve_conflict()->set_reason("已核实");
  const Ruling ruling = Keep();
  EXPECT_THAT(Codes(ruling), IsEmpty());
  EXPECT_FALSE(ruling.apply.has_value());
  ASSERT_TRUE(ruling.entry.has_value());
  EXPECT_EQ(ruling.entry->state(), v1::CONFLICT_STATE_RESOLVED);
  EXPECT_EQ(ruling.entry->resolution().change_id(), kChangeId);
  EXPECT_EQ(ruling.entry->resolution().decision(), v1::CONFLICT_DECISION_KEEP_OURS);
  EXPECT_EQ(ruling.entry->resolution().actor().person_id(), "decider");
  EXPECT_EQ(ruling.entry->resolution().entry_time().seconds(), 1394420400);
  EXPECT_EQ(ruling.entry->resolution().reason(), "已核实");
  EXPECT_EQ(ruling.entry->fields_size(), 1) << "both sides stay readable";
}

TEST_F(ConflictResolutionTest, TakingTheirsIsAnEditOfTheOneWhoDecides) {
  const Ruling ruling = Take();
  EXPECT_THAT(Codes(ruling), IsEmpty());
  EXPECT_THAT(FieldsOf(ruling), ElementsAre("phone"));
  EXPECT_EQ(BodyOf(ruling).phone(), "13900000000");
  EXPECT_EQ(BodyOf(ruling).name(), archive_.name());
  EXPECT_EQ(ruling.apply->change_id(), kChangeId);
  EXPECT_EQ(ruling.apply->actor().person_id(), "decider");
  EXPECT_EQ(ruling.apply->base_revision(), 9) << "nothing is unseen: it cannot conflict again";
  EXPECT_FALSE(ruling.apply->has_resolve_conflict());
}

TEST_F(ConflictResolutionTest, TheirsCanBeEmpty) {
  entry_.mutable_fields(0)->clear_theirs();
  const Ruling ruling = Take();
  EXPECT_THAT(FieldsOf(ruling), ElementsAre("phone"));
  EXPECT_EQ(BodyOf(ruling).phone(), "");
}

TEST_F(ConflictResolutionTest, WhatIsThereAlreadyIsNotWritten) {
  archive_.set_phone("13900000000");  // somebody entered their value meanwhile
  const Ruling ruling = Take();
  EXPECT_THAT(Codes(ruling), IsEmpty());
  EXPECT_FALSE(ruling.apply.has_value());
}

TEST_F(ConflictResolutionTest, AThirdValueCanBeWritten) {
  const Ruling ruling = Write({{"phone", "13700000000"}});
  EXPECT_THAT(Codes(ruling), IsEmpty());
  EXPECT_EQ(BodyOf(ruling).phone(), "13700000000");
  ASSERT_EQ(ruling.entry->resolution().fields_size(), 1);
  EXPECT_EQ(ruling.entry->resolution().fields(0).value(), "13700000000");
}

TEST_F(ConflictResolutionTest, OnlyFieldsOfTheEntryCanBeWritten) {
  EXPECT_THAT(Codes(Write({{"address", "别处"}})), ElementsAre(v1::FINDING_CODE_MALFORMED));
}

TEST_F(ConflictResolutionTest, EachFieldIsWrittenOnceAndNoneIsNoDecision) {
  EXPECT_THAT(Codes(Write({})), ElementsAre(v1::FINDING_CODE_MALFORMED));
  EXPECT_THAT(Codes(Write({{"phone", "13700000000"}, {"phone", "13700000001"}})),
              ElementsAre(v1::FINDING_CODE_MALFORMED));
}

TEST_F(ConflictResolutionTest, AValueThatTheFieldCannotHoldIsRefused) {
  AddField("sex", std::to_string(archive_.sex()), "2");
  EXPECT_THAT(Codes(Write({{"sex", "a word"}})), ElementsAre(v1::FINDING_CODE_MALFORMED));
}

TEST_F(ConflictResolutionTest, AValueThatNobodyHasSeenIsNotOverwritten) {
  archive_.set_phone("13600000000");
  EXPECT_THAT(Codes(Take()), ElementsAre(v1::FINDING_CODE_CHANGED_SINCE_READ));
  EXPECT_THAT(Codes(Write({{"phone", "13700000000"}})),
              ElementsAre(v1::FINDING_CODE_CHANGED_SINCE_READ));
  EXPECT_THAT(Codes(Keep()), IsEmpty()) << "or the entry could never be settled";
}

// ---- Elements of lists

TEST_F(ConflictResolutionTest, ARemovalThatWasLoggedCanBeDoneAfterAll) {
  AddField(absl::StrCat("members[", kSonId, "]"), "", std::nullopt);
  const Ruling ruling = Take();
  EXPECT_THAT(Codes(ruling), IsEmpty());
  const v1::Archive after = BodyOf(ruling);
  ASSERT_EQ(after.members_size(), 1);
  EXPECT_EQ(after.members(0).id(), kWifeId);
}

TEST_F(ConflictResolutionTest, ARemovalDoesNotTakeAwayWhatNobodyHasSeen) {
  entry_.clear_fields();
  AddField(absl::StrCat("members[", kSonId, "]"), "", std::nullopt);
  Revision elsewhere;
  elsewhere.before = {{absl::StrCat("members[", kWifeId, "].name"), "陈某"}};
  unseen_ = {elsewhere};
  EXPECT_THAT(Codes(Take()), IsEmpty());
  Revision within;
  within.before = {{absl::StrCat("members[", kSonId, "].name"), "陈某"}};
  unseen_ = {elsewhere, within};
  EXPECT_THAT(Codes(Take()), ElementsAre(v1::FINDING_CODE_CHANGED_SINCE_READ));
}

TEST_F(ConflictResolutionTest, AnElementComesBackAsTheirSideHadIt) {
  const v1::Archive with_son = archive_;
  archive_.mutable_members()->DeleteSubrange(1, 1);
  SetTheirs(with_son);
  // By its presence, or by one of its fields: never a shell.
  for (const char* field : {"", ".name"}) {
    entry_.clear_fields();
    const std::string path = absl::StrCat("members[", kSonId, "]", field);
    AddField(path, std::nullopt, domain::ReadFields(with_son).at(path));
    const Ruling ruling = Take();
    EXPECT_THAT(Codes(ruling), IsEmpty()) << path;
    EXPECT_EQ(domain::ReadFields(BodyOf(ruling)), domain::ReadFields(with_son)) << path;
  }
}

TEST_F(ConflictResolutionTest, AFieldOfAnElementIsRestoredInItsElement) {
  entry_.clear_fields();
  AddField(absl::StrCat("members[", kSonId, "].name"), "陈阿大", "陈小宝");
  const Ruling ruling = Take();
  EXPECT_THAT(Codes(ruling), IsEmpty());
  v1::Archive expected = archive_;
  expected.mutable_members(1)->set_name("陈小宝");
  EXPECT_EQ(domain::ReadFields(BodyOf(ruling)), domain::ReadFields(expected));
}

// ---- Rights

TEST_F(ConflictResolutionTest, WhoSeesNothingOfItFindsNothing) {
  principal_ = NodeOf(kOtherUnionOrg);
  EXPECT_THAT(Codes(Keep()), ElementsAre(v1::FINDING_CODE_NOT_FOUND));
  principal_ = NodeOf(kUnionOrg);
  change_.set_record_id(domain::sample::Uuid(99));  // an entry of another record
  EXPECT_THAT(Codes(Keep()), ElementsAre(v1::FINDING_CODE_NOT_FOUND));
  change_.set_record_id(kArchiveId);
  known_ = false;
  EXPECT_THAT(Codes(Keep()), ElementsAre(v1::FINDING_CODE_NOT_FOUND));
}

TEST_F(ConflictResolutionTest, WhoWritesNothingDecidesNothing) {
  principal_ = NodeOf(kCityOrg);
  for (const char* org : {kDepartmentOrg, kSiblingOrg}) {
    change_.mutable_actor()->set_org(org);
    EXPECT_THAT(Codes(Keep()), ElementsAre(v1::FINDING_CODE_NOT_PERMITTED)) << org;
  }
}

TEST_F(ConflictResolutionTest, TheCenterCorrectsTheFilingSideWithAReason) {
  principal_ = NodeOf(kCityOrg);
  change_.mutable_actor()->set_org(kCenterOrg);
  EXPECT_THAT(Codes(Take()), ElementsAre(v1::FINDING_CODE_REASON_MISSING));
  EXPECT_THAT(Codes(Keep()), IsEmpty());
  change_.mutable_resolve_conflict()->set_reason("电话核实");
  const Ruling ruling = Take();
  EXPECT_THAT(Codes(ruling), IsEmpty());
  EXPECT_EQ(ruling.apply->put().correction_reason(), "电话核实");
}

TEST_F(ConflictResolutionTest, NobodyWritesAFieldOfAnotherSide) {
  entry_.clear_fields();
  AddField("determined_category", std::nullopt, "1");
  EXPECT_THAT(Codes(Take()), ElementsAre(v1::FINDING_CODE_FIELD_NOT_OWNED));
}

TEST_F(ConflictResolutionTest, WhatIsFixedBySubmissionStaysForTheFilingSide) {
  archive_.set_status(v1::ARCHIVE_STATUS_SUBMITTED);
  entry_.clear_fields();
  AddField("name", archive_.name(), "陈建军");
  EXPECT_THAT(Codes(Take()), ElementsAre(v1::FINDING_CODE_WRONG_STATUS));
  change_.mutable_actor()->set_org(kCenterOrg);
  change_.mutable_resolve_conflict()->set_reason("核对户口簿");
  principal_ = NodeOf(kCityOrg);
  EXPECT_THAT(Codes(Take()), IsEmpty());
}

// ---- What was parked

TEST_F(ConflictResolutionTest, SettledEntriesStaySettled) {
  entry_.set_state(v1::CONFLICT_STATE_RESOLVED);
  for (const v1::ConflictDecision decision :
       {v1::CONFLICT_DECISION_KEEP_OURS, v1::CONFLICT_DECISION_TAKE_THEIRS}) {
    EXPECT_THAT(Codes(Decide(decision)), ElementsAre(v1::FINDING_CODE_CONFLICT_CLOSED));
  }
}

TEST_F(ConflictResolutionTest, EachKindTakesItsOwnDecisions) {
  struct Case {
    v1::ConflictKind kind;
    bool keep, take, write;
  };
  const Case cases[] = {
      {v1::CONFLICT_KIND_FIELDS, true, true, true},
      {v1::CONFLICT_KIND_MERGED, false, false, false},
      {v1::CONFLICT_KIND_FIELD_NOT_OWNED, true, false, false},
      {v1::CONFLICT_KIND_DUPLICATE_PERSON, true, true, false},
      {v1::CONFLICT_KIND_ENDED, true, false, false},
      {v1::CONFLICT_KIND_REFUSED_UPSTREAM, true, false, false},
      {v1::CONFLICT_KIND_MOVED, true, true, false},
      {v1::CONFLICT_KIND_UNREADABLE, true, false, false},
      {v1::CONFLICT_KIND_UNSPECIFIED, false, false, false},
  };
  EXPECT_EQ(std::size(cases), static_cast<size_t>(v1::ConflictKind_descriptor()->value_count()));
  principal_ = NodeOf(kCityOrg);
  change_.mutable_actor()->set_org(kCenterOrg);
  change_.mutable_resolve_conflict()->set_reason("核实");
  SetTheirs(archive_, {"phone"});
  for (const Case& c : cases) {
    entry_.set_kind(c.kind);
    EXPECT_EQ(Keep().entry.has_value(), c.keep) << v1::ConflictKind_Name(c.kind);
    EXPECT_EQ(Take().entry.has_value(), c.take) << v1::ConflictKind_Name(c.kind);
    change_.mutable_resolve_conflict()->clear_fields();
    const Ruling written = Write({{"phone", "13700000000"}});
    EXPECT_EQ(written.entry.has_value(), c.write) << v1::ConflictKind_Name(c.kind);
    EXPECT_EQ(written.findings.empty(), c.write) << v1::ConflictKind_Name(c.kind);
    EXPECT_FALSE(Decide(v1::CONFLICT_DECISION_UNSPECIFIED).entry.has_value());
  }
}

TEST_F(ConflictResolutionTest, WhetherAPersonIsFiledTwiceIsForTheCenter) {
  entry_.set_kind(v1::CONFLICT_KIND_DUPLICATE_PERSON);
  SetTheirs(archive_);
  EXPECT_THAT(Codes(Decide(v1::CONFLICT_DECISION_TAKE_THEIRS, false)),
              ElementsAre(v1::FINDING_CODE_NOT_PERMITTED));
  EXPECT_THAT(Codes(Decide(v1::CONFLICT_DECISION_KEEP_OURS, false)), IsEmpty())
      << "who filed it may take the filing back";

  principal_ = NodeOf(kCityOrg);
  change_.mutable_actor()->set_org(kCenterOrg);
  const Ruling ruling = Decide(v1::CONFLICT_DECISION_TAKE_THEIRS, false);
  EXPECT_THAT(Codes(ruling), IsEmpty());
  // Under the id of the decision, and for the rest as it was entered.
  EXPECT_EQ(ruling.apply->change_id(), kChangeId);
  EXPECT_EQ(ruling.apply->actor().person_id(), "writer");
  EXPECT_EQ(ruling.apply->entry_time().seconds(), 1394400000);
  EXPECT_EQ(ruling.apply->base_revision(), 3);
  EXPECT_EQ(ruling.apply->put().record(), archive_.SerializeAsString());
}

TEST_F(ConflictResolutionTest, AnEditOfARecordThatMovedAwayIsAppliedWhereItIsNow) {
  entry_.set_kind(v1::CONFLICT_KIND_MOVED);
  entry_.clear_fields();
  v1::Archive theirs = archive_;
  theirs.set_phone("13900000000");
  SetTheirs(theirs, {"phone"});
  archive_.set_unit(kOtherUnitOrg);
  entry_.set_org(kOtherUnitOrg);
  principal_ = NodeOf(kOtherUnionOrg);
  change_.mutable_actor()->set_org(kOtherUnitOrg);
  const Ruling ruling = Take();
  EXPECT_THAT(Codes(ruling), IsEmpty());
  EXPECT_THAT(FieldsOf(ruling), ElementsAre("phone"));
  EXPECT_EQ(BodyOf(ruling).phone(), "13900000000");
  EXPECT_EQ(BodyOf(ruling).unit(), kOtherUnitOrg) << "it does not move back";
  EXPECT_EQ(ruling.apply->actor().person_id(), "decider");
  EXPECT_EQ(ruling.apply->base_revision(), 3) << "newer values do not go under unseen";
}

TEST_F(ConflictResolutionTest, AWholeRecordThatMovedAwayStaysWhereItIs) {
  entry_.set_kind(v1::CONFLICT_KIND_MOVED);
  SetTheirs(archive_);  // no fields: all that are set, the old unit among them
  archive_.set_unit(kOtherUnitOrg);
  entry_.set_org(kOtherUnitOrg);
  principal_ = NodeOf(kOtherUnionOrg);
  change_.mutable_actor()->set_org(kOtherUnitOrg);
  const Ruling ruling = Take();
  EXPECT_EQ(BodyOf(ruling).unit(), kOtherUnitOrg);
  EXPECT_THAT(FieldsOf(ruling), testing::Not(testing::Contains("unit")));
  EXPECT_THAT(FieldsOf(ruling), testing::Contains("phone"));
}

TEST_F(ConflictResolutionTest, AVisitOfAnArchiveThatMovedAwayIsEnteredWhereItIsNow) {
  v1::Visit visit;
  visit.set_id(domain::sample::Uuid(7));
  visit.set_archive_id(kArchiveId);
  entry_.set_kind(v1::CONFLICT_KIND_MOVED);
  for (v1::Change* change : {&change_, entry_.mutable_change()}) {
    change->set_record_type(v1::RECORD_TYPE_VISIT);
    change->set_record_id(visit.id());
  }
  entry_.set_record_type(v1::RECORD_TYPE_VISIT);
  entry_.set_record_id(visit.id());
  entry_.mutable_change()->mutable_put()->set_record(visit.SerializeAsString());
  EXPECT_THAT(Codes(Decide(v1::CONFLICT_DECISION_TAKE_THEIRS, false)),
              ElementsAre(v1::FINDING_CODE_NOT_FOUND))
      << "an edit of a visit that is not here";
  entry_.mutable_change()->set_base_revision(0);
  const Ruling ruling = Decide(v1::CONFLICT_DECISION_TAKE_THEIRS, false);
  EXPECT_THAT(Codes(ruling), IsEmpty());
  EXPECT_EQ(ruling.apply->put().record(), visit.SerializeAsString());
  EXPECT_THAT(FieldsOf(ruling), IsEmpty()) << "all that are set";
  EXPECT_EQ(ruling.apply->base_revision(), 0);
  EXPECT_EQ(ruling.apply->actor().person_id(), "decider");
}

TEST_F(ConflictResolutionTest, NobodySignsForSomebodyElse) {
  entry_.set_kind(v1::CONFLICT_KIND_MOVED);
  entry_.mutable_change()->mutable_submit()->set_opinion("情况属实");
  EXPECT_THAT(Codes(Take()), ElementsAre(v1::FINDING_CODE_CONFLICT_CLOSED));
  EXPECT_THAT(Codes(Keep()), IsEmpty());
}

// ---- Which node decides

TEST_F(ConflictResolutionTest, TheNodeThatLoggedItDecides) {
  has_upstream_ = true;
  node_ = "hz.gongye/gongye";
  const Ruling ruling = Take();
  EXPECT_THAT(Codes(ruling), IsEmpty());
  EXPECT_TRUE(ruling.forward);
  EXPECT_FALSE(ruling.apply.has_value());

  entry_.set_logged_by(node_);
  EXPECT_FALSE(Take().forward);
  EXPECT_TRUE(Take().apply.has_value());

  has_upstream_ = false;  // nobody is above: a node that got another name
  entry_.set_logged_by("hz/old-name");
  EXPECT_FALSE(Take().forward);
  EXPECT_TRUE(Take().entry.has_value());
}

TEST_F(ConflictResolutionTest, WhatTheParentHasSettledIsNotAskedAgain) {
  has_upstream_ = true;
  node_ = "hz.gongye/gongye";
  entry_.set_state(v1::CONFLICT_STATE_RESOLVED);
  entry_.mutable_resolution()->set_change_id(kParkedId);
  EXPECT_THAT(Codes(Keep()), ElementsAre(v1::FINDING_CODE_CONFLICT_CLOSED));
  entry_.mutable_resolution()->set_change_id(kChangeId);
  EXPECT_TRUE(Keep().forward) << "by this very change, offered again";
}

TEST_F(ConflictResolutionTest, ANodeWithoutTheEntryLeavesItToItsParent) {
  has_upstream_ = true;
  known_ = false;
  EXPECT_TRUE(Keep().forward);
}

}  // namespace
}  // namespace bangfu::server
