#include <string>
#include <vector>

#include "bangfu/v1/aid_event.pb.h"
#include "bangfu/v1/visit.pb.h"
#include "base/limits.h"
#include "server/sync/push.h"
#include "server/sync/sync_fixture.h"

// The life of an archive after its establishment, at the city's node.
namespace bangfu::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kNumber[] = "工业橡胶20140001";

class LifeTest : public testing::Test {
 protected:
  // Establishes a household on 2014-03-10.
  std::string Establish(int number, const std::string& unit = kUnitOrg) {
    node_.MustPush(kCityOrg, make_.UntilApproved(Household(number, unit)));
    return ArchiveId(number);
  }

  // Establishes a temporary family and reports a new cause.
  std::string EstablishTemporary(int number) {
    v1::Archive archive = Household(number);
    archive.set_claimed_category(v1::HARDSHIP_CATEGORY_TEMPORARY);
    std::vector<v1::Change> changes = make_.UntilReviewed(archive);
    changes.push_back(make_.Approve(Approver(), archive.id(), v1::HARDSHIP_CATEGORY_TEMPORARY));
    node_.MustPush(kCityOrg, changes);
    v1::Archive reported = node_.Archive(archive.id());
    v1::CauseReport& report = *reported.add_cause_reports();
    report.set_id(kReportId);
    report.set_reported_on("2014-03-10");
    report.set_cause(v1::HARDSHIP_CAUSE_OWN_ILLNESS);
    const std::string path = absl::StrCat("cause_reports[", kReportId, "]");
    node_.MustPush(kUnitOrg,
                   {make_.Put(Handler(), reported, node_.RevisionOf(archive.id()), {path})});
    return archive.id();
  }

  v1::Change Aid(int number, const std::string& archive, const std::string& entered) {
    v1::AidEvent aid;
    aid.set_id(domain::sample::Uuid(900 + number));
    aid.set_archive_id(archive);
    aid.set_aided_on("2014-03-01");
    aid.set_amount_fen(50000);
    v1::Change change = make_.Put(Handler(), aid, aid.id());
    change.set_record_type(v1::RECORD_TYPE_AID_EVENT);
    absl::Time time;
    std::string error;
    EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, entered, &time, &error)) << error;
    change.mutable_entry_time()->set_seconds(absl::ToUnixSeconds(time));
    return change;
  }
  v1::AidEvent StoredAid(int number) {
    v1::AidEvent aid;
    const auto record = node_.Stored(domain::sample::Uuid(900 + number));
    EXPECT_TRUE(record.has_value() && aid.ParseFromString(record->body));
    return aid;
  }

  v1::Change NoAid(const std::string& id) {
    return make_.Withdraw(Approver(), id, v1::WITHDRAWAL_BASIS_NO_AID);
  }
  // The last day that a refused withdrawal names.
  static std::string LastDay(const v1::Outcome& outcome) {
    EXPECT_THAT(outcome, HasVerdict(v1::VERDICT_REFUSED));
    EXPECT_THAT(Codes(outcome), ElementsAre("BASIS_MISSING withdrawal_basis"));
    return outcome.findings_size() == 0 ? "" : outcome.findings(0).last_day();
  }

  static constexpr char kReportId[] = "01900000-0000-7000-8000-000000000c01";

  SettableClock clock_;
  ChangeMaker make_;
  TestNode node_{clock_, NodeRole{}};
};

// ---- Withdrawal (R49, R52).

TEST_F(LifeTest, WithdrawnWhenAYearWentByWithoutAid) {
  const std::string id = Establish(1);
  clock_.Set("2015-03-10T23:59:59+08:00");
  EXPECT_EQ(LastDay(node_.Push(kCenterOrg, NoAid(id))), "2015-03-10");
  EXPECT_EQ(node_.Archive(id).status(), v1::ARCHIVE_STATUS_ESTABLISHED);
  clock_.Set("2015-03-10T16:00:00Z");  // the next day in Shanghai
  const v1::Outcome outcome = node_.Push(kCenterOrg, NoAid(id));
  EXPECT_THAT(outcome, HasVerdict(v1::VERDICT_ACCEPTED));
  const v1::Archive archive = node_.Archive(id);
  EXPECT_EQ(archive.status(), v1::ARCHIVE_STATUS_WITHDRAWN);
  EXPECT_EQ(archive.ended_on(), "2015-03-11");
  EXPECT_EQ(archive.withdrawal_basis(), v1::WITHDRAWAL_BASIS_NO_AID);
  EXPECT_EQ(archive.ending().person_id(), Approver().person_id());
  EXPECT_EQ(archive.number(), kNumber);
  v1::Archive answered;
  ASSERT_TRUE(answered.ParseFromString(outcome.record().body()));
  EXPECT_EQ(answered.SerializeAsString(), archive.SerializeAsString());
}

