#include "base/error.h"
#include "base/limits.h"
#include "client/replica/replica_fixture.h"

namespace bangfu::client {
namespace {

using ::testing::IsEmpty;

TEST_F(ReplicaTest, WhatWasEnteredIsVisibleAtOnceAndWaits) {
  Append({Creation(1, Archive(1)), SubmitOf(2, RecordId(1))});
  Reopen();
  const LocalRecord record = Get(1);
  EXPECT_EQ(record.base_revision, 0);
  EXPECT_FALSE(record.base_body.has_value());
  EXPECT_EQ(record.org, kUnit);
  EXPECT_EQ(record.status, v1::ARCHIVE_STATUS_SUBMITTED);
  EXPECT_EQ(Seen(1).phone(), "13800000000");
  EXPECT_EQ(PendingChange(0).change_id(), ChangeId(1));
  EXPECT_EQ(PendingChange(1).change_id(), ChangeId(2));
  EXPECT_EQ(replica_->GetBacklog()->pending, 2);
  EXPECT_EQ(replica_->Pending(1)->size(), 1u);
}

TEST_F(ReplicaTest, AnImportIsAllOrNothing) {
  std::vector<v1::Change> changes;
  for (int i = 1; i <= 54; ++i) changes.push_back(Creation(i, Archive(i)));
  changes[53].clear_put();
  const absl::Status status = replica_->Append(changes);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(*replica_->ListRecords({}), IsEmpty());
  EXPECT_EQ(PendingCount(), 0u);
  changes[53] = Creation(54, Archive(54));
  Append(changes);
  EXPECT_EQ(replica_->ListRecords({})->size(), 54u);
}

TEST_F(ReplicaTest, MalformedChangesAreNotEntered) {
  v1::Change no_uuid = Creation(1, Archive(1));
  no_uuid.set_change_id("1");
  v1::Change other_record = Creation(1, Archive(1));
  other_record.set_record_id(RecordId(2));
  v1::Change no_type = Creation(1, Archive(1));
  no_type.set_record_type(v1::RECORD_TYPE_UNSPECIFIED);
  v1::Change unreadable = Creation(1, Archive(1));
  unreadable.mutable_put()->set_record("\xff\xff\xff");
  v1::Change bad_field = Edit(1, Archive(1), "no_such_field");
  Append({Creation(9, Archive(1))});
  for (const v1::Change& change : {no_uuid, other_record, no_type, unreadable, bad_field}) {
    EXPECT_EQ(replica_->Append({change}).code(), absl::StatusCode::kInvalidArgument)
        << change.DebugString();
  }
  EXPECT_EQ(PendingCount(), 1u);
}

TEST_F(ReplicaTest, ARecordHasALargestSize) {
  v1::Archive archive = Archive(1);
  const size_t overhead = [&] {
    archive.set_hardship_description(std::string(200000, 'a'));
    return archive.ByteSizeLong() - 200000;
  }();
  const size_t room = static_cast<size_t>(limits::kMaxRecordBytes) - overhead;
  archive.set_hardship_description(std::string(room + 1, 'a'));
  EXPECT_EQ(replica_->Append({Creation(1, archive)}).code(), absl::StatusCode::kInvalidArgument);
  archive.set_hardship_description(std::string(room, 'a'));
  Append({Creation(1, archive)});
}

TEST_F(ReplicaTest, AChangeIdIsUsedOnce) {
  Append({Creation(1, Archive(1))});
  EXPECT_EQ(replica_->Append({Creation(1, Archive(2))}).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_FALSE(Has(2));
  EXPECT_EQ(replica_->Append({Creation(3, Archive(3)), Creation(3, Archive(4))}).code(),
            absl::StatusCode::kAlreadyExists);
  EXPECT_FALSE(Has(3));
}

TEST_F(ReplicaTest, EditsAndStepsNeedTheirRecord) {
  EXPECT_EQ(replica_->Append({Edit(1, Archive(1))}).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(replica_->Append({SubmitOf(1, RecordId(1))}).code(), absl::StatusCode::kNotFound);
  Append({Creation(1, Archive(1)), SubmitOf(2, RecordId(1))});
  EXPECT_EQ(replica_->Append({SubmitOf(3, RecordId(1))}).code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(ReplicaTest, AChangeCarriesTheRevisionThatItsWriterSaw) {
  Pulled(Batch({Wire(Archive(1), 7)}, "c1"));
  Append({Edit(1, Archive(1, "13800000001"))});
  EXPECT_EQ(PendingChange(0).base_revision(), 7);
  v1::Change read_before_the_pull = Edit(2, Archive(1, "13800000002"));
  read_before_the_pull.set_base_revision(5);
  Append({read_before_the_pull});
  EXPECT_EQ(PendingChange(1).base_revision(), 5);
}

TEST_F(ReplicaTest, ARevisionThatIsNotThereYetIsNotBelieved) {
  Pulled(Batch({Wire(Archive(1), 7)}, "c1"));
  v1::Change impossible = Edit(1, Archive(1, "13800000001"));
  impossible.set_base_revision(99);
  Append({impossible});
  EXPECT_EQ(PendingChange(0).base_revision(), 7);
}

// A pull between two edits of one field: the second was made on top of the first, which has not
// seen the pull.
TEST_F(ReplicaTest, WhatIsEnteredOnTopOfPendingChangesHasSeenNoMoreThanThey) {
  Pulled(Batch({Wire(Archive(1), 7)}, "c1"));
  Append({Edit(1, Archive(1, "13800000001"))});
  Pulled(Batch({Wire(Archive(1, "13800000009"), 8)}, "c2"));
  Append({Edit(2, Archive(1, "13800000002"))});
  EXPECT_EQ(PendingChange(1).base_revision(), 7);
}

TEST_F(ReplicaTest, RetrySendsARefusedChangeUnderANewId) {
  Pulled(Batch({Wire(Archive(1), 2)}, "c1"));
  Append({Edit(1, Archive(1, "1380"))});
  const v1::Change change = PendingChange(0);
  EXPECT_EQ(replica_->Retry(ChangeId(1), Edit(2, Archive(1, "13800000002"))).code(),
            absl::StatusCode::kNotFound);
  Apply(change, Answer(change, v1::VERDICT_REFUSED, 2));
  EXPECT_EQ(replica_->Retry(ChangeId(1), change).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(replica_->Retry(ChangeId(1), Edit(2, Archive(3))).code(), absl::StatusCode::kNotFound);
  ASSERT_TRUE(replica_->Retry(ChangeId(1), Edit(2, Archive(1, "13800000002"))).ok());
  EXPECT_EQ(StateOf(1), EntryState::kSuperseded);
  EXPECT_EQ(PendingChange(0).change_id(), ChangeId(2));
  EXPECT_EQ(PendingChange(0).base_revision(), 2);
  EXPECT_EQ(Seen(1).phone(), "13800000002");
  EXPECT_EQ(replica_->Retry(ChangeId(1), Edit(3, Archive(1))).code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace bangfu::client
