#include "server/sync/batch.h"
#include "server/sync/moves_fixture.h"
#include "server/sync/record_move.h"

namespace bangfu::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class RecordMoveTest : public MovesTest {
 protected:
  std::vector<Revision> HistoryOf(const std::string& id) {
    std::vector<Revision> history;
    const absl::Status status =
        node_.store().Transact([&](Transaction& transaction) -> absl::Status {
          auto revisions = transaction.RevisionsSince({{id, 0}});
          if (!revisions.ok()) return revisions.status();
          history = *std::move(revisions);
          return absl::OkStatus();
        });
    EXPECT_TRUE(status.ok()) << status;
    return history;
  }

  // What a node does when its parent says that a record is gone, or there.
  template <typename Body>
  void InBatch(const std::vector<std::string>& ids, Body body) {
    const absl::Status status =
        node_.store().Transact([&](Transaction& transaction) -> absl::Status {
          Batch batch(keyer_);
          if (absl::Status locked = batch.Lock(transaction, ids); !locked.ok()) return locked;
          body(batch);
          return batch.Write(transaction);
        });
    EXPECT_TRUE(status.ok()) << status;
  }
};

TEST_F(RecordMoveTest, AidEventsAndVisitsGoWithTheirArchive) {
  FileCase(1);
  FileCase(2);
  const std::string old_cursor = Pull(kUnionOrg).next_cursor();
  const std::string new_cursor = Pull(kOtherUnionOrg).next_cursor();
  const v1::Change move = MoveTo(1, kOtherUnitOrg);
  node_.MustPush(kCenterOrg, {move});

  for (const std::string& id : {ArchiveId(1), AidId(1), VisitId(1)}) {
    EXPECT_EQ(OrgOf(id), kOtherUnitOrg) << id;
    EXPECT_EQ(node_.RevisionOf(id), 2) << id;
    const std::vector<Revision> history = HistoryOf(id);
    ASSERT_EQ(history.size(), 2U) << id;
    EXPECT_EQ(history[1].change_id, move.change_id()) << id;
    EXPECT_EQ(history[1].actor.person_id(), Approver().person_id()) << id;
    EXPECT_EQ(history[1].before.empty(), id != ArchiveId(1)) << id;
  }
  for (const std::string& id : {ArchiveId(2), AidId(2), VisitId(2)}) {
    EXPECT_EQ(OrgOf(id), kUnitOrg) << id;
    EXPECT_EQ(node_.RevisionOf(id), 1) << id;
  }
  const v1::PullResponse gone = Pull(kUnionOrg, old_cursor);
  EXPECT_THAT(Left(gone), UnorderedElementsAre(ArchiveId(1), AidId(1), VisitId(1)));
  EXPECT_THAT(Ids(gone), IsEmpty());
  EXPECT_THAT(Ids(Pull(kOtherUnionOrg, new_cursor)),
              UnorderedElementsAre(ArchiveId(1), AidId(1), VisitId(1)));
}

TEST_F(RecordMoveTest, AMoveThatIsTakenBackInTheSamePushLeavesThemAlone) {
  FileCase(1);
  v1::Archive back = node_.Archive(ArchiveId(1));
  v1::Change return_home = make_.Put(Approver(), back, 2, {"unit"});
  return_home.mutable_put()->set_correction_reason("登记有误");
  node_.MustPush(kCenterOrg, {MoveTo(1, kOtherUnitOrg), return_home});
  EXPECT_EQ(node_.RevisionOf(ArchiveId(1)), 3);
  EXPECT_EQ(node_.RevisionOf(AidId(1)), 1);
  EXPECT_EQ(OrgOf(AidId(1)), kUnitOrg);
}

TEST_F(RecordMoveTest, WhatIsEnteredInTheSamePushEndsWhereTheArchiveDoes) {
  File(1);
  node_.MustPush(kCityOrg, {Aid(1, 1), MoveTo(1, kOtherUnitOrg)});
  EXPECT_EQ(OrgOf(AidId(1)), kOtherUnitOrg);
  v1::Change visit = Visit(1, 1, kOtherUnitOrg);
  node_.MustPush(kCityOrg, {MoveTo(1, kSiblingOrg)});
  *visit.mutable_actor() = Handler(kSiblingOrg);
  node_.MustPush(kCityOrg, {visit});
  EXPECT_EQ(OrgOf(VisitId(1)), kSiblingOrg);
  EXPECT_EQ(OrgOf(AidId(1)), kSiblingOrg);
}

