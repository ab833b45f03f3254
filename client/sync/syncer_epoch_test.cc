#include "client/sync/syncer_fixture.h"

namespace bangfu::client {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A server that compares digests and takes what it has lost.
class SyncerEpochTest : public SyncerTest {
 protected:
  void SetUp() override {
    SyncerTest::SetUp();
    server_.SetCapabilities({v1::CAPABILITY_DIGEST, v1::CAPABILITY_REOFFER, v1::CAPABILITY_RECEIPT,
                             v1::CAPABILITY_CONFLICT_FEED});
  }

  // What the parent gave is here, and nothing else.
  void ExpectEqualReplicas() {
    EXPECT_EQ(replica_->ListRecords({})->size(), server_.records.size());
    for (const auto& [id, record] : server_.records) {
      auto ours = replica_->GetRecord(id);
      ASSERT_TRUE(ours.ok()) << ours.status();
      EXPECT_EQ(ours->base_revision, record.revision()) << id;
      EXPECT_EQ(ours->base_body, record.body()) << id;
      EXPECT_FALSE(ours->unconfirmed) << id;
    }
  }
};

TEST_F(SyncerEpochTest, WhatARestoredServerLostIsOfferedAgainBeforeWhatWaits) {
  server_.Write(Archive(1, "13900000001"));
  Append({Creation(1, Archive(2))});
  SyncOk();
  server_.Backup();
  Append({Edit(2, Archive(1, "13800000002")), Creation(3, Archive(3)),
          Edit(4, Archive(3, "13800000004"))});
  SyncOk();
  Append({Edit(5, Archive(3, "13800000005"))});
  server_.RestoreBackup("e2");
  server_.seen.clear();
  server_.notes.clear();
  SyncOk();
  EXPECT_TRUE(report_.restarted);
  ASSERT_EQ(server_.seen.size(), 5u);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(server_.seen[static_cast<size_t>(i)].change_id(), ChangeId(i + 1));
  }
  ASSERT_EQ(server_.notes.size(), 1u);
  EXPECT_EQ(server_.notes[0].reoffers.size(), 4u);
  EXPECT_EQ(server_.notes[0].replica_id, replica_->Identity()->replica_id);
  // The server still knew the first one.
  EXPECT_EQ(report_.replayed, 1);
  EXPECT_EQ(server_.PhoneOf(1), "13800000002");
  EXPECT_EQ(server_.PhoneOf(3), "13800000005");
  EXPECT_EQ(PendingCount(), 0);
  ExpectEqualReplicas();
  SyncOk();
  EXPECT_FALSE(report_.restarted);
  EXPECT_EQ(server_.seen.size(), 5u);
}

TEST_F(SyncerEpochTest, ARestartAtAnyPointLosesNothing) {
  for (int broken = 0; broken < 3; ++broken) {
    SCOPED_TRACE(broken);
    const std::string epoch = absl::StrCat("e", broken + 2);
    server_.Backup();
    Append({Creation(broken + 10, Archive(broken + 10))});
    SyncOk();
    Append({Edit(broken + 20, Archive(broken + 10, "13800000020"))});
    server_.RestoreBackup(epoch);
    server_.digests_before_break = broken == 0 ? 0 : -1;
    server_.lose_answers = broken == 1 ? 1 : 0;
    server_.batches_before_break = broken == 2 ? 0 : -1;
    EXPECT_FALSE(Sync().ok());
    replica_.reset();
    replica_ = *Replica::Open(path_);
    server_.digests_before_break = -1;
    server_.batches_before_break = -1;
    SyncOk();
    EXPECT_EQ(server_.PhoneOf(broken + 10), "13800000020");
    EXPECT_EQ(server_.applied[ChangeId(broken + 20)], 1);
    EXPECT_EQ(PendingCount(), 0);
    ExpectEqualReplicas();
  }
}

TEST_F(SyncerEpochTest, ARecordThatOthersMadeIsWaitedFor) {
  server_.Backup();
  server_.Write(Archive(1));
  SyncOk();
  Append({Edit(1, Archive(1, "13800000001"))});
  SyncOk();
  server_.RestoreBackup("e2");
  SyncOk();
  EXPECT_EQ(report_.unconfirmed, 1);
  EXPECT_EQ(report_.refused, 0);
  EXPECT_EQ(Phone(1), "13800000001");
  EXPECT_EQ(PendingCount(), 1);
  server_.Write(Archive(1));  // who made it has been here
  SyncOk();
  SyncOk();
  EXPECT_EQ(server_.PhoneOf(1), "13800000001");
  EXPECT_EQ(PendingCount(), 0);
  ExpectEqualReplicas();
}