TEST_F(LifeTest, AidThatIsStoredCounts) {
  const std::string id = Establish(1);
  const std::string other = Establish(2);
  clock_.Set("2015-03-01T12:00:00+08:00");
  node_.MustPush(
      kUnitOrg, {Aid(1, id, "2014-12-01T10:00:00+08:00"), Aid(2, id, "2014-06-01T10:00:00+08:00")});
  clock_.Set("2015-03-20T12:00:00+08:00");
  const auto outcomes = node_.Push(kCenterOrg, {NoAid(id), NoAid(other)});
  EXPECT_EQ(LastDay(outcomes[0]), "2015-12-01");
  EXPECT_THAT(outcomes[1], HasVerdict(v1::VERDICT_ACCEPTED)) << "without aid of its own";
  clock_.Set("2015-12-02T00:00:00+08:00");
  EXPECT_THAT(node_.Push(kCenterOrg, NoAid(id)), HasVerdict(v1::VERDICT_ACCEPTED));
}

TEST_F(LifeTest, AidOfTheSameBatchCountsWhenItComesFirst) {
  const std::string first = Establish(1);
  const std::string second = Establish(2);
  clock_.Set("2015-03-20T12:00:00+08:00");
  const auto outcomes =
      node_.Push(kCityOrg, {Aid(1, first, "2015-03-20T10:00:00+08:00"), NoAid(first), NoAid(second),
                            Aid(2, second, "2015-03-20T10:00:00+08:00")});
  EXPECT_EQ(LastDay(outcomes[1]), "2016-03-20");
  EXPECT_THAT(outcomes[2], HasVerdict(v1::VERDICT_ACCEPTED));
}

TEST_F(LifeTest, AidThatTheBatchMovesToAnotherArchiveDoesNotCount) {
  const std::string id = Establish(1);
  const std::string other = Establish(2);
  clock_.Set("2015-03-20T12:00:00+08:00");
  node_.MustPush(kUnitOrg, {Aid(1, id, "2015-03-01T10:00:00+08:00")});
  v1::AidEvent moved = StoredAid(1);
  moved.set_archive_id(other);
  v1::Change move = make_.Put(Handler(), moved, moved.id(), 1, {"archive_id"});
  move.set_record_type(v1::RECORD_TYPE_AID_EVENT);
  const auto outcomes = node_.Push(kCityOrg, {move, NoAid(id), NoAid(other)});
  EXPECT_THAT(outcomes[1], HasVerdict(v1::VERDICT_ACCEPTED));
  EXPECT_EQ(LastDay(outcomes[2]), "2016-03-01");
}

TEST_F(LifeTest, WithdrawnWithoutANewCauseForHalfAYear) {
  const std::string id = EstablishTemporary(1);
  const auto withdraw = [&] {
    return node_.Push(kCenterOrg,
                      make_.Withdraw(Approver(), id, v1::WITHDRAWAL_BASIS_NO_NEW_CAUSE));
  };
  clock_.Set("2014-09-10T12:00:00+08:00");
  EXPECT_EQ(LastDay(withdraw()), "2014-09-10");
  clock_.Set("2014-09-11T12:00:00+08:00");
  EXPECT_THAT(withdraw(), HasVerdict(v1::VERDICT_ACCEPTED));
}

TEST_F(LifeTest, OnlyTheCenterWithdrawsTierA) {
  const std::string id = Establish(1);
  const v1::Outcome outcome = node_.Push(
      kUnionOrg, make_.Withdraw(ActorOf("head", kUnionOrg), id, v1::WITHDRAWAL_BASIS_OTHER));
  EXPECT_THAT(Codes(outcome), ElementsAre("NOT_PERMITTED"));
  EXPECT_EQ(node_.Archive(id).status(), v1::ARCHIVE_STATUS_ESTABLISHED);
}

// ---- After an end.

