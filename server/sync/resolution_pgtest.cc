#include "server/sync/conflict_resolution.h"
#include "server/sync/moves_fixture.h"

namespace bangfu::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ResolutionTest : public MovesTest {
 protected:
  // Of the entry, by somebody, as they see the record now.
  v1::Change Resolve(const v1::Actor& actor, const v1::Conflict& entry,
                     v1::ConflictDecision decision, const std::string& reason = "") {
    v1::Change change = make_.By(actor, entry.record_id());
    change.set_record_type(entry.record_type());
    change.set_base_revision(node_.RevisionOf(entry.record_id()));
    change.mutable_resolve_conflict()->set_conflict_id(entry.id());
    change.mutable_resolve_conflict()->set_decision(decision);
    change.mutable_resolve_conflict()->set_reason(reason);
    return change;
  }
  v1::Change Keep(const v1::Actor& actor, const v1::Conflict& entry) {
    return Resolve(actor, entry, v1::CONFLICT_DECISION_KEEP_OURS);
  }
  v1::Change Take(const v1::Actor& actor, const v1::Conflict& entry,
                  const std::string& reason = "") {
    return Resolve(actor, entry, v1::CONFLICT_DECISION_TAKE_THEIRS, reason);
  }
  static std::string TheirsOf(const v1::Conflict& entry) {
    EXPECT_EQ(entry.fields_size(), 1);
    return entry.fields_size() == 1 ? entry.fields(0).theirs() : "";
  }
  // The same person is filed in two units; returns the entry of the second filing.
  v1::Conflict FileTwice() {
    File(1, kOtherUnitOrg);
    v1::Archive twice = Household(2);
    twice.set_identity_number(PersonOf(1, 0));
    const v1::Outcome parked = node_.Push(kUnitOrg, make_.Put(Handler(), twice));
    EXPECT_THAT(parked, HasVerdict(v1::VERDICT_PARKED));
    return Entry(parked.conflict_id());
  }
};

TEST_F(ResolutionTest, TheirsIsWrittenAndEverybodyHearsOfIt) {
  File(1);
  const v1::Conflict entry = Quarrel(1);
  const std::string cursor = Pull(kUnitOrg).next_cursor();
  const v1::Change take = Take(Handler(), entry);
  const v1::Outcome outcome = node_.Push(kUnitOrg, take);
  ASSERT_THAT(outcome, HasVerdict(v1::VERDICT_ACCEPTED));
  EXPECT_EQ(node_.Archive(ArchiveId(1)).phone(), TheirsOf(entry));
  EXPECT_EQ(outcome.record().body(), node_.Stored(ArchiveId(1))->body);
  EXPECT_EQ(outcome.revision(), node_.RevisionOf(ArchiveId(1)));

  const v1::PullResponse news = Pull(kUnitOrg, cursor);
  EXPECT_THAT(Ids(news), ElementsAre(ArchiveId(1)));
  ASSERT_THAT(Entries(news), ElementsAre(entry.id()));
  EXPECT_EQ(news.conflicts(0).state(), v1::CONFLICT_STATE_RESOLVED);
  EXPECT_EQ(news.conflicts(0).resolution().change_id(), take.change_id());
  EXPECT_EQ(node_.Conflicts().size(), 1U) << "deciding is no new conflict";

  const v1::Outcome again = node_.Push(kUnitOrg, take);
  EXPECT_TRUE(again.replayed());
  EXPECT_EQ(node_.RevisionOf(ArchiveId(1)), outcome.revision());
}

TEST_F(ResolutionTest, KeepingOursMakesNoRevision) {
  File(1);
  const v1::Conflict entry = Quarrel(1);
  const int64_t revision = node_.RevisionOf(ArchiveId(1));
  EXPECT_THAT(node_.Push(kUnitOrg, Keep(Handler(), entry)), HasVerdict(v1::VERDICT_ACCEPTED));
  EXPECT_EQ(node_.RevisionOf(ArchiveId(1)), revision);
  EXPECT_EQ(Entry(entry.id()).state(), v1::CONFLICT_STATE_RESOLVED);
}

TEST_F(ResolutionTest, ItIsDecidedOnce) {
  File(1);
  const v1::Conflict entry = Quarrel(1);
  const std::vector<v1::Outcome> outcomes =
      node_.Push(kUnitOrg, {Keep(Handler(), entry), Take(Handler(), entry)});
  EXPECT_THAT(outcomes[0], HasVerdict(v1::VERDICT_ACCEPTED));
  EXPECT_THAT(outcomes[1], HasVerdict(v1::VERDICT_REFUSED));
  EXPECT_THAT(Codes(outcomes[1]), ElementsAre("CONFLICT_CLOSED conflict_id"));
  const v1::Outcome later = node_.Push(kUnionOrg, Take(Reviewer(), entry));
  EXPECT_THAT(Codes(later), ElementsAre("CONFLICT_CLOSED conflict_id"));
  EXPECT_EQ(Entry(entry.id()).resolution().decision(), v1::CONFLICT_DECISION_KEEP_OURS);
}

