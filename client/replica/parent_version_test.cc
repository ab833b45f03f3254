#include "client/replica/replica_fixture.h"

namespace bangfu::client {
namespace {

using ::testing::IsEmpty;

TEST_F(ReplicaTest, AcceptedChangesBecomeTheBaseAndWhatFollowsHasSeenThem) {
  Append({Creation(1, Archive(1)), Edit(2, Archive(1, "13800000002"))});
  const v1::Change first = PendingChange(0);
  EXPECT_EQ(PendingChange(1).base_revision(), 0);
  Apply(first, Answer(first, v1::VERDICT_ACCEPTED, 1));
  EXPECT_EQ(StateOf(1), EntryState::kAccepted);
  LocalRecord record = Get(1);
  EXPECT_EQ(record.base_revision, 1);
  EXPECT_EQ(Parse(record.base_body.value()).phone(), "13800000000");
  EXPECT_EQ(Seen(1).phone(), "13800000002");
  EXPECT_EQ(PendingChange(0).base_revision(), 1);

  const v1::Change second = PendingChange(0);
  Apply(second, Answer(second, v1::VERDICT_ACCEPTED, 2));
  record = Get(1);
  EXPECT_EQ(record.base_revision, 2);
  EXPECT_EQ(Parse(*record.base_body).phone(), "13800000002");
  EXPECT_EQ(PendingCount(), 0u);
}

TEST_F(ReplicaTest, OutcomesMayBeAppliedTwice) {
  Append({Creation(1, Archive(1)), Edit(2, Archive(1, "13800000002"))});
  const v1::Change change = PendingChange(0);
  Apply(change, Answer(change, v1::VERDICT_ACCEPTED, 1));
  const LocalRecord before = Get(1);
  Apply(change, Answer(change, v1::VERDICT_REFUSED));
  EXPECT_EQ(StateOf(1), EntryState::kAccepted);
  EXPECT_EQ(Get(1).body, before.body);
  EXPECT_EQ(Get(1).base_body, before.base_body);
}

TEST_F(ReplicaTest, MergedAndConflictTakeTheParentsVersionAndLeaveTheLine) {
  Pulled(Batch({Wire(Archive(1), 1)}, "c1"));
  Append({Edit(1, Archive(1, "13800000001")), Edit(2, Archive(1, "13800000002"))});
  v1::Archive merged = Archive(1, "13800000001");
  merged.set_address("富春街道1号");
  const v1::Change first = PendingChange(0);
  v1::Outcome outcome = Answer(first, v1::VERDICT_MERGED, 3);
  *outcome.mutable_record() = Wire(merged, 3);
  Apply(first, outcome);
  EXPECT_EQ(StateOf(1), EntryState::kMerged);
  EXPECT_EQ(Get(1).base_revision, 3);
  EXPECT_EQ(Seen(1).address(), "富春街道1号");
  EXPECT_EQ(Seen(1).phone(), "13800000002");
  // Its writer has not seen what was merged in.
  EXPECT_EQ(PendingChange(0).base_revision(), 1);

  v1::Archive kept = merged;
  kept.set_phone("13900000000");
  const v1::Change second = PendingChange(0);
  outcome = Answer(second, v1::VERDICT_CONFLICT, 4);
  *outcome.mutable_record() = Wire(kept, 4);
  outcome.add_conflicts()->set_field("phone");
  Apply(second, outcome);
  EXPECT_EQ(StateOf(2), EntryState::kConflict);
  EXPECT_EQ(Seen(1).phone(), "13900000000");
  EXPECT_EQ(PendingCount(), 0u);
  EXPECT_EQ(replica_->GetBacklog()->conflicts, 1);
  const auto noted = *replica_->Outbox({EntryState::kConflict});
  ASSERT_EQ(noted.size(), 1u);
  EXPECT_EQ(noted[0].outcome.conflicts(0).field(), "phone");
  EXPECT_FALSE(noted[0].outcome.has_record());
  EXPECT_EQ(Parse(noted[0].change.put().record()).phone(), "13800000002");

  ASSERT_TRUE(replica_->Dismiss(ChangeId(2)).ok());
  EXPECT_EQ(replica_->GetBacklog()->conflicts, 0);
  EXPECT_EQ(Seen(1).phone(), "13900000000");
  EXPECT_EQ(replica_->Dismiss(ChangeId(2)).code(), absl::StatusCode::kNotFound);
}

TEST_F(ReplicaTest, ARefusedEditIsUndoneAndKept) {
  Pulled(Batch({Wire(Archive(1), 1)}, "c1"));
  Append({Edit(1, Archive(1, "13800000001"))});
  EXPECT_EQ(Seen(1).phone(), "13800000001");
  const v1::Change change = PendingChange(0);
  v1::Outcome outcome = Answer(change, v1::VERDICT_REFUSED, 1);
  outcome.add_findings()->set_message_zh("不允许");
  Apply(change, outcome);
  EXPECT_EQ(Seen(1).phone(), "13800000000");
  EXPECT_EQ(replica_->GetBacklog()->refused, 1);
  const auto refused = *replica_->Outbox({EntryState::kRefused, EntryState::kParked});
  ASSERT_EQ(refused.size(), 1u);
  EXPECT_EQ(refused[0].outcome.findings(0).message_zh(), "不允许");
  EXPECT_EQ(Parse(refused[0].change.put().record()).phone(), "13800000001");
}

TEST_F(ReplicaTest, ARefusedCreationStaysAsADraftUntilItIsCorrected) {
  Append({Creation(1, Archive(1)), SubmitOf(2, RecordId(1))});
  const v1::Change creation = PendingChange(0);
  const v1::Change submission = PendingChange(1);
  ASSERT_TRUE(replica_
                  ->ApplyOutcomes({creation, submission}, {Answer(creation, v1::VERDICT_REFUSED),
                                                           Answer(submission, v1::VERDICT_REFUSED)})
                  .ok());
  EXPECT_EQ(Get(1).status, v1::ARCHIVE_STATUS_DRAFT);
  EXPECT_EQ(Seen(1).phone(), "13800000000");
  EXPECT_EQ(replica_->Append({SubmitOf(3, RecordId(1))}).code(),
            absl::StatusCode::kFailedPrecondition);

  Append({Edit(4, Archive(1, "13800000004"))});
  const v1::Change corrected = PendingChange(0);
  EXPECT_TRUE(corrected.put().changed_fields().empty());
  EXPECT_EQ(corrected.base_revision(), 0);
  EXPECT_EQ(Parse(corrected.put().record()).identity_number(), PersonNumber(1));
  EXPECT_EQ(Seen(1).phone(), "13800000004");
  EXPECT_EQ(StateOf(1), EntryState::kSuperseded);
  EXPECT_EQ(replica_->GetBacklog()->refused, 0);
  Append({SubmitOf(5, RecordId(1))});
  EXPECT_EQ(Get(1).status, v1::ARCHIVE_STATUS_SUBMITTED);
}

TEST_F(ReplicaTest, DismissingARefusedCreationRemovesTheDraft) {
  Append({Creation(1, Archive(1))});
  const v1::Change creation = PendingChange(0);
  Apply(creation, Answer(creation, v1::VERDICT_PARKED));
  EXPECT_TRUE(Has(1));
  EXPECT_EQ(replica_->GetBacklog()->parked, 1);
  EXPECT_EQ(replica_->FindPerson(PersonNumber(1))->size(), 1u);
  ASSERT_TRUE(replica_->Dismiss(ChangeId(1)).ok());
  EXPECT_FALSE(Has(1));
  EXPECT_THAT(*replica_->FindPerson(PersonNumber(1)), IsEmpty());
  ASSERT_EQ(replica_->History(RecordId(1))->size(), 1u);
  EXPECT_TRUE(replica_->History(RecordId(1))->front().change.put().record().empty());
}

// A draft of something that belongs to an archive that has moved goes as well.
TEST_F(ReplicaTest, WhatTheParentKeepsForOthersIsNotShownAnyMore) {
  Pulled(Batch({Wire(Archive(1), 1)}, "c1"));
  Append({Edit(1, Archive(1, "13800000001")), Creation(2, Archive(2))});
  for (int i = 1; i <= 2; ++i) {
    const v1::Change change = PendingChange(0);
    v1::Outcome outcome = Answer(change, v1::VERDICT_PARKED);
    outcome.add_findings()->set_code(v1::FINDING_CODE_RECORD_MOVED);
    Apply(change, outcome);
    EXPECT_FALSE(Has(i));
    EXPECT_EQ(StateOf(i), EntryState::kParked);
    EXPECT_FALSE(replica_->GetEntry(ChangeId(i))->change.put().record().empty());
  }
  // It comes back.
  Pulled(Batch({Wire(Archive(1), 4)}, "c2"));
  EXPECT_EQ(Seen(1).phone(), "13800000000");
  ASSERT_TRUE(replica_->Dismiss(ChangeId(1)).ok());
}

}  // namespace
}  // namespace bangfu::client