TEST_F(LifeTest, APersonIsFreeAfterAnEndAndGetsTheNextNumber) {  // A5
  int next = 1;
  const auto refile = [&](const v1::Change& end) {
    // The wife leads the second archive, the worker is a member.
    v1::Archive again = Household(100 + next);
    again.mutable_members(0)->set_identity_number(PersonOf(next, 0));
    again.mutable_members(0)->set_relation(v1::RELATION_HUSBAND);
    again.mutable_members(0)->set_sex(v1::SEX_MALE);
    again.set_sex(v1::SEX_FEMALE);
    again.set_identity_number(PersonOf(next, 1));
    const v1::Change filing = make_.Put(Handler(), again);
    EXPECT_THAT(node_.Push(kUnitOrg, filing), HasVerdict(v1::VERDICT_PARKED));
    node_.MustPush(kCityOrg, {end});
    v1::Change anew = filing;
    anew.set_change_id(domain::sample::Uuid(5000 + next));
    node_.MustPush(kCityOrg,
                   {anew, make_.Submit(Handler(), again.id()), make_.Review(Reviewer(), again.id()),
                    make_.Approve(Approver(), again.id())});
    EXPECT_EQ(node_.Archive(ArchiveId(next)).number(),
              absl::StrFormat("工业橡胶2014%04d", 2 * next - 1));
    EXPECT_EQ(node_.Archive(again.id()).number(), absl::StrFormat("工业橡胶2014%04d", 2 * next));
    ++next;
  };
  refile(make_.Deregister(Handler(), Establish(1)));
  refile(make_.Withdraw(Approver(), Establish(2), v1::WITHDRAWAL_BASIS_OTHER));
  refile(make_.MergeInto(Approver(), Establish(3), ArchiveId(101)));
  EXPECT_EQ(node_.Archive(ArchiveId(3)).merged_into(), ArchiveId(101));
}

TEST_F(LifeTest, InOneBatchToo) {
  const std::string id = Establish(1);
  v1::Archive again = Household(2);
  again.set_identity_number(PersonOf(1, 0));
  std::vector<v1::Change> batch = {make_.Deregister(Handler(), id)};
  for (v1::Change& change : make_.UntilApproved(again)) batch.push_back(std::move(change));
  node_.MustPush(kCityOrg, batch);
  EXPECT_EQ(node_.Archive(ArchiveId(2)).number(), "工业橡胶20140002");
}

TEST_F(LifeTest, WhatHasEndedTakesNoStepAndNoEdit) {
  const std::string id = Establish(1);
  Establish(2);
  node_.MustPush(kUnitOrg, {make_.Deregister(Handler(), id)});
  for (const v1::Change& change :
       {make_.Submit(Handler(), id), make_.Return(Approver(), id), make_.Report(Reporter(), id),
        make_.Withdraw(Approver(), id, v1::WITHDRAWAL_BASIS_NO_AID),
        make_.Deregister(Handler(), id), make_.MergeInto(Approver(), id, ArchiveId(2))}) {
    const v1::Outcome outcome = node_.Push(kCityOrg, change);
    EXPECT_THAT(Codes(outcome), ElementsAre("WRONG_STATUS status"));
    EXPECT_THAT(outcome.findings(0).message_en(), testing::HasSubstr("has ended"));
  }
  v1::Archive edited = node_.Archive(id);
  edited.set_phone("13805710009");
  EXPECT_THAT(node_.Push(kUnitOrg, make_.Put(Handler(), edited, node_.RevisionOf(id), {"phone"})),
              HasVerdict(v1::VERDICT_PARKED));
  EXPECT_EQ(node_.Archive(id).ending().opinion(), "走访发现已不符合条件");
}

TEST_F(LifeTest, ADraftIsDeregistered) {
  const v1::Archive draft = Household(1);
  node_.MustPush(kUnitOrg, {make_.Put(Handler(), draft), make_.Deregister(Handler(), draft.id())});
  EXPECT_EQ(node_.Archive(draft.id()).status(), v1::ARCHIVE_STATUS_DEREGISTERED);
  EXPECT_EQ(node_.Archive(draft.id()).number(), "");
}

TEST_F(LifeTest, NothingIsMergedIntoWhatIsNotThereOrHasEnded) {
  const std::string id = Establish(1);
  const std::string ended = Establish(2);
  node_.MustPush(kUnitOrg, {make_.Deregister(Handler(), ended)});
  node_.MustPush(kUnitOrg, {Aid(1, id, "2014-03-10T10:00:00+08:00")});
  const auto codes = [&](const std::string& target) {
    return Codes(node_.Push(kCenterOrg, make_.MergeInto(Approver(), id, target)));
  };
  EXPECT_THAT(codes(ArchiveId(77)), ElementsAre("NOT_FOUND merged_into"));
  EXPECT_THAT(codes(domain::sample::Uuid(901)), ElementsAre("NOT_FOUND merged_into"));  // aid
  EXPECT_THAT(codes(ended), ElementsAre("WRONG_STATUS merged_into"));
  EXPECT_EQ(node_.Archive(id).status(), v1::ARCHIVE_STATUS_ESTABLISHED);
}

