#include <string>
#include <vector>

#include "bangfu/v1/aid_event.pb.h"
#include "server/sync/sync_fixture.h"

// What a push keeps instead of applying it, what it applies again, and what it settles.
namespace bangfu::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class PushKeptTest : public testing::Test {
 protected:
  v1::Archive File(int number, const std::string& unit = kUnitOrg) {
    v1::Archive archive = Household(number, unit);
    node_.MustPush(unit, {make_.Put(Handler(unit), archive)});
    return archive;
  }

  v1::Change Phone(const std::string& phone, const v1::Archive& seen, int64_t base,
                   const v1::Actor& actor = Handler()) {
    v1::Archive changed = seen;
    changed.set_phone(phone);
    return make_.Put(actor, changed, base, {"phone"});
  }

  // Moves the archive from one unit of the union to another.
  void Move(const v1::Archive& archive, int64_t base) {
    v1::Archive moved = archive;
    moved.set_unit(kSiblingOrg);
    node_.MustPush(kUnionOrg, {make_.Put(ActorOf("clerk", kUnionOrg), moved, base, {"unit"})});
  }

  v1::Change Aid(int number, const std::string& archive_id, const v1::Actor& actor = Handler()) {
    v1::AidEvent aid;
    aid.set_id(domain::sample::Uuid(900 + number));
    aid.set_archive_id(archive_id);
    aid.set_aided_on("2014-03-01");
    aid.set_amount_fen(50000);
    v1::Change change = make_.Put(actor, aid, aid.id());
    change.set_record_type(v1::RECORD_TYPE_AID_EVENT);
    return change;
  }

  v1::Change Resolve(const v1::Actor& actor, const v1::Conflict& entry, int64_t base,
                     v1::ConflictDecision decision) {
    v1::Change change = make_.By(actor, entry.record_id());
    change.set_record_type(entry.record_type());
    change.set_base_revision(base);
    change.mutable_resolve_conflict()->set_conflict_id(entry.id());
    change.mutable_resolve_conflict()->set_decision(decision);
    return change;
  }

  SettableClock clock_;
  ChangeMaker make_;
  TestNode node_{clock_, NodeRole{}};
};

// ---- Records that have left.

TEST_F(PushKeptTest, EditsOfWhatMovedAwayAreKeptForThoseWhoHaveItNow) {
  const v1::Archive archive = File(1);
  Move(archive, 1);
  const v1::Change edit = Phone("13805710001", archive, 1);
  const auto outcomes =
      node_.Push(kUnitOrg, {edit, make_.Submit(Handler(), archive.id()), Aid(1, archive.id())});
  for (const v1::Outcome& outcome : outcomes) {
    EXPECT_THAT(outcome, HasVerdict(v1::VERDICT_PARKED));
    EXPECT_THAT(Codes(outcome), ElementsAre("RECORD_MOVED"));
    EXPECT_FALSE(outcome.has_record());
    EXPECT_EQ(outcome.revision(), 0);
  }
  ASSERT_EQ(node_.Conflicts().size(), 3u);
  for (const v1::Conflict& entry : node_.Conflicts()) {
    EXPECT_EQ(entry.kind(), v1::CONFLICT_KIND_MOVED);
    EXPECT_EQ(entry.state(), v1::CONFLICT_STATE_OPEN);
    EXPECT_EQ(entry.org(), kSiblingOrg);
  }
  EXPECT_EQ(node_.RevisionOf(archive.id()), 2);
  EXPECT_EQ(node_.RevisionOf(domain::sample::Uuid(901)), 0);
  // Whoever never had it is told nothing.
  const v1::Actor stranger = Handler(kOtherUnitOrg);
  for (const v1::Outcome& outcome : node_.Push(
           kOtherUnitOrg, {Phone("13805710002", archive, 1, stranger),
                           make_.Submit(stranger, archive.id()), Aid(2, archive.id(), stranger)})) {
    EXPECT_THAT(outcome, HasVerdict(v1::VERDICT_REFUSED));
    EXPECT_THAT(Codes(outcome), ElementsAre("NOT_FOUND"));
  }
  EXPECT_EQ(node_.Conflicts().size(), 3u);
  EXPECT_TRUE(node_.Push(kUnitOrg, edit).replayed());
}

