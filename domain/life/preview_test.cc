#include "domain/life/preview.h"

#include <string>
#include <vector>

#include "bangfu/v1/aid_event.pb.h"
#include "domain/life/step_sample.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::domain {
namespace {

using namespace steps;  // NOLINT(google-build-using-namespace): the vocabulary of this test
using sample::kArchiveId;
using sample::kToday;

v1::Change Put(const v1::Archive& archive, const std::vector<std::string>& fields) {
  v1::Change change = By("a", kUnit);
  change.mutable_put()->set_record(archive.SerializeAsString());
  for (const std::string& field : fields) change.mutable_put()->add_changed_fields(field);
  return change;
}

TEST(PreviewTest, PutWritesOnlyItsChangedFields) {
  v1::Archive record = Draft();
  v1::Archive sent = Draft();
  sent.set_phone("13900000000");
  sent.set_address("别处");
  sent.mutable_members()->DeleteSubrange(1, 1);
  ASSERT_TRUE(
      Preview(record, Put(sent, {"phone", std::string("members[") + sample::kSonId + "]"}), kToday)
          .ok());
  EXPECT_EQ(record.phone(), "13900000000");
  EXPECT_EQ(record.address(), Draft().address());
  EXPECT_EQ(record.members_size(), 1);
  EXPECT_EQ(record.members(0).id(), sample::kWifeId);
}

TEST(PreviewTest, PutClearsWhatItLeavesEmpty) {
  v1::Archive record = Draft();
  v1::Archive sent = Draft();
  sent.clear_hardship_expense_fen();
  ASSERT_TRUE(Preview(record, Put(sent, {"hardship_expense_fen"}), kToday).ok());
  EXPECT_FALSE(record.has_hardship_expense_fen());
}

TEST(PreviewTest, CreationWritesAllThatIsSet) {
  v1::Archive record;
  ASSERT_TRUE(Preview(record, Put(sample::Staff(), {}), kToday).ok());
  EXPECT_EQ(record.SerializeAsString(), sample::Staff().SerializeAsString());
  // Also when fields are named: the record gets its id.
  v1::Archive named;
  ASSERT_TRUE(Preview(named, Put(sample::Staff(), {"phone"}), kToday).ok());
  EXPECT_EQ(named.id(), kArchiveId);
  EXPECT_EQ(named.phone(), "13805710000");
  EXPECT_EQ(named.members_size(), 0);
}

TEST(PreviewTest, StepsAreTakenExceptApproval) {
  v1::Archive record = Draft();
  ASSERT_TRUE(Preview(record, Submit("a", kUnit), kToday).ok());
  EXPECT_EQ(record.status(), v1::ARCHIVE_STATUS_SUBMITTED);
  EXPECT_EQ(record.handling().person_id(), "a");
  ASSERT_TRUE(Preview(record, Review("b", kUnion), kToday).ok());
  EXPECT_EQ(record.status(), v1::ARCHIVE_STATUS_REVIEWED);
  const std::string before = record.SerializeAsString();
  ASSERT_TRUE(Preview(record, Approve("c", kCenter), kToday).ok());
  EXPECT_EQ(record.SerializeAsString(), before);
  ASSERT_TRUE(Preview(record, Return("b", kUnion), kToday).ok());
  EXPECT_EQ(record.status(), v1::ARCHIVE_STATUS_RETURNED);
}

TEST(PreviewTest, SettlingAConflictShowsNothingYet) {
  v1::Change resolve = By("a", kUnit);
  resolve.mutable_resolve_conflict()->set_conflict_id(sample::Uuid(7));
  resolve.mutable_resolve_conflict()->set_decision(v1::CONFLICT_DECISION_TAKE_THEIRS);
  v1::Archive record = Draft();
  const std::string before = record.SerializeAsString();
  ASSERT_TRUE(Preview(record, resolve, kToday).ok());
  EXPECT_EQ(record.SerializeAsString(), before);
  v1::Archive absent;  // a filing that was parked
  ASSERT_TRUE(Preview(absent, resolve, kToday).ok());
  EXPECT_TRUE(absent.id().empty());
}

TEST(PreviewTest, WhatDoesNotFitIsRefusedAndChangesNothing) {
  v1::Change other_type = Put(Draft(), {"phone"});
  other_type.set_record_type(v1::RECORD_TYPE_VISIT);
  v1::Change unknown_type = Put(Draft(), {"phone"});
  unknown_type.set_record_type(v1::RECORD_TYPE_UNSPECIFIED);
  v1::Change other_record = Put(Draft(), {"phone"});
  other_record.set_record_id(sample::Uuid(2));
  v1::Change broken = Put(Draft(), {"phone"});
  broken.mutable_put()->set_record("\xff\xff");
  v1::Archive sent = Draft();
  sent.set_phone("13900000000");
  const v1::Change cases[] = {other_type,
                              unknown_type,
                              other_record,
                              broken,
                              Put(sent, {"phone", "no_such_field"}),
                              By("a", kUnit),
                              Review("a", kUnion),
                              Approve("a", kCenter),
                              Report("a", kCenter),
                              Withdraw("a", kCenter),
                              DecideCause("a", kCenter)};
  for (const v1::Change& change : cases) {
    v1::Archive record = Draft();
    const absl::Status status = Preview(record, change, kToday);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << change.ShortDebugString();
    EXPECT_EQ(record.SerializeAsString(), Draft().SerializeAsString());
  }
}

TEST(PreviewTest, EndsReportsAndDecisionsAreTaken) {
  struct Row {
    v1::Change change;
    v1::ArchiveStatus status;
  };
  const Row rows[] = {
      {Report("a", kCenter), v1::ARCHIVE_STATUS_REPORTED},
      {Withdraw("a", kCenter), v1::ARCHIVE_STATUS_WITHDRAWN},
      {Deregister("a", kUnit), v1::ARCHIVE_STATUS_DEREGISTERED},
      {MergeInto("a", kCenter), v1::ARCHIVE_STATUS_MERGED},
      {DecideCause("a", kCenter), v1::ARCHIVE_STATUS_ESTABLISHED},
  };
  for (const Row& row : rows) {
    v1::Archive record = Temporary();
    ASSERT_TRUE(Preview(record, row.change, kToday).ok());
    EXPECT_EQ(record.status(), row.status) << row.change.ShortDebugString();
    EXPECT_NE(record.SerializeAsString(), Temporary().SerializeAsString());
    // What has ended or is decided is not shown to end or be decided again.
    const std::string taken = record.SerializeAsString();
    EXPECT_FALSE(Preview(record, row.change, absl::CivilDay(2020, 1, 1)).ok());
    EXPECT_EQ(record.SerializeAsString(), taken);
  }
}

TEST(PreviewTest, TheTimeOfEntryIsThatOfTheChange) {  // A23
  v1::AidEvent sent;
  sent.set_id(kArchiveId);
  sent.set_aided_on("2014-03-01");
  sent.mutable_entered_time()->set_seconds(1);  // not for the desktop to say
  v1::Change change = By("a", kUnit);
  change.set_record_type(v1::RECORD_TYPE_AID_EVENT);
  change.mutable_put()->set_record(sent.SerializeAsString());
  v1::AidEvent record;
  ASSERT_TRUE(Preview(record, change, kToday).ok());
  EXPECT_EQ(record.entered_time().seconds(), 1394420400);
  EXPECT_EQ(record.aided_on(), "2014-03-01");
  // An edit does not change it.
  change.mutable_entry_time()->set_seconds(1400000000);
  change.mutable_put()->add_changed_fields("aided_on");
  ASSERT_TRUE(Preview(record, change, kToday).ok());
  EXPECT_EQ(record.entered_time().seconds(), 1394420400);
}

}  // namespace
}  // namespace bangfu::domain