// ---- Causes (R53).

TEST_F(LifeTest, ACauseThatQualifiesMovesTheCategoryAndKeepsTheNumber) {
  const std::string id = EstablishTemporary(1);
  node_.MustPush(kCenterOrg, {make_.DecideCause(Approver(), id, kReportId, v1::YES_NO_YES)});
  const v1::Archive archive = node_.Archive(id);
  EXPECT_EQ(archive.determined_category(), v1::HARDSHIP_CATEGORY_ACCIDENT);
  EXPECT_EQ(archive.number(), kNumber);
  EXPECT_EQ(archive.cause_reports(0).decided_on(), "2014-03-10");
  EXPECT_EQ(node_.Stored(id)->columns.category, v1::HARDSHIP_CATEGORY_ACCIDENT);
}

TEST_F(LifeTest, TheFilingSideNeitherMakesADecisionNorRemovesIt) {
  const std::string id = EstablishTemporary(1);
  const std::string report = absl::StrCat("cause_reports[", kReportId, "]");
  v1::Archive edited = node_.Archive(id);
  edited.mutable_cause_reports(0)->set_qualifies(v1::YES_NO_YES);
  v1::Change forged = make_.Put(Handler(), edited, node_.RevisionOf(id), {report + ".qualifies"});
  EXPECT_THAT(node_.Push(kUnitOrg, forged), HasVerdict(v1::VERDICT_REFUSED));
  EXPECT_EQ(node_.Archive(id).cause_reports(0).qualifies(), v1::YES_NO_UNSPECIFIED);
  node_.MustPush(kCenterOrg, {make_.DecideCause(Approver(), id, kReportId, v1::YES_NO_NO)});
  edited.clear_cause_reports();
  v1::Change removal = make_.Put(Handler(), edited, node_.RevisionOf(id), {report});
  EXPECT_THAT(node_.Push(kUnitOrg, removal), HasVerdict(v1::VERDICT_REFUSED));
  ASSERT_EQ(node_.Archive(id).cause_reports_size(), 1);
  EXPECT_EQ(node_.Archive(id).cause_reports(0).qualifies(), v1::YES_NO_NO);
  // Nor what it was about.
  edited = node_.Archive(id);
  edited.mutable_cause_reports(0)->set_cause(v1::HARDSHIP_CAUSE_DISABILITY);
  v1::Change other = make_.Put(Handler(), edited, node_.RevisionOf(id), {report + ".cause"});
  EXPECT_THAT(node_.Push(kUnitOrg, other), HasVerdict(v1::VERDICT_REFUSED));
  EXPECT_EQ(node_.Archive(id).cause_reports(0).cause(), v1::HARDSHIP_CAUSE_OWN_ILLNESS);
}

// ---- Reports (R39).

TEST_F(LifeTest, ReportedReturnedAndApprovedAgainKeepsItsNumber) {
  const std::string id = Establish(1);
  node_.MustPush(kCenterOrg, {make_.Report(Reporter(), id)});
  EXPECT_EQ(node_.Archive(id).status(), v1::ARCHIVE_STATUS_REPORTED);
  EXPECT_EQ(node_.Archive(id).reported_on(), "2014-03-10");
  clock_.Set("2015-02-01T12:00:00+08:00");
  node_.MustPush(kCityOrg, {make_.Return(Approver(), id), make_.Submit(Handler(), id),
                            make_.Review(Reviewer(), id), make_.Approve(Approver(), id),
                            make_.Report(Reporter(), id, "2015-0003")});
  const v1::Archive archive = node_.Archive(id);
  EXPECT_EQ(archive.number(), kNumber);
  EXPECT_EQ(archive.established_on(), "2014-03-10");
  EXPECT_EQ(archive.reported_on(), "2015-02-01");
  EXPECT_EQ(archive.report_package(), "2015-0003");
  EXPECT_EQ(archive.status(), v1::ARCHIVE_STATUS_REPORTED);
}