TEST_F(PushKeptTest, WhatWasNewOfAnArchiveThatMovedWaitsWithTheArchive) {
  v1::Archive archive = File(1);
  Move(archive, 1);
  const v1::Change create = Aid(1, archive.id());
  v1::Change edit = Aid(1, archive.id());
  v1::AidEvent aid;
  ASSERT_TRUE(aid.ParseFromString(edit.put().record()));
  aid.set_amount_fen(60000);
  edit.mutable_put()->set_record(aid.SerializeAsString());
  edit.mutable_put()->add_changed_fields("amount_fen");
  std::vector<std::string> entries;
  for (const v1::Outcome& outcome : node_.Push(kUnitOrg, {create, edit})) {
    ASSERT_THAT(Codes(outcome), ElementsAre("RECORD_MOVED"));
    entries.push_back(outcome.conflict_id());
  }
  const auto entry = [&](size_t i) {
    return node_.store().GetConflict(kCityOrg, entries[i])->value_or(v1::Conflict());
  };
  EXPECT_EQ(entry(0).org(), kSiblingOrg);
  // It is theirs who have the archive, however often that moves.
  archive.set_unit(kOtherUnitOrg);
  v1::Change move = make_.Put(Approver(), archive, 2, {"unit"});
  move.mutable_put()->set_correction_reason("单位调整");
  node_.MustPush(kCenterOrg, {move});
  EXPECT_EQ(entry(0).org(), kOtherUnitOrg);

  const v1::Actor decider = Handler(kOtherUnitOrg);
  node_.MustPush(kOtherUnitOrg, {Resolve(decider, entry(0), 3, v1::CONFLICT_DECISION_TAKE_THEIRS)});
  EXPECT_EQ(entry(0).state(), v1::CONFLICT_STATE_RESOLVED);
  ASSERT_TRUE(node_.Stored(create.record_id()).has_value());
  EXPECT_EQ(node_.Stored(create.record_id())->org, kOtherUnitOrg);
  EXPECT_EQ(node_.Stored(create.record_id())->type, v1::RECORD_TYPE_AID_EVENT);
  EXPECT_EQ(node_.RevisionOf(archive.id()), 3);
  // The edit meets what there is by now.
  node_.Push(kOtherUnitOrg, Resolve(decider, entry(1), 3, v1::CONFLICT_DECISION_TAKE_THEIRS));
  EXPECT_EQ(entry(1).state(), v1::CONFLICT_STATE_RESOLVED);
  ASSERT_TRUE(aid.ParseFromString(node_.Stored(create.record_id())->body));
  EXPECT_EQ(aid.amount_fen(), 60000);
}

TEST_F(PushKeptTest, AidEventsGoWithTheirArchive) {
  const v1::Archive archive = File(1);
  node_.MustPush(kUnitOrg, {Aid(1, archive.id())});
  Move(archive, 1);
  EXPECT_EQ(node_.Stored(domain::sample::Uuid(901))->org, kSiblingOrg);
  v1::Change edit = Aid(1, archive.id());
  edit.set_base_revision(1);
  edit.mutable_put()->add_changed_fields("amount_fen");
  EXPECT_THAT(Codes(node_.Push(kUnitOrg, edit)), ElementsAre("RECORD_MOVED"));
}

TEST_F(PushKeptTest, ANodeThatLetGoOfItTellsTheParent) {
  TestNode district(clock_, NodeRole{.has_upstream = true});
  const v1::Archive archive = Household(1);
  district.MustPush(kUnitOrg, {make_.Put(Handler(), archive)});
  v1::Outcome answer;
  answer.set_verdict(v1::VERDICT_ACCEPTED);
  answer.set_revision(1);
  ASSERT_TRUE(
      district.parent()
          .ApplyOutcomes(*district.store().ReadUpstream(10), {answer}, v1::HandshakeResponse())
          .ok());
  v1::PullResponse gone;
  gone.add_left_record_ids(archive.id());
  ASSERT_TRUE(district.ApplyBatch(gone).ok());
  ASSERT_EQ(district.RevisionOf(archive.id()), 0);

  const v1::Change edit = Phone("13805710001", archive, 1);
  const v1::Outcome outcome = district.Push(kUnitOrg, edit);
  EXPECT_THAT(outcome, HasVerdict(v1::VERDICT_PARKED));
  EXPECT_THAT(Codes(outcome), ElementsAre("RECORD_MOVED"));
  EXPECT_EQ(district.Conflicts().at(0).org(), kUnitOrg) << "those who entered it";
  const auto line = district.store().ReadUpstream(10);
  ASSERT_EQ(line->size(), 1u);
  EXPECT_EQ((*line)[0].change.change_id(), edit.change_id());
  EXPECT_TRUE(district.store().TraceChanges({edit.change_id()})->at(0).logged.forwarded);
  // Created once more it does not come back either.
  EXPECT_THAT(Codes(district.Push(kUnitOrg, make_.Put(Handler(), archive))),
              ElementsAre("RECORD_MOVED"));
}

// ---- What a restored node had answered before.

