#include "client/replica/replica_fixture.h"
#include "domain/digest/record_digest.h"

namespace bangfu::client {
namespace {

// What a comparison with the parent mends (ApplyRepair, ConfirmBuckets, SetCursor).
class RepairTest : public ReplicaTest {
 protected:
  void SetUp() override {
    ReplicaTest::SetUp();
    ASSERT_TRUE(replica_->FollowFeed("e1", kUnit).ok());
  }
  void Repair(const std::vector<v1::Record>& records, const std::vector<std::string>& left = {}) {
    const absl::Status status = replica_->ApplyRepair(records, left);
    ASSERT_TRUE(status.ok()) << status;
  }
  void BeginEpoch(const std::string& epoch) {
    ASSERT_TRUE(replica_->FollowFeed(epoch, kUnit).ok());
  }
};

TEST_F(RepairTest, TakesTheParentsVersionWhateverItsRevisionUnderPendingEdits) {
  Pulled(Batch({Wire(Archive(1), 9), Wire(Archive(2), 9)}, "c1"));
  Append({Edit(1, Archive(1, "13800000001"))});
  v1::Archive theirs = Archive(1, "13900000000");
  theirs.set_address("富春街道2号");
  Repair({Wire(theirs, 3), Wire(Archive(2, "13900000002"), 2), Wire(Archive(3), 1)});
  Repair({Wire(theirs, 3), Wire(Archive(2, "13900000002"), 2), Wire(Archive(3), 1)});
  EXPECT_EQ(Get(1).base_revision, 3);
  EXPECT_EQ(Seen(1).phone(), "13800000001");
  EXPECT_EQ(Seen(1).address(), "富春街道2号");
  EXPECT_EQ(Seen(2).phone(), "13900000002");
  EXPECT_TRUE(Has(3));
  // The writer saw a version that the parent has not got: nothing of it counts as seen.
  EXPECT_EQ(PendingChange(0).base_revision(), 1);
}

TEST_F(RepairTest, KeepsWhatWritersSawWhenRevisionsStillCompare) {
  Pulled(Batch({Wire(Archive(1), 4)}, "c1"));
  Append({Edit(1, Archive(1, "13800000001"))});
  Repair({Wire(Archive(1, "13900000000"), 9)});
  EXPECT_EQ(PendingChange(0).base_revision(), 4);
}

TEST_F(RepairTest, AfterANewEpochAVersionThatIsTheSameCountsAsSeenOnlyByWhoSawIt) {
  Pulled(Batch({Wire(Archive(1), 3)}, "c1"));
  Append({Edit(1, Archive(1, "13800000001"))});
  Pulled(Batch({Wire(Archive(1, "13900000000"), 4), Wire(Archive(2), 6)}, "c2"));
  Append({Edit(2, Archive(2, "13800000002"))});
  BeginEpoch("e2");
  Repair({Wire(Archive(1, "13900000000"), 7), Wire(Archive(2), 5)});
  EXPECT_EQ(PendingChange(0).base_revision(), 1);
  EXPECT_EQ(PendingChange(1).base_revision(), 5);
}

TEST_F(RepairTest, WhatHasLeftGoesUnlessAChangeWaits) {
  Pulled(Batch({Wire(Archive(1), 1), Wire(Archive(2), 1)}, "c1"));
  Append({Edit(1, Archive(2, "13800000001"))});
  Repair({}, {RecordId(1), RecordId(2)});
  EXPECT_FALSE(Has(1));
  EXPECT_TRUE(Get(2).left_scope);
  EXPECT_EQ(PendingCount(), 1u);
}

TEST_F(RepairTest, ComparedRecordsAreInDoubtNoMore) {
  Pulled(Batch({Wire(Archive(1), 1), Wire(Archive(2), 1), Wire(Archive(3), 1),
                Wire(Archive(4), 1, "hz.linan")},
               "c1"));
  BeginEpoch("e2");
  EXPECT_TRUE(Get(1).unconfirmed);
  ASSERT_TRUE(replica_->ConfirmBuckets({domain::DigestBucket(RecordId(1))}).ok());
  EXPECT_FALSE(Get(1).unconfirmed);
  EXPECT_TRUE(Get(2).unconfirmed);
  ASSERT_TRUE(replica_->ConfirmAllBut({RecordId(3), RecordId(4)}).ok());
  EXPECT_FALSE(Get(2).unconfirmed);
  EXPECT_TRUE(replica_->GetSyncState()->resyncing);
  ASSERT_TRUE(replica_->SetCursor("d1").ok());
  EXPECT_FALSE(replica_->GetSyncState()->resyncing);
  EXPECT_EQ(replica_->GetSyncState()->cursor, "d1");
  // What the parent has lost stays; what lies outside our scope goes.
  EXPECT_TRUE(Get(3).unconfirmed);
  EXPECT_FALSE(Has(4));
  EXPECT_EQ(*replica_->FinishPull(absl::FromUnixSeconds(1)), 1);
  EXPECT_EQ(replica_->GetSyncState()->cursor, "d1");
}

}  // namespace
}  // namespace bangfu::client