// ---- Time of entry (R48, A23).

TEST_F(LifeTest, TheTimeOfEntryIsThatOfTheChangeAndNobodys) {
  const std::string id = Establish(1);
  v1::Change create = Aid(1, id, "2014-03-08T10:00:00+08:00");
  node_.MustPush(kUnitOrg, {create});
  const int64_t entered = create.entry_time().seconds();
  EXPECT_EQ(StoredAid(1).entered_time().seconds(), entered);

  // Forged at the creation: left out and said.
  v1::Change forged = Aid(2, id, "2014-03-09T10:00:00+08:00");
  v1::AidEvent body;
  ASSERT_TRUE(body.ParseFromString(forged.put().record()));
  body.mutable_entered_time()->set_seconds(1300000000);
  forged.mutable_put()->set_record(body.SerializeAsString());
  EXPECT_THAT(Codes(node_.Push(kUnitOrg, forged)), ElementsAre("FIELD_NOT_OWNED entered_time"));
  EXPECT_EQ(StoredAid(2).entered_time().seconds(), forged.entry_time().seconds());

  // By an edit, of the unit or of the center.
  for (const v1::Actor& actor : {Handler(), Approver()}) {
    v1::AidEvent edited = StoredAid(1);
    edited.mutable_entered_time()->set_seconds(1300000000);
    v1::Change edit = make_.Put(actor, edited, edited.id(), 1, {"entered_time"});
    edit.set_record_type(v1::RECORD_TYPE_AID_EVENT);
    edit.mutable_put()->set_correction_reason("更正");
    EXPECT_THAT(node_.Push(kCityOrg, edit), HasVerdict(v1::VERDICT_REFUSED));
  }
  EXPECT_EQ(StoredAid(1).entered_time().seconds(), entered);

  // A clock that is ahead does not help; a visit has its time as well.
  node_.MustPush(kUnitOrg, {Aid(3, id, "2031-01-01T10:00:00+08:00")});
  EXPECT_EQ(StoredAid(3).entered_time().seconds(), absl::ToUnixSeconds(clock_.Now()));
  v1::Visit visit;
  visit.set_id(domain::sample::Uuid(950));
  visit.set_archive_id(id);
  visit.set_visited_on("2014-03-09");
  v1::Change visited = make_.Put(Handler(), visit, visit.id());
  visited.set_record_type(v1::RECORD_TYPE_VISIT);
  node_.MustPush(kUnitOrg, {visited});
  v1::Visit stored;
  ASSERT_TRUE(stored.ParseFromString(node_.Stored(visit.id())->body));
  EXPECT_EQ(stored.entered_time().seconds(), visited.entry_time().seconds());
}

// ---- The same change twice, and texts.

TEST_F(LifeTest, EveryVerbIsReplayed) {
  const std::string kept = Establish(1);
  const std::string temporary = EstablishTemporary(2);
  const std::vector<v1::Change> verbs = {
      make_.Report(Reporter(), kept),
      make_.DecideCause(Approver(), temporary, kReportId, v1::YES_NO_YES),
      make_.Deregister(Handler(), Establish(3)), make_.MergeInto(Approver(), Establish(4), kept),
      make_.Withdraw(Approver(), Establish(5), v1::WITHDRAWAL_BASIS_OTHER)};
  for (const v1::Change& verb : verbs) {
    const v1::Outcome first = node_.Push(kCityOrg, verb);
    EXPECT_THAT(first, HasVerdict(v1::VERDICT_ACCEPTED));
    const v1::Outcome again = node_.Push(kCityOrg, verb);
    EXPECT_TRUE(again.replayed());
    EXPECT_THAT(again, HasVerdict(v1::VERDICT_ACCEPTED));
    EXPECT_EQ(again.revision(), first.revision());
    EXPECT_EQ(node_.RevisionOf(verb.record_id()), first.revision());
    EXPECT_EQ(again.record().body(), first.record().body());
  }
}