TEST_F(PushKeptTest, AReofferIsComparedWithWhatItsWriterHadSeen) {
  const v1::Archive archive = File(1);
  ASSERT_TRUE(node_.store().BeginEpoch().ok());
  clock_.Set("2099-01-01T12:00:00+08:00");  // the epoch began by the clock of the database
  node_.MustPush(kUnionOrg, {Phone("13805710001", archive, 1, ActorOf("clerk", kUnionOrg))});
  // Revision 2 of the lost feed was another one.
  const v1::Change lost = Phone("13805710002", archive, 2);
  v1::Reoffer reoffer;
  reoffer.set_change_id(lost.change_id());
  const v1::Outcome outcome = node_.PushAs(NodeOf(kUnitOrg), lost, {reoffer});
  EXPECT_THAT(outcome, HasVerdict(v1::VERDICT_CONFLICT));
  EXPECT_THAT(Sides(outcome.conflicts()),
              ElementsAre("phone: 13805710000/13805710001/13805710002"));
  EXPECT_TRUE(node_.PushAs(NodeOf(kUnitOrg), lost, {reoffer}).replayed());
  // What the writer has seen since is seen.
  EXPECT_THAT(node_.Push(kUnitOrg, Phone("13805710003", archive, 2)),
              HasVerdict(v1::VERDICT_ACCEPTED));
}

TEST_F(PushKeptTest, ANumberThatWasGivenIsGivenAgain) {
  const auto approve_again = [&](int household, const std::string& number) {
    node_.MustPush(kCityOrg, make_.UntilReviewed(Household(household)));
    const v1::Change approve = make_.Approve(Approver(), ArchiveId(household));
    v1::Reoffer reoffer;
    reoffer.set_change_id(approve.change_id());
    reoffer.set_number(number);
    const v1::Outcome outcome = node_.PushAs(NodeOf(kCenterOrg), approve, {reoffer});
    EXPECT_THAT(outcome, HasVerdict(v1::VERDICT_ACCEPTED));
    return outcome;
  };
  const auto number = [&](int household) { return node_.Archive(ArchiveId(household)).number(); };
  EXPECT_THAT(Codes(approve_again(1, "工业橡胶20140007")), IsEmpty());
  EXPECT_EQ(number(1), "工业橡胶20140007");
  node_.MustPush(kCityOrg, make_.UntilApproved(Household(2)));
  EXPECT_EQ(number(2), "工业橡胶20140008");
  EXPECT_THAT(Codes(approve_again(3, "工业橡胶20140003")), IsEmpty());
  EXPECT_EQ(number(3), "工业橡胶20140003");
  // Not free, of another unit or another year: the next one, with a warning.
  for (const char* unfit : {"工业橡胶20140007", "富阳富春20140001", "工业橡胶20130001",
                            "工业橡胶20150001", "工业橡胶"}) {
    static int household = 10;
    EXPECT_THAT(Codes(approve_again(++household, unfit)), ElementsAre("NUMBER_TAKEN number"));
    EXPECT_EQ(number(household), absl::StrFormat("工业橡胶2014%04d", household - 2));
  }
}

// ---- Settling entries of the conflict log.

TEST_F(PushKeptTest, WhatWasDecidedIsWrittenAndTheEntrySettled) {
  const v1::Archive archive = File(1);
  node_.MustPush(kUnionOrg, {Phone("13805710001", archive, 1, ActorOf("clerk", kUnionOrg))});
  node_.Push(kUnitOrg, Phone("13805710002", archive, 1));
  const v1::Conflict entry = node_.Conflicts().at(0);
  const v1::Change take =
      Resolve(ActorOf("clerk", kUnionOrg), entry, 2, v1::CONFLICT_DECISION_TAKE_THEIRS);
  const v1::Outcome outcome = node_.Push(kUnionOrg, take);
  EXPECT_THAT(outcome, HasVerdict(v1::VERDICT_ACCEPTED));
  EXPECT_EQ(outcome.revision(), 3);
  EXPECT_TRUE(outcome.has_record());
  EXPECT_EQ(node_.Archive(archive.id()).phone(), "13805710002");
  ASSERT_EQ(node_.Conflicts().size(), 1u);
  EXPECT_EQ(node_.Conflicts()[0].state(), v1::CONFLICT_STATE_RESOLVED);
  EXPECT_EQ(node_.Conflicts()[0].resolution().change_id(), take.change_id());
  EXPECT_TRUE(node_.Push(kUnionOrg, take).replayed());
  EXPECT_THAT(Codes(node_.Push(kUnionOrg, Resolve(ActorOf("clerk", kUnionOrg), entry, 3,
                                                  v1::CONFLICT_DECISION_KEEP_OURS))),
              ElementsAre("CONFLICT_CLOSED conflict_id"));
}