TEST_F(ResolutionTest, AValueThatChangedSinceIsNotOverwritten) {
  File(1);
  const v1::Conflict entry = Quarrel(1);
  v1::Archive newer = node_.Archive(ArchiveId(1));
  newer.set_phone("13805710009");
  node_.MustPush(kUnionOrg, {make_.Put(ActorOf("other", kUnionOrg), newer,
                                       node_.RevisionOf(newer.id()), {"phone"})});
  const v1::Outcome outcome = node_.Push(kUnitOrg, Take(Handler(), entry));
  EXPECT_THAT(outcome, HasVerdict(v1::VERDICT_REFUSED));
  EXPECT_THAT(Codes(outcome), ElementsAre("CHANGED_SINCE_READ phone"));
  EXPECT_EQ(node_.Archive(ArchiveId(1)).phone(), "13805710009");
  EXPECT_EQ(Entry(entry.id()).state(), v1::CONFLICT_STATE_OPEN);
}

TEST_F(ResolutionTest, OtherScopesKnowNothingOfIt) {
  File(1);
  const v1::Conflict entry = Quarrel(1);
  const v1::Outcome outcome =
      node_.Push(kOtherUnionOrg, Keep(ActorOf("clerk", kOtherUnionOrg), entry));
  EXPECT_THAT(outcome, HasVerdict(v1::VERDICT_REFUSED));
  EXPECT_EQ(Entry(entry.id()).state(), v1::CONFLICT_STATE_OPEN);
}

// ---- What was parked

TEST_F(ResolutionTest, AFilingIsLetInWhenThePersonIsFree) {
  const v1::Conflict entry = FileTwice();
  const v1::Outcome taken = node_.Push(kCenterOrg, Take(Approver(), entry, "核实"));
  EXPECT_THAT(taken, HasVerdict(v1::VERDICT_REFUSED));
  EXPECT_EQ(taken.findings(0).code(), v1::FINDING_CODE_DUPLICATE_PERSON);
  EXPECT_EQ(Entry(entry.id()).state(), v1::CONFLICT_STATE_OPEN);
  EXPECT_EQ(node_.Conflicts().size(), 1U) << "it is not parked once more";

  node_.MustPush(kOtherUnionOrg, {make_.Deregister(Handler(kOtherUnitOrg), ArchiveId(1))});
  const v1::Change take = Take(Approver(), entry, "核实");
  const v1::Outcome let_in = node_.Push(kCenterOrg, take);
  ASSERT_THAT(let_in, HasVerdict(v1::VERDICT_ACCEPTED));
  EXPECT_EQ(OrgOf(ArchiveId(2)), kUnitOrg);
  EXPECT_EQ(node_.Archive(ArchiveId(2)).status(), v1::ARCHIVE_STATUS_DRAFT);
  EXPECT_EQ(Entry(entry.id()).state(), v1::CONFLICT_STATE_RESOLVED);
  EXPECT_EQ(Entry(entry.id()).resolution().actor().person_id(), Approver().person_id());
  EXPECT_TRUE(node_.Push(kCenterOrg, take).replayed());
}

TEST_F(ResolutionTest, AFilingIsPutAway) {
  const v1::Conflict entry = FileTwice();
  EXPECT_THAT(node_.Push(kUnitOrg, Take(Handler(), entry)), HasVerdict(v1::VERDICT_REFUSED));
  EXPECT_THAT(node_.Push(kUnitOrg, Keep(Handler(), entry)), HasVerdict(v1::VERDICT_ACCEPTED));
  EXPECT_FALSE(node_.Stored(ArchiveId(2)).has_value());
  EXPECT_EQ(Entry(entry.id()).state(), v1::CONFLICT_STATE_RESOLVED);
}

