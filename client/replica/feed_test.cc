#include "client/replica/replica_fixture.h"

namespace bangfu::client {
namespace {

using ::testing::HasSubstr;

TEST_F(ReplicaTest, APullShowsPendingEditsOnTopAndMovesTheCursorWithIt) {
  Pulled(Batch({Wire(Archive(1), 1)}, "c1"));
  Append({Edit(1, Archive(1, "13800000001"))});
  v1::Archive theirs = Archive(1, "13900000000");
  theirs.set_address("富春街道2号");
  Pulled(Batch({Wire(theirs, 2)}, "c2"));
  EXPECT_EQ(Seen(1).phone(), "13800000001");
  EXPECT_EQ(Seen(1).address(), "富春街道2号");
  EXPECT_EQ(Get(1).base_revision, 2);
  EXPECT_EQ(PendingChange(0).base_revision(), 1);
  EXPECT_EQ(replica_->GetSyncState()->cursor, "c2");
}

TEST_F(ReplicaTest, AnOlderRevisionNeverReplacesANewerOne) {
  Pulled(Batch({Wire(Archive(1, "13800000005"), 5)}, "c1"));
  Pulled(Batch({Wire(Archive(1, "13800000004"), 4)}, "c2"));
  EXPECT_EQ(Seen(1).phone(), "13800000005");
  EXPECT_EQ(Get(1).base_revision, 5);
  // The same revision is the parent's own word for what was computed here.
  Pulled(Batch({Wire(Archive(1, "13800000006"), 5)}, "c3"));
  EXPECT_EQ(Seen(1).phone(), "13800000006");
}

TEST_F(ReplicaTest, BytesOfTheParentAreKeptWithFieldsThatAreNotKnownHere) {
  v1::Record record = Wire(Archive(1), 1);
  record.set_body(record.body() + std::string("\xfa\x3e\x01x", 4));  // field 1007, unknown
  Pulled(Batch({record}, "c1"));
  EXPECT_EQ(Get(1).body, record.body());
  EXPECT_EQ(Get(1).base_body, record.body());
  Append({Edit(1, Archive(1, "13800000001"))});
  EXPECT_THAT(Get(1).body, HasSubstr(std::string("\xfa\x3e\x01x", 4)));
}

TEST_F(ReplicaTest, ARecordOfANewerProgramDoesNotStopTheOthers) {
  v1::Record strange = Wire(Archive(1), 1);
  strange.set_type(static_cast<v1::RecordType>(77));
  v1::Record damaged = Wire(Archive(2), 1);
  damaged.set_body("\xff\xff\xff");
  Pulled(Batch({strange, damaged, Wire(Archive(3), 1)}, "c1"));
  EXPECT_EQ(Get(1).body, strange.body());
  EXPECT_EQ(Get(2).body, damaged.body());
  EXPECT_EQ(Seen(3).phone(), "13800000000");
}

TEST_F(ReplicaTest, WhatLeftTheScopeGoesUnlessAChangeWaits) {
  Pulled(Batch({Wire(Archive(1), 1), Wire(Archive(2), 1)}, "c1"));
  Append({Edit(1, Archive(2, "13800000001"))});
  v1::PullResponse left = Batch({}, "c2");
  left.add_left_record_ids(RecordId(1));
  left.add_left_record_ids(RecordId(2));
  left.add_left_record_ids(RecordId(3));
  Pulled(left);
  EXPECT_FALSE(Has(1));
  EXPECT_TRUE(Get(2).left_scope);
  EXPECT_EQ(replica_->Append({Edit(2, Archive(2))}).code(), absl::StatusCode::kFailedPrecondition);
  const v1::Change change = PendingChange(0);
  Apply(change, Answer(change, v1::VERDICT_PARKED));
  EXPECT_FALSE(Has(2));
  EXPECT_EQ(Parse(replica_->GetEntry(ChangeId(1))->change.put().record()).phone(), "13800000001");
  // It comes back.
  Pulled(Batch({Wire(Archive(2), 4)}, "c3"));
  EXPECT_FALSE(Get(2).left_scope);
}

TEST_F(ReplicaTest, AnotherFeedReplacesRecordsAlsoByLowerRevisions) {
  ASSERT_TRUE(replica_->FollowFeed("e1", kUnit).ok());
  Pulled(
      Batch({Wire(Archive(1, "13800000001"), 9), Wire(Archive(2), 5), Wire(Archive(3), 5)}, "c1"));
  ASSERT_TRUE(replica_->FinishPull(absl::FromUnixSeconds(100)).ok());
  Append({Edit(1, Archive(1, "13800000077")), Edit(2, Archive(2, "13800000088"))});
  ASSERT_TRUE(replica_->FollowFeed("e1", kUnit).ok());
  EXPECT_EQ(replica_->GetSyncState()->cursor, "c1");
  EXPECT_EQ(replica_->GetSyncState()->last_sync, absl::FromUnixSeconds(100));

  ASSERT_TRUE(replica_->FollowFeed("e2", kUnit).ok());
  EXPECT_EQ(replica_->GetSyncState()->cursor, "");
  EXPECT_TRUE(replica_->GetSyncState()->resyncing);
  Pulled(Batch({Wire(Archive(1, "13900000000"), 3), Wire(Archive(2), 2)}, "d1"));
  EXPECT_EQ(Get(1).base_revision, 3);
  EXPECT_EQ(Parse(*Get(1).base_body).phone(), "13900000000");
  EXPECT_EQ(Seen(1).phone(), "13800000077");
  // Its version is another one now: everything since the first revision counts as unseen.
  EXPECT_EQ(PendingChange(0).base_revision(), 1);
  // The same version under another revision was seen.
  EXPECT_EQ(PendingChange(1).base_revision(), 2);
  EXPECT_EQ(*replica_->FinishPull(absl::FromUnixSeconds(200)), 1);
  EXPECT_TRUE(Get(3).unconfirmed);
  EXPECT_FALSE(Get(1).unconfirmed);
  EXPECT_FALSE(replica_->GetSyncState()->resyncing);
  Pulled(Batch({Wire(Archive(3), 1)}, "d2"));
  EXPECT_FALSE(Get(3).unconfirmed);
}

TEST_F(ReplicaTest, ANarrowerScopeRemovesWhatLiesOutside) {
  ASSERT_TRUE(replica_->FollowFeed("e1", "hz.fuyang").ok());
  Pulled(Batch({Wire(Archive(1), 4), Wire(Archive(2), 4, "hz.fuyang.other")}, "c1"));
  ASSERT_TRUE(replica_->FinishPull(absl::FromUnixSeconds(1)).ok());
  Append({Edit(1, Archive(1, "13800000001"))});
  ASSERT_TRUE(replica_->FollowFeed("e1", kUnit).ok());
  EXPECT_TRUE(replica_->GetSyncState()->resyncing);
  Pulled(Batch({Wire(Archive(1), 6)}, "d1"));
  // The feed is the same, so the revision that the writer saw still means what it meant.
  EXPECT_EQ(PendingChange(0).base_revision(), 4);
  EXPECT_EQ(*replica_->FinishPull(absl::FromUnixSeconds(2)), 0);
  EXPECT_TRUE(Has(1));
  EXPECT_FALSE(Has(2));
  EXPECT_EQ(replica_->Identity()->scope, kUnit);
}

}  // namespace
}  // namespace bangfu::client