TEST_F(RecordMoveTest, AnEditOnTopOfAMoveIsNoConflict) {
  FileCase(1);
  Move(1, kSiblingOrg);
  v1::AidEvent aid;
  ASSERT_TRUE(aid.ParseFromString(node_.Stored(AidId(1))->body));
  aid.set_amount_fen(60000);
  v1::Change edit =
      make_.Put(ActorOf("clerk", kUnionOrg), aid, aid.id(), 1, {"amount_fen"});  // has not seen it
  edit.set_record_type(v1::RECORD_TYPE_AID_EVENT);
  const v1::Outcome outcome = node_.Push(kUnionOrg, edit);
  EXPECT_EQ(outcome.conflicts_size(), 0) << outcome.ShortDebugString();
  ASSERT_TRUE(aid.ParseFromString(node_.Stored(AidId(1))->body));
  EXPECT_EQ(aid.amount_fen(), 60000);
}

TEST_F(RecordMoveTest, EntriesOfTheConflictLogGoWithTheirRecord) {
  FileCase(1);
  FileCase(2);
  const v1::Conflict moved = Quarrel(1);
  const v1::Conflict stays = Quarrel(2);
  const v1::PullResponse before = Pull(kUnionOrg);
  EXPECT_THAT(Entries(before), UnorderedElementsAre(moved.id(), stays.id()));
  const std::string new_cursor = Pull(kOtherUnionOrg).next_cursor();
  Move(1, kOtherUnitOrg);
  EXPECT_EQ(Entry(moved.id()).org(), kOtherUnitOrg);
  EXPECT_EQ(Entry(stays.id()).org(), kUnitOrg);
  const v1::PullResponse gone = Pull(kUnionOrg, before.next_cursor());
  EXPECT_THAT(LeftEntries(gone), ElementsAre(moved.id()));
  EXPECT_THAT(Entries(gone), IsEmpty());
  const v1::PullResponse there = Pull(kOtherUnionOrg, new_cursor);
  ASSERT_THAT(Entries(there), ElementsAre(moved.id()));
  EXPECT_EQ(there.conflicts(0).org(), kOtherUnitOrg);
  // Whoever reads it all from the start reads it once.
  EXPECT_THAT(Entries(Pull(kUnionOrg)), ElementsAre(stays.id()));
  EXPECT_THAT(Entries(Pull(kCityOrg)), UnorderedElementsAre(moved.id(), stays.id()));
}

TEST_F(RecordMoveTest, AnEntryThatIsLoggedInTheSamePushGoesAlong) {
  File(1);
  v1::Archive ours = node_.Archive(ArchiveId(1));
  ours.set_phone("13805710001");
  node_.MustPush(kUnionOrg, {make_.Put(ActorOf("clerk", kUnionOrg), ours, 1, {"phone"})});
  v1::Archive theirs = ours;
  theirs.set_phone("13805710002");
  const std::vector<v1::Outcome> outcomes =
      node_.Push(kCityOrg, {make_.Put(Handler(), theirs, 1, {"phone"}), MoveTo(1, kOtherUnitOrg)});
  ASSERT_THAT(outcomes[0], HasVerdict(v1::VERDICT_CONFLICT));
  EXPECT_EQ(Entry(outcomes[0].conflict_id()).org(), kOtherUnitOrg);
  EXPECT_THAT(Entries(Pull(kUnionOrg)), IsEmpty());
  EXPECT_THAT(Entries(Pull(kOtherUnionOrg)), ElementsAre(outcomes[0].conflict_id()));
}