TEST_F(ResolutionTest, AnEditThatCameAfterTheMoveIsAppliedByThoseWhoHaveTheRecord) {
  FileCase(1);
  v1::Archive edited = node_.Archive(ArchiveId(1));
  edited.set_phone("13805710003");
  const v1::Change unsent = make_.Put(Handler(), edited, 1, {"phone"});
  v1::Change visit = Visit(2, 1);
  Move(1, kOtherUnitOrg);
  const std::vector<v1::Outcome> parked = node_.Push(kUnitOrg, {unsent, visit});
  for (const v1::Outcome& outcome : parked) ASSERT_THAT(outcome, HasVerdict(v1::VERDICT_PARKED));
  const v1::Conflict edit = Entry(parked[0].conflict_id());
  const v1::Conflict visited = Entry(parked[1].conflict_id());
  EXPECT_EQ(edit.org(), kOtherUnitOrg);

  const v1::Actor successor = Handler(kOtherUnitOrg);
  EXPECT_THAT(node_.Push(kUnitOrg, Take(Handler(), edit)), HasVerdict(v1::VERDICT_REFUSED));
  // As it was entered: beside the move, which its writer had not seen.
  EXPECT_THAT(node_.Push(kOtherUnitOrg, Take(successor, edit)), HasVerdict(v1::VERDICT_MERGED));
  EXPECT_EQ(node_.Archive(ArchiveId(1)).phone(), "13805710003");
  EXPECT_EQ(OrgOf(ArchiveId(1)), kOtherUnitOrg);
  EXPECT_THAT(node_.Push(kOtherUnitOrg, Take(successor, visited)),
              HasVerdict(v1::VERDICT_ACCEPTED));
  EXPECT_EQ(OrgOf(VisitId(2)), kOtherUnitOrg);
  EXPECT_EQ(Entry(edit.id()).state(), v1::CONFLICT_STATE_RESOLVED);
  EXPECT_EQ(Entry(visited.id()).state(), v1::CONFLICT_STATE_RESOLVED);
}

// ---- A node in the middle

TEST_F(ResolutionTest, ANodeInTheMiddleHandsADecisionAboutItsParentsEntryOn) {
  TestNode district(clock_, NodeRole{true, {"district", kUnionOrg}});
  district.MustPush(kUnitOrg, {make_.Put(Handler(), Household(1))});
  File(1);
  const v1::Conflict entry = Quarrel(1);
  const absl::Status pulled = district.ApplyBatch(Pull(kUnionOrg));
  ASSERT_TRUE(pulled.ok()) << pulled;

  v1::Change take = Take(Handler(), entry);
  take.set_base_revision(district.RevisionOf(ArchiveId(1)));
  const std::string before = district.Stored(ArchiveId(1))->body;
  EXPECT_THAT(district.Push(kUnitOrg, take), HasVerdict(v1::VERDICT_ACCEPTED));
  EXPECT_EQ(district.Stored(ArchiveId(1))->body, before);
  ASSERT_EQ(district.Conflicts().size(), 1U);
  EXPECT_EQ(district.Conflicts()[0].state(), v1::CONFLICT_STATE_OPEN) << "its parent decides";
  const auto line = district.store().ReadUpstream(10);
  ASSERT_TRUE(line.ok()) << line.status();
  ASSERT_FALSE(line->empty());
  EXPECT_EQ(line->back().change.change_id(), take.change_id());
  EXPECT_TRUE(line->back().change.has_resolve_conflict());
}

TEST_F(ResolutionTest, ANodeInTheMiddleDecidesAboutItsOwnEntriesAndSendsTheEdit) {
  TestNode district(clock_, NodeRole{true, {"district", kUnionOrg}});
  district.MustPush(kUnitOrg, {make_.Put(Handler(), Household(1))});
  v1::Archive ours = district.Archive(ArchiveId(1));
  v1::Archive theirs = ours;
  ours.set_phone("13805710001");
  theirs.set_phone("13805710002");
  district.MustPush(kUnionOrg, {make_.Put(ActorOf("clerk", kUnionOrg), ours, 1, {"phone"})});
  district.Push(kUnitOrg, make_.Put(Handler(), theirs, 1, {"phone"}));
  ASSERT_EQ(district.Conflicts().size(), 1U);
  const v1::Conflict entry = district.Conflicts()[0];
  EXPECT_EQ(entry.logged_by(), "hz.gongye/district");

  v1::Change take = Take(Handler(), entry);
  take.set_base_revision(district.RevisionOf(ArchiveId(1)));
  EXPECT_THAT(district.Push(kUnitOrg, take), HasVerdict(v1::VERDICT_ACCEPTED));
  EXPECT_EQ(district.Archive(ArchiveId(1)).phone(), TheirsOf(entry));
  EXPECT_EQ(district.Conflicts()[0].state(), v1::CONFLICT_STATE_RESOLVED);
  const auto line = district.store().ReadUpstream(10);
  ASSERT_TRUE(line.ok()) << line.status();
  ASSERT_FALSE(line->empty());
  // The parent knows nothing of the entry: it gets the values, under the same id.
  const v1::Change& sent = line->back().change;
  EXPECT_EQ(sent.change_id(), take.change_id());
  EXPECT_THAT(std::vector<std::string>(sent.put().changed_fields().begin(),
                                       sent.put().changed_fields().end()),
              ElementsAre("phone"));
  EXPECT_EQ(sent.actor().person_id(), Handler().person_id());
}

}  // namespace
}  // namespace bangfu::server
