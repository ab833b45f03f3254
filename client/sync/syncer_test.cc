#include "client/sync/syncer.h"

#include "base/error.h"
#include "client/replica/sync_lock.h"
#include "client/sync/syncer_fixture.h"

namespace bangfu::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(SyncerTest, JoinAsksTheServerWhoWeAre) {
  const ReplicaIdentity identity = *replica_->Identity();
  EXPECT_EQ(identity.server_address, "fuyang.example:7443");
  EXPECT_EQ(identity.server_node, "fuyang-1");
  EXPECT_EQ(identity.server_org, "hz.fuyang");
  EXPECT_EQ(identity.node, "fuchun-1");
  EXPECT_EQ(identity.org, kUnit);
  EXPECT_EQ(identity.scope, kUnit);
  EXPECT_EQ(replica_->OrgTree()->orgs_size(), 1);
  EXPECT_EQ(Join(server_, "fuyang.example:7443", path_).status().code(),
            absl::StatusCode::kAlreadyExists);
}

TEST_F(SyncerTest, JoinNeedsAServerWithAnOrgTree) {
  const std::string other = folder_ + "/other.db";
  server_.reachable = false;
  EXPECT_EQ(Join(server_, "a:1", other).status().code(), absl::StatusCode::kUnavailable);
  server_.reachable = true;
  server_.orgs.set_version(0);
  EXPECT_EQ(Join(server_, "a:1", other).status().code(), absl::StatusCode::kFailedPrecondition);
  server_.orgs.set_version(1);
  server_.orgs.clear_orgs();
  EXPECT_FALSE(Join(server_, "a:1", other).ok());
  EXPECT_FALSE(std::filesystem::exists(other));
}

TEST_F(SyncerTest, BringsChangesUpAndRecordsDown) {
  server_.Write(Archive(1, "13900000001"));
  Append({Creation(1, Archive(2)), Edit(2, Archive(2, "13800000002"))});
  SyncOk();
  EXPECT_EQ(report_.accepted, 2);
  EXPECT_EQ(report_.replayed, 0);
  EXPECT_EQ(report_.pulled, 3);  // its own two revisions come back too
  EXPECT_THAT(report_.attention, IsEmpty());
  EXPECT_EQ(report_.clock_ahead, absl::Seconds(90));
  EXPECT_FALSE(report_.restarted);
  EXPECT_EQ(PendingCount(), 0);
  EXPECT_EQ(Phone(1), "13900000001");
  EXPECT_EQ(Phone(2), "13800000002");
  EXPECT_EQ(server_.PhoneOf(2), "13800000002");
  EXPECT_EQ(replica_->GetRecord(RecordId(2))->base_revision, 2);
  EXPECT_EQ(replica_->GetSyncState()->last_sync, clock_.Now());
  SyncOk();
  EXPECT_EQ(report_.accepted, 0);
  EXPECT_EQ(report_.pulled, 0);
}

TEST_F(SyncerTest, ReportsWhatNeedsAttentionAndGoesOn) {
  server_.Write(Archive(1, "13900000001"));
  SyncOk();
  Append({Edit(1, Archive(1, "13800000001")), Creation(2, Archive(2)), Creation(3, Archive(3)),
          Creation(4, Archive(4)), Edit(5, Archive(1, "13800000005"))});
  server_.verdicts[ChangeId(1)] = v1::VERDICT_CONFLICT;
  server_.verdicts[ChangeId(2)] = v1::VERDICT_REFUSED;
  server_.verdicts[ChangeId(3)] = v1::VERDICT_PARKED;
  server_.verdicts[ChangeId(5)] = v1::VERDICT_MERGED;
  SyncOk();
  EXPECT_EQ(report_.conflicts, 1);
  EXPECT_EQ(report_.refused, 1);
  EXPECT_EQ(report_.parked, 1);
  EXPECT_EQ(report_.accepted, 1);
  EXPECT_EQ(report_.merged, 1);
  ASSERT_EQ(report_.attention.size(), 3u);
  EXPECT_EQ(report_.attention[0].state, EntryState::kConflict);
  EXPECT_EQ(report_.attention[1].change.change_id(), ChangeId(2));
  EXPECT_EQ(report_.attention[1].outcome.findings(0).message_en(), "mend it");
  EXPECT_EQ(report_.attention[2].state, EntryState::kParked);
  EXPECT_EQ(PendingCount(), 0);
  EXPECT_EQ(Phone(1), "13900000001");
  EXPECT_EQ(Phone(2), "13800000000");  // the refused draft is still there
  // Nothing of it is sent again.
  server_.push_sizes.clear();
  SyncOk();
  EXPECT_THAT(server_.push_sizes, IsEmpty());
  EXPECT_THAT(report_.attention, IsEmpty());
}