// At a node whose parent says that the record has left its scope, and later that it is back.
TEST_F(RecordMoveTest, EntriesOfARecordThatLeftTheNodeStayInItsLogOnly) {
  File(1);
  const v1::Conflict entry = Quarrel(1);
  const std::string cursor = Pull(kUnionOrg).next_cursor();
  const StoredRecord record = *node_.Stored(ArchiveId(1));
  InBatch({ArchiveId(1)}, [](Batch& batch) { batch.Remove(ArchiveId(1)); });
  const v1::PullResponse gone = Pull(kUnionOrg, cursor);
  EXPECT_THAT(Left(gone), ElementsAre(ArchiveId(1)));
  EXPECT_THAT(LeftEntries(gone), ElementsAre(entry.id()));
  EXPECT_THAT(Entries(Pull(kUnionOrg)), IsEmpty());
  v1::Conflict kept = Entry(entry.id());
  EXPECT_EQ(kept.org(), kCityOrg) << "beyond what children read";
  kept.set_org(entry.org());
  EXPECT_EQ(kept.SerializeAsString(), entry.SerializeAsString());

  InBatch({ArchiveId(1)}, [&](Batch& batch) {
    auto archive = std::make_unique<v1::Archive>();
    ASSERT_TRUE(archive->ParseFromString(record.body));
    archive->set_unit(kSiblingOrg);
    batch.Commit(nullptr, v1::RECORD_TYPE_ARCHIVE, ArchiveId(1), kSiblingOrg, std::move(archive),
                 {"", kFromUpstream, {}, clock_.Now(), clock_.Now()});
  });
  EXPECT_THAT(Entries(Pull(kUnionOrg, gone.next_cursor())), ElementsAre(entry.id()));
  EXPECT_EQ(Entry(entry.id()).org(), kSiblingOrg);
}

TEST_F(RecordMoveTest, WhatTheParentTookAwayInTheSameBatchDoesNotComeBack) {
  FileCase(1);
  InBatch({ArchiveId(1), AidId(1)}, [](Batch& batch) {
    WorkingRecord* archive = batch.Find(ArchiveId(1));
    auto next = std::make_unique<v1::Archive>(*archive->archive());
    next->set_unit(kSiblingOrg);
    batch.Commit(archive, v1::RECORD_TYPE_ARCHIVE, ArchiveId(1), kSiblingOrg, std::move(next), {});
    batch.Remove(AidId(1));
  });
  EXPECT_FALSE(node_.Stored(AidId(1)).has_value());
  EXPECT_EQ(OrgOf(VisitId(1)), kSiblingOrg);
}

// Below the city, where the feed tells of each record, one page after the other.
TEST_F(RecordMoveTest, ANodeInTheMiddleMovesThemOnce) {
  TestNode district(clock_, NodeRole{true, {"district", kUnionOrg}});
  FileCase(1);
  std::string cursor;
  const auto follow = [&] {
    node_.Sequence();
    bool caught_up = false;
    while (!caught_up) {
      const auto page = node_.Pull(kUnionOrg, cursor, 1);
      ASSERT_TRUE(page.ok()) << page.status();
      const absl::Status applied = district.ApplyBatch(*page);
      ASSERT_TRUE(applied.ok()) << applied;
      cursor = page->next_cursor();
      caught_up = page->caught_up();
    }
  };
  follow();
  Move(1, kSiblingOrg);
  follow();
  for (const std::string& id : {ArchiveId(1), AidId(1), VisitId(1)}) {
    const auto record = district.Stored(id);
    ASSERT_TRUE(record.has_value()) << id;
    EXPECT_EQ(record->org, kSiblingOrg) << id;
    EXPECT_EQ(record->revision, 2) << id;
    EXPECT_EQ(record->upstream_revision, 2) << id;
  }
  district.Sequence();
  const auto unit = district.Pull(kUnitOrg);
  ASSERT_TRUE(unit.ok()) << unit.status();
  EXPECT_THAT(Ids(*unit), IsEmpty());
  Move(1, kOtherUnitOrg);
  follow();
  for (const std::string& id : {ArchiveId(1), AidId(1), VisitId(1)})
    EXPECT_FALSE(district.Stored(id).has_value()) << id;
}

TEST_F(RecordMoveTest, AnEntryOfTheParentLeavesTheLogWithItsRecord) {
  File(1);
  const v1::Conflict entry = Quarrel(1);
  const std::string cursor = Pull(kUnionOrg).next_cursor();
  const absl::Status status = node_.store().Transact([&](Transaction& transaction) -> absl::Status {
    Batch batch(keyer_);
    if (absl::Status locked = batch.LockConflicts(transaction, {entry.id()}); !locked.ok())
      return locked;
    batch.DropConflict(entry.id());
    return batch.Write(transaction);
  });
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_THAT(LeftEntries(Pull(kUnionOrg, cursor)), ElementsAre(entry.id()));
  EXPECT_THAT(node_.Conflicts(), IsEmpty());
}

}  // namespace
}  // namespace bangfu::server