TEST_F(PushKeptTest, AParkedFilingThatStillCannotBeTakenStaysParked) {
  File(1);
  v1::Archive second = Household(2, kOtherUnitOrg);
  second.set_identity_number(PersonOf(1, 0));
  node_.Push(kOtherUnitOrg, make_.Put(Handler(kOtherUnitOrg), second));
  const v1::Conflict entry = node_.Conflicts().at(0);
  const auto take = [&] {
    return node_.Push(kCenterOrg, Resolve(Approver(), entry, 0, v1::CONFLICT_DECISION_TAKE_THEIRS));
  };
  const v1::Outcome refused = take();
  EXPECT_THAT(refused, HasVerdict(v1::VERDICT_REFUSED));
  EXPECT_THAT(Codes(refused), ElementsAre("DUPLICATE_PERSON identity_number"));
  ASSERT_EQ(node_.Conflicts().size(), 1u);
  EXPECT_EQ(node_.Conflicts()[0].state(), v1::CONFLICT_STATE_OPEN);
  node_.MustPush(kUnitOrg, {make_.Deregister(Handler(), ArchiveId(1))});
  EXPECT_THAT(take(), HasVerdict(v1::VERDICT_ACCEPTED));
  EXPECT_EQ(node_.Archive(second.id()).status(), v1::ARCHIVE_STATUS_DRAFT);
  EXPECT_EQ(node_.Conflicts()[0].state(), v1::CONFLICT_STATE_RESOLVED);
}

TEST_F(PushKeptTest, WhatTheParentLoggedGoesUpToBeDecided) {
  TestNode district(clock_, NodeRole{.has_upstream = true});
  const v1::Archive archive = Household(1);
  district.MustPush(kUnitOrg, {make_.Put(Handler(), archive)});
  v1::Conflict entry;
  entry.set_id("01900000-0000-7000-8000-0000000000c1");
  entry.set_kind(v1::CONFLICT_KIND_FIELDS);
  entry.set_state(v1::CONFLICT_STATE_OPEN);
  entry.set_record_type(v1::RECORD_TYPE_ARCHIVE);
  entry.set_record_id(archive.id());
  entry.set_org(kUnitOrg);
  entry.set_logged_by("hz/city");
  ASSERT_TRUE(district.parent().ApplyConflicts({entry}).ok());
  const v1::Change keep = Resolve(Handler(), entry, 1, v1::CONFLICT_DECISION_KEEP_OURS);
  EXPECT_THAT(district.Push(kUnitOrg, keep), HasVerdict(v1::VERDICT_ACCEPTED));
  EXPECT_EQ(district.Conflicts().at(0).state(), v1::CONFLICT_STATE_OPEN);
  const auto line = district.store().ReadUpstream(10);
  ASSERT_EQ(line->size(), 2u);
  EXPECT_EQ((*line)[1].change.change_id(), keep.change_id());
}

TEST_F(PushKeptTest, ADecisionThatIsNoneIsRefused) {
  const v1::Archive archive = File(1);
  v1::Conflict entry;
  entry.set_id("01900000-0000-7000-8000-0000000000c1");
  entry.set_record_type(v1::RECORD_TYPE_ARCHIVE);
  entry.set_record_id(archive.id());
  std::vector<v1::Change> changes = {
      Resolve(Handler(), entry, 1, v1::CONFLICT_DECISION_UNSPECIFIED),
      Resolve(Handler(), entry, 1, v1::CONFLICT_DECISION_WRITE_VALUES),
      Resolve(Handler(), entry, 1, v1::CONFLICT_DECISION_KEEP_OURS),
      Resolve(Handler(), entry, 1, v1::CONFLICT_DECISION_WRITE_VALUES),
      Resolve(Handler(), entry, 1, v1::CONFLICT_DECISION_KEEP_OURS)};
  changes[2].mutable_resolve_conflict()->set_conflict_id("1");
  for (int i = 0; i < 2; ++i)
    changes[3].mutable_resolve_conflict()->add_fields()->set_field("phone");
  changes[4].mutable_resolve_conflict()->set_reason(std::string(501, 'a'));
  const std::vector<std::string> codes = {
      "MALFORMED resolve_conflict.decision", "MALFORMED resolve_conflict.fields",
      "MALFORMED resolve_conflict.conflict_id", "MALFORMED resolve_conflict.fields",
      "TOO_LONG resolve_conflict.reason"};
  const auto outcomes = node_.Push(kUnitOrg, changes);
  for (size_t i = 0; i < changes.size(); ++i)
    EXPECT_THAT(Codes(outcomes[i]), ElementsAre(codes[i]));
  EXPECT_THAT(
      Codes(node_.Push(kUnitOrg, Resolve(Handler(), entry, 1, v1::CONFLICT_DECISION_KEEP_OURS))),
      ElementsAre("NOT_FOUND conflict_id"));
}

}  // namespace
}  // namespace bangfu::server