TEST_F(SyncerEpochTest, ACursorThatIsTooOldIsMendedByDigests) {
  server_.Write(Archive(1));
  server_.Write(Archive(2));
  SyncOk();
  Append({Edit(1, Archive(1, "13800000001"))});
  server_.verdicts[ChangeId(1)] = v1::VERDICT_ACCEPTED;
  server_.records.erase(RecordId(2));
  server_.feed.push_back(RecordId(2));
  server_.Write(Archive(3));
  server_.cursor_too_old = true;
  v1::Conflict& conflict = server_.conflicts["k1"];
  conflict.set_id("k1");
  conflict.set_org(kUnit);
  conflict.set_state(v1::CONFLICT_STATE_OPEN);
  // The server goes on from the cursor that came with the digests.
  EXPECT_EQ(ReasonOf(Sync()), v1::ERROR_REASON_CURSOR_TOO_OLD);
  server_.cursor_too_old = false;
  ExpectEqualReplicas();
  EXPECT_EQ(report_.left, 1);
  EXPECT_TRUE(replica_->GetConflict("k1").ok());
  SyncOk();
  EXPECT_EQ(report_.pulled, 0);
  // Nothing was offered again: the epoch is the same.
  EXPECT_EQ(server_.applied[ChangeId(1)], 1);
  EXPECT_EQ(server_.seen.size(), 1u);
}

TEST_F(SyncerEpochTest, VerifyFindsAndMendsWhatDiffers) {
  for (int i = 1; i <= 40; ++i) server_.Write(Archive(i));
  SyncOk();
  SyncReport report;
  auto found = Syncer(*replica_, server_, clock_).Verify(ReconcileMode::kCompare, report);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->differences(), 0);
  EXPECT_EQ(found->compared, 40);
  EXPECT_EQ(replica_->GetSyncState()->last_verified, clock_.Now());

  v1::Record damaged = server_.records[RecordId(7)];
  damaged.set_body(Archive(7, "13800000777").SerializeAsString());
  ASSERT_TRUE(replica_->ApplyRepair({damaged}, {RecordId(9)}).ok());
  found = Syncer(*replica_, server_, clock_).Verify(ReconcileMode::kCompare, report);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->damaged, 1);
  EXPECT_EQ(found->missing, 1);
  EXPECT_EQ(Phone(7), "13800000777");

  found = Syncer(*replica_, server_, clock_).Verify(ReconcileMode::kRepair, report);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->repaired, 2);
  ExpectEqualReplicas();
  found = Syncer(*replica_, server_, clock_).Verify(ReconcileMode::kCompare, report);
  EXPECT_EQ(found->differences(), 0);
}

TEST_F(SyncerEpochTest, AsksHowFarUpItsChangesHaveGot) {
  server_.is_root = false;
  Append({Creation(1, Archive(1)), Creation(2, Archive(2))});
  SyncOk();
  ASSERT_EQ(server_.asked_receipts.size(), 1u);
  EXPECT_THAT(server_.asked_receipts[0], ElementsAre(ChangeId(1), ChangeId(2)));
  EXPECT_EQ(replica_->GetEntry(ChangeId(1))->receipt.hops(0).node(), "fuyang-1");
  server_.is_root = true;
  SyncOk();
  SyncOk();
  EXPECT_EQ(server_.asked_receipts.size(), 2u);
  EXPECT_TRUE(replica_->GetEntry(ChangeId(2))->receipt.settled());
}

TEST_F(SyncerEpochTest, AnOlderServerIsAskedForNothingThatItDoesNotKnow) {
  server_.SetCapabilities({});
  Append({Creation(1, Archive(1))});
  SyncOk();
  server_.Restore("e2");
  SyncOk();
  EXPECT_TRUE(report_.restarted);
  EXPECT_THAT(server_.asked_receipts, IsEmpty());
  EXPECT_EQ(server_.seen.size(), 1u);
}

TEST_F(SyncerEpochTest, SaysWhatWaitsHere) {
  Append({Creation(1, Archive(1)), Edit(2, Archive(1, "13800000002"))});
  SyncOk();
  EXPECT_EQ(server_.greeting.pending_changes(), 2);
  EXPECT_THAT(server_.greeting.pending_record_ids(), ElementsAre(RecordId(1)));
}

TEST_F(SyncerEpochTest, AFailureIsNotedUntilASyncIsComplete) {
  server_.reachable = false;
  EXPECT_FALSE(Sync().ok());
  EXPECT_EQ(replica_->GetSyncState()->failure, "UNAVAILABLE");
  EXPECT_EQ(replica_->GetSyncState()->failing_since, clock_.Now());
  server_.reachable = true;
  SyncReport report;
  ASSERT_TRUE(Syncer(*replica_, server_, clock_).Push(report).ok());
  EXPECT_EQ(replica_->GetSyncState()->failure, "UNAVAILABLE");
  SyncOk();
  EXPECT_EQ(replica_->GetSyncState()->failure, "");
  server_.cursor_too_old = true;
  EXPECT_FALSE(Sync().ok());
  EXPECT_EQ(replica_->GetSyncState()->failure, "CURSOR_TOO_OLD");
}

TEST_F(SyncerEpochTest, ContentIsForgottenWhenNobodyMayNeedItAgain) {
  Append({Creation(1, Archive(1))});  // answered at its time of entry, for all this server says
  SyncOk();
  EXPECT_FALSE(replica_->GetEntry(ChangeId(1))->change.put().record().empty());
  v1::Change old = Creation(2, Archive(2));
  old.mutable_entry_time()->set_seconds(kNow - absl::ToInt64Seconds(limits::kReofferLife) - 1);
  Append({old});
  SyncOk();
  EXPECT_FALSE(replica_->GetEntry(ChangeId(1))->change.put().record().empty());
  EXPECT_TRUE(replica_->GetEntry(ChangeId(2))->change.put().record().empty());
}

}  // namespace
}  // namespace bangfu::client