TEST_F(LifeTest, TextsOfTheVerbsHaveLimits) {
  const std::string id = Establish(1);
  const std::string kLong(limits::kMaxCharactersOfReason + 1, 'x');
  std::vector<v1::Change> changes = {make_.Report(Reporter(), id, kLong),
                                     make_.Withdraw(Approver(), id, v1::WITHDRAWAL_BASIS_OTHER),
                                     make_.Deregister(Handler(), id),
                                     make_.MergeInto(Approver(), id, ArchiveId(2)),
                                     make_.DecideCause(Approver(), id, kReportId, v1::YES_NO_NO)};
  changes[1].mutable_withdraw()->set_reason(kLong);
  changes[2].mutable_deregister()->set_reason(kLong);
  changes[3].mutable_merge_into()->set_reason(kLong);
  changes[4].mutable_decide_cause()->set_opinion(kLong);
  const std::vector<std::string> fields = {"report.package", "withdraw.reason", "deregister.reason",
                                           "merge_into.reason", "decide_cause.opinion"};
  for (size_t i = 0; i < changes.size(); ++i) {
    EXPECT_THAT(Codes(node_.Push(kCityOrg, changes[i])),
                ElementsAre(absl::StrCat("TOO_LONG ", fields[i])));
  }
}

// ---- A node with a parent.

class DistrictLifeTest : public LifeTest {
 protected:
  std::vector<std::string> Line() {
    std::vector<std::string> ids;
    auto line = district_.store().ReadUpstream(100);
    EXPECT_TRUE(line.ok());
    for (const UpstreamChange& waiting : *line) ids.push_back(waiting.change.change_id());
    return ids;
  }
  TestNode district_{clock_, NodeRole{.has_upstream = true}};
};

TEST_F(DistrictLifeTest, AnEndGoesOnToTheParent) {
  v1::Archive own = Household(1);
  own.set_tier(v1::TIER_B);
  std::vector<v1::Change> changes = make_.UntilReviewed(own);
  changes.push_back(make_.Approve(ActorOf("head", kUnionOrg), own.id()));
  const v1::Archive draft = Household(2);
  changes.push_back(make_.Put(Handler(), draft));
  changes.push_back(make_.Deregister(Handler(), draft.id()));
  changes.push_back(
      make_.Withdraw(ActorOf("head", kUnionOrg), own.id(), v1::WITHDRAWAL_BASIS_OTHER));
  district_.MustPush(kUnionOrg, changes);
  EXPECT_EQ(district_.Archive(own.id()).status(), v1::ARCHIVE_STATUS_WITHDRAWN);
  EXPECT_EQ(district_.Archive(draft.id()).status(), v1::ARCHIVE_STATUS_DEREGISTERED);
  std::vector<std::string> ids;
  for (const v1::Change& change : changes) ids.push_back(change.change_id());
  EXPECT_EQ(Line(), ids);
}

// The parent's version of an archive comes down while its deregistration is on its way up.
TEST_F(DistrictLifeTest, AnEndStaysVisibleOnTheParentsVersion) {
  const std::string id = Establish(1);
  node_.Sequence();
  ASSERT_TRUE(district_.ApplyBatch(*node_.Pull(kUnionOrg)).ok());
  district_.MustPush(kUnionOrg, {make_.Deregister(Handler(), id)});
  node_.MustPush(kCenterOrg, {make_.Report(Reporter(), id)});
  node_.Sequence();
  ASSERT_TRUE(district_.ApplyBatch(*node_.Pull(kUnionOrg)).ok());
  EXPECT_EQ(district_.Archive(id).report_package(), "2014-0001");
  EXPECT_EQ(district_.Archive(id).status(), v1::ARCHIVE_STATUS_DEREGISTERED);
}

TEST_F(DistrictLifeTest, WhatTheCenterDecidesIsDecidedInTheCity) {  // A41
  const std::string id = EstablishTemporary(1);
  Establish(2);
  node_.Sequence();
  ASSERT_TRUE(district_.ApplyBatch(*node_.Pull(kCityOrg)).ok());
  for (const v1::Change& change :
       {make_.Report(Reporter(), id), make_.MergeInto(Approver(), id, ArchiveId(2)),
        make_.Withdraw(Approver(), id, v1::WITHDRAWAL_BASIS_OTHER),
        make_.DecideCause(Approver(), id, kReportId, v1::YES_NO_NO)}) {
    const v1::Outcome outcome = district_.Push(kCityOrg, change);
    EXPECT_THAT(outcome, HasVerdict(v1::VERDICT_REFUSED));
    ASSERT_THAT(Codes(outcome), ElementsAre("NOT_PERMITTED"));
    EXPECT_EQ(outcome.findings(0).rule(), "A41");
  }
  EXPECT_EQ(district_.Archive(id).status(), v1::ARCHIVE_STATUS_ESTABLISHED);
  EXPECT_THAT(Line(), IsEmpty());
}

}  // namespace
}  // namespace bangfu::server