TEST_F(SyncerTest, ALostAnswerIsAskedForAgainAndNothingHappensTwice) {
  Append({Creation(1, Archive(1)), Edit(2, Archive(1, "13800000002"))});
  server_.lose_answers = 1;
  EXPECT_EQ(Sync().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(PendingCount(), 2);
  EXPECT_EQ(Phone(1), "13800000002");
  SyncOk();
  EXPECT_EQ(report_.replayed, 2);
  EXPECT_EQ(report_.accepted, 2);
  EXPECT_EQ(server_.applied[ChangeId(1)], 1);
  EXPECT_EQ(server_.applied[ChangeId(2)], 1);
  EXPECT_EQ(server_.records[RecordId(1)].revision(), 2);
  EXPECT_EQ(PendingCount(), 0);
  EXPECT_EQ(Phone(1), "13800000002");
}

TEST_F(SyncerTest, APullBetweenALostAnswerAndItsRepetitionChangesNothing) {
  Append({Creation(1, Archive(1)), Edit(2, Archive(1, "13800000002"))});
  server_.lose_answers = 1;
  EXPECT_FALSE(Sync().ok());
  SyncReport pulled;
  ASSERT_TRUE(Syncer(*replica_, server_, clock_).Pull(pulled).ok());
  EXPECT_EQ(PendingCount(), 2);
  EXPECT_EQ(Phone(1), "13800000002");
  SyncOk();
  EXPECT_EQ(report_.replayed, 2);
  EXPECT_EQ(server_.records[RecordId(1)].revision(), 2);
  EXPECT_EQ(Phone(1), "13800000002");
}

TEST_F(SyncerTest, AProcessKilledAfterThePushTakesTheSameOutcomesLater) {
  Append({Creation(1, Archive(1)), Creation(2, Archive(2))});
  server_.verdicts[ChangeId(2)] = v1::VERDICT_REFUSED;
  // The push reached the server and the process ended before ApplyOutcomes.
  ASSERT_TRUE(server_.Push(PendingChanges(), {}).ok());
  replica_.reset();
  replica_ = *Replica::Open(path_);
  SyncOk();
  EXPECT_EQ(report_.accepted, 1);
  EXPECT_EQ(report_.refused, 1);
  EXPECT_EQ(report_.replayed, 2);
  EXPECT_EQ(server_.applied[ChangeId(1)], 1);
  EXPECT_EQ(PendingCount(), 0);
}

TEST_F(SyncerTest, APullThatBreaksOffGoesOnWhereItWas) {
  for (int i = 1; i <= 5; ++i) server_.Write(Archive(i));
  server_.batches_before_break = 3;
  EXPECT_EQ(Sync().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(report_.pulled, 3);
  EXPECT_EQ(replica_->ListRecords({})->size(), 3u);
  EXPECT_EQ(replica_->GetSyncState()->last_sync, absl::InfinitePast());
  server_.batches_before_break = -1;
  SyncOk();
  EXPECT_EQ(report_.pulled, 2);
  EXPECT_EQ(replica_->ListRecords({})->size(), 5u);
}

TEST_F(SyncerTest, PendingEditsStayVisibleOnTopOfPulledRecords) {
  server_.Write(Archive(1, "13900000001"));
  SyncOk();
  Append({Edit(1, Archive(1, "13800000001"))});
  v1::Archive theirs = Archive(1, "13900000002");
  theirs.set_address("富春街道2号");
  server_.Write(theirs);
  SyncReport report;
  ASSERT_TRUE(Syncer(*replica_, server_, clock_).Pull(report).ok());
  EXPECT_EQ(Phone(1), "13800000001");
  ASSERT_TRUE(Syncer(*replica_, server_, clock_).Push(report).ok());
  EXPECT_EQ(server_.seen.back().base_revision(), 1);
}

TEST_F(SyncerTest, RecordsThatLeftTheScopeAreRemoved) {
  server_.Write(Archive(1));
  SyncOk();
  server_.records.erase(RecordId(1));
  server_.feed.push_back(RecordId(1));
  SyncOk();
  EXPECT_EQ(report_.left, 1);
  EXPECT_THAT(*replica_->ListRecords({}), IsEmpty());
}

TEST_F(SyncerTest, PushesInOrderWithinTheLimitsOfTheServer) {
  server_.handshake.set_max_changes_per_push(2);
  std::vector<v1::Change> changes;
  for (int i = 1; i <= 5; ++i) changes.push_back(Creation(i, Archive(i)));
  Append(changes);
  std::vector<std::pair<int64_t, int64_t>> steps;
  SyncReport report;
  ASSERT_TRUE(Syncer(*replica_, server_, clock_,
                     [&](SyncPhase phase, int64_t done, int64_t total) {
                       if (phase == SyncPhase::kPush) steps.emplace_back(done, total);
                     })
                  .Push(report)
                  .ok());
  EXPECT_THAT(server_.push_sizes, ElementsAre(2, 2, 1));
  EXPECT_THAT(steps, ElementsAre(std::pair(2, 5), std::pair(4, 5), std::pair(5, 5)));
  for (size_t i = 0; i < changes.size(); ++i) {
    EXPECT_EQ(server_.seen[i].change_id(), changes[i].change_id());
  }
}

TEST_F(SyncerTest, AChangeThatTheServerHasNoRoomForDoesNotBlockTheOthers) {
  server_.handshake.set_max_push_bytes(2000);
  v1::Archive large = Archive(1);
  large.set_hardship_description(std::string(3000, 'a'));
  Append({Creation(1, large), Creation(2, Archive(2))});
  SyncOk();
  EXPECT_EQ(report_.refused, 1);
  EXPECT_EQ(report_.accepted, 1);
  ASSERT_EQ(report_.attention.size(), 1u);
  EXPECT_EQ(report_.attention[0].outcome.findings(0).code(), v1::FINDING_CODE_TOO_LARGE);
  EXPECT_EQ(server_.seen.size(), 1u);
  EXPECT_TRUE(replica_->GetRecord(RecordId(1)).ok());
}

TEST_F(SyncerTest, AFeedThatBeganAnewIsPulledFromTheStart) {
  server_.Write(Archive(1));
  server_.Write(Archive(1, "13900000009"));
  server_.Write(Archive(2));
  SyncOk();
  Append({Edit(1, Archive(1, "13800000001"))});
  // The backup knew the first revision of archive 1 and nothing of archive 2.
  server_.records.clear();
  server_.Restore("e2");
  server_.Write(Archive(1, "13900000000"));
  SyncOk();
  EXPECT_TRUE(report_.restarted);
  EXPECT_EQ(report_.unconfirmed, 1);
  EXPECT_EQ(report_.accepted, 1);
  EXPECT_EQ(server_.seen.back().base_revision(), 1);
  EXPECT_EQ(replica_->GetRecord(RecordId(1))->base_revision, 2);
  EXPECT_TRUE(replica_->GetRecord(RecordId(2))->unconfirmed);
  EXPECT_EQ(Phone(1), "13800000001");
  SyncOk();
  EXPECT_FALSE(report_.restarted);
}

TEST_F(SyncerTest, AnInterruptedRestartIsFinishedBeforeAnythingIsSent) {
  server_.Write(Archive(1));
  server_.Write(Archive(2));
  SyncOk();
  Append({Edit(1, Archive(2, "13800000001"))});
  server_.Restore("e2");
  server_.batches_before_break = 1;
  EXPECT_EQ(Sync().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(server_.seen, IsEmpty());
  SyncReport report;
  EXPECT_FALSE(Syncer(*replica_, server_, clock_).Push(report).ok());
  EXPECT_THAT(server_.seen, IsEmpty());
  server_.batches_before_break = -1;
  SyncOk();
  EXPECT_TRUE(report_.restarted);
  EXPECT_EQ(report_.unconfirmed, 0);
  EXPECT_EQ(report_.accepted, 1);
}

TEST_F(SyncerTest, ACursorThatTheServerDoesNotKnowStartsThePullAnew) {
  server_.Write(Archive(1));
  SyncOk();
  server_.bad_cursor = true;
  v1::PullResponse foreign;
  foreign.set_next_cursor("foreign:1");
  ASSERT_TRUE(replica_->ApplyBatch(foreign).ok());
  SyncOk();
  EXPECT_TRUE(report_.restarted);
  EXPECT_EQ(report_.pulled, 1);
  EXPECT_EQ(report_.unconfirmed, 0);
}

TEST_F(SyncerTest, ANewerPolicyIsTaken) {
  EXPECT_EQ(replica_->PolicySet()->version(), 0);
  server_.policy = Policy(2, "600");
  SyncOk();
  EXPECT_TRUE(report_.policy_updated);
  EXPECT_EQ(replica_->PolicySet()->policies(0).dibao_line_yuan(), "600");
  SyncOk();
  EXPECT_FALSE(report_.policy_updated);
  server_.policy = Policy(1, "500");
  SyncOk();
  EXPECT_EQ(replica_->PolicySet()->version(), 2);
}

TEST_F(SyncerTest, APolicyThatThisProgramCannotUseDoesNotHoldUpRecords) {
  server_.policy = Policy(2, "much");
  server_.Write(Archive(1));
  SyncOk();
  EXPECT_TRUE(report_.policy_unreadable);
  EXPECT_FALSE(report_.policy_updated);
  EXPECT_EQ(replica_->PolicySet()->version(), 0);
  EXPECT_EQ(report_.pulled, 1);
}

TEST_F(SyncerTest, ANewerOrgTreeIsTaken) {
  server_.orgs.set_version(2);
  *server_.orgs.add_orgs() = Org("hz.fuyang", v1::ORG_KIND_DISTRICT);
  SyncOk();
  EXPECT_TRUE(report_.org_tree_updated);
  EXPECT_EQ(replica_->OrgTree()->orgs_size(), 2);
  SyncOk();
  EXPECT_FALSE(report_.org_tree_updated);
  server_.orgs.set_version(1);
  SyncOk();
  EXPECT_EQ(replica_->OrgTree()->version(), 2);
}

TEST_F(SyncerTest, AnotherServerOrAnotherCertificateIsNotSyncedWith) {
  Append({Creation(1, Archive(1))});
  server_.handshake.set_server_node("linan-1");
  const absl::Status other_server = Sync();
  EXPECT_EQ(other_server.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(TextOf(other_server).zh, HasSubstr("linan-1"));
  server_.handshake.set_server_node("fuyang-1");
  server_.handshake.set_node("xiangjiao-1");
  EXPECT_EQ(Sync().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(server_.seen, IsEmpty());
  EXPECT_EQ(PendingCount(), 1);
}

TEST_F(SyncerTest, OneSyncAtATime) {
  auto lock = SyncLock::Acquire(path_);
  ASSERT_TRUE(lock.ok());
  Append({Creation(1, Archive(1))});
  EXPECT_EQ(Sync().code(), absl::StatusCode::kAborted);
  EXPECT_THAT(server_.seen, IsEmpty());
}

TEST_F(SyncerTest, AServerThatIsNotThereChangesNothing) {
  Append({Creation(1, Archive(1))});
  server_.reachable = false;
  EXPECT_EQ(Sync().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(PendingCount(), 1);
}

}  // namespace
}  // namespace bangfu::client
