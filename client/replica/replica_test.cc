#include "client/replica/replica.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "bangfu/v1/aid_event.pb.h"
#include "bangfu/v1/archive.pb.h"
#include "base/error.h"
#include "base/limits.h"
#include "client/replica/replica_file.h"
#include "client/replica/sync_lock.h"
#include "domain/text/identity_number.h"

namespace bangfu::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kUnit[] = "hz.fuyang.fuchun";

std::string Uuid(int kind, int number) {
  return absl::StrFormat("018f0000-0000-7000-8%03d-%012d", kind, number);
}
std::string RecordId(int number) { return Uuid(1, number); }
std::string ChangeId(int number) { return Uuid(2, number); }

// A fictional person with a valid check digit.
std::string PersonNumber(int number) {
  const std::string digits = absl::StrFormat("33018319700101%03d", number);
  return digits + domain::ComputeCheckDigit(digits);
}

v1::Archive Archive(int number, const std::string& phone = "13800000000") {
  v1::Archive archive;
  archive.set_id(RecordId(number));
  archive.set_unit(kUnit);
  archive.set_name("王某某");
  archive.set_phone(phone);
  archive.set_identity_number(PersonNumber(number));
  return archive;
}

v1::Change Change(int number, const std::string& record_id) {
  v1::Change change;
  change.set_change_id(ChangeId(number));
  change.set_record_type(v1::RECORD_TYPE_ARCHIVE);
  change.set_record_id(record_id);
  change.mutable_actor()->set_person_id("u1");
  change.mutable_actor()->set_org(kUnit);
  change.mutable_entry_time()->set_seconds(1394000000);  // 2014-03-05 in Hangzhou
  change.set_origin_node("fuchun-1");
  return change;
}

v1::Change Creation(int change, const v1::Archive& archive) {
  v1::Change result = Change(change, archive.id());
  result.mutable_put()->set_record(archive.SerializeAsString());
  return result;
}

v1::Change Edit(int change, const v1::Archive& archive, const std::string& field = "phone") {
  v1::Change result = Creation(change, archive);
  result.mutable_put()->add_changed_fields(field);
  return result;
}

v1::Change SubmitOf(int change, const std::string& record_id) {
  v1::Change result = Change(change, record_id);
  result.mutable_submit()->set_opinion("同意");
  return result;
}

v1::Record Wire(const v1::Archive& archive, int64_t revision, const std::string& org = kUnit) {
  v1::Record record;
  record.set_type(v1::RECORD_TYPE_ARCHIVE);
  record.set_id(archive.id());
  record.set_revision(revision);
  record.set_org(org);
  record.set_body(archive.SerializeAsString());
  return record;
}

v1::Outcome Answer(const v1::Change& change, v1::Verdict verdict, int64_t revision = 0) {
  v1::Outcome outcome;
  outcome.set_change_id(change.change_id());
  outcome.set_verdict(verdict);
  outcome.set_revision(revision);
  return outcome;
}

v1::PullResponse Batch(std::vector<v1::Record> records, const std::string& cursor) {
  v1::PullResponse batch;
  for (v1::Record& record : records) *batch.add_records() = std::move(record);
  batch.set_next_cursor(cursor);
  return batch;
}

v1::Archive Parse(const std::string& body) {
  v1::Archive archive;
  EXPECT_TRUE(archive.ParseFromString(body));
  return archive;
}

class ReplicaTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(mkdtemp(folder_.data()), nullptr);
    path_ = folder_ + "/replica.db";
    auto created = Replica::Create(path_, Identity(), Orgs(1));
    ASSERT_TRUE(created.ok()) << created.status();
    replica_ = *std::move(created);
  }
  void TearDown() override {
    replica_.reset();
    std::filesystem::remove_all(folder_);
  }

  static ReplicaIdentity Identity() {
    return {"fuyang.example:7443", "fuyang-1", "hz.fuyang", "fuchun-1", kUnit, kUnit};
  }
  static v1::OrgTree Orgs(int64_t version) {
    v1::OrgTree orgs;
    orgs.set_version(version);
    orgs.add_orgs()->set_id("hz");
    return orgs;
  }

  void Reopen() {
    replica_.reset();
    auto opened = Replica::Open(path_);
    ASSERT_TRUE(opened.ok()) << opened.status();
    replica_ = *std::move(opened);
  }

  void Append(const std::vector<v1::Change>& changes) {
    const absl::Status status = replica_->Append(changes);
    ASSERT_TRUE(status.ok()) << status;
  }
  void Apply(const v1::Change& change, const v1::Outcome& outcome) {
    const absl::Status status = replica_->ApplyOutcomes({change}, {outcome});
    ASSERT_TRUE(status.ok()) << status;
  }
  void Pulled(const v1::PullResponse& batch) {
    const absl::Status status = replica_->ApplyBatch(batch);
    ASSERT_TRUE(status.ok()) << status;
  }

  LocalRecord Get(int number) {
    auto record = replica_->GetRecord(RecordId(number));
    EXPECT_TRUE(record.ok()) << record.status();
    return record.ok() ? *record : LocalRecord();
  }
  v1::Archive Seen(int number) { return Parse(Get(number).body); }
  bool Has(int number) {
    return replica_->GetRecord(RecordId(number)).status().code() != absl::StatusCode::kNotFound;
  }
  EntryState StateOf(int change) {
    auto entry = replica_->GetEntry(ChangeId(change));
    EXPECT_TRUE(entry.ok()) << entry.status();
    return entry.ok() ? entry->state : EntryState::kDismissed;
  }
  v1::Change PendingChange(size_t index) {
    auto pending = replica_->Pending(100);
    EXPECT_TRUE(pending.ok() && pending->size() > index);
    return pending.ok() && pending->size() > index ? (*pending)[index] : v1::Change();
  }
  size_t PendingCount() { return replica_->Pending(1000)->size(); }

  std::string folder_ = "/tmp/bangfu-replica-XXXXXX";
  std::string path_;
  std::unique_ptr<Replica> replica_;
};

TEST_F(ReplicaTest, KeepsWhoItIsAndTheOrgTree) {
  Reopen();
  const ReplicaIdentity identity = *replica_->Identity();
  EXPECT_EQ(identity.server_address, "fuyang.example:7443");
  EXPECT_EQ(identity.server_node, "fuyang-1");
  EXPECT_EQ(identity.node, "fuchun-1");
  EXPECT_EQ(identity.scope, kUnit);
  EXPECT_EQ(replica_->OrgTree()->version(), 1);
  ASSERT_TRUE(replica_->SaveOrgTree(Orgs(3)).ok());
  ASSERT_TRUE(replica_->SaveOrgTree(Orgs(2)).ok());
  EXPECT_EQ(replica_->OrgTree()->version(), 3);
  EXPECT_EQ(replica_->GetSyncState()->last_sync, absl::InfinitePast());
}

TEST_F(ReplicaTest, KeepsThePolicyOfTheHighestVersion) {
  EXPECT_EQ(replica_->PolicySet()->version(), 0);
  v1::PolicySet set;
  for (const int version : {2, 1}) {
    set.set_version(version);
    ASSERT_TRUE(replica_->SavePolicySet(set).ok());
  }
  Reopen();
  EXPECT_EQ(replica_->PolicySet()->version(), 2);
}

TEST_F(ReplicaTest, AReplicaOfTheFirstFormatIsBroughtUpToDate) {
  Append({Creation(1, Archive(1))});
  replica_.reset();
  {
    SQLite::Database db(path_, SQLite::OPEN_READWRITE);
    db.exec("DROP TABLE policy_set");
    db.exec("PRAGMA user_version = 1");
  }
  Reopen();
  EXPECT_TRUE(Has(1));
  EXPECT_EQ(replica_->PolicySet()->version(), 0);
  Reopen();
  v1::PolicySet set;
  set.set_version(1);
  EXPECT_TRUE(replica_->SavePolicySet(set).ok());
}

TEST_F(ReplicaTest, OnlyTheOwnerReadsItsFiles) {
  Append({Creation(1, Archive(1))});
  for (const auto& file : std::filesystem::directory_iterator(folder_)) {
    struct stat status;
    ASSERT_EQ(stat(file.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u) << file.path();
  }
  ASSERT_EQ(chmod(path_.c_str(), 0644), 0);
  Reopen();
  struct stat status;
  ASSERT_EQ(stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(ReplicaTest, JoiningTwiceChangesNothing) {
  Append({Creation(1, Archive(1))});
  auto again = Replica::Create(path_, Identity(), Orgs(9));
  EXPECT_EQ(again.status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_TRUE(Has(1));
  EXPECT_EQ(replica_->OrgTree()->version(), 1);
}

TEST_F(ReplicaTest, AJoinThatWasCutOffIsNoReplicaAndCanBeRepeated) {
  const std::string path = folder_ + "/other.db";
  std::ofstream(path + ".new") << "half";
  EXPECT_EQ(Replica::Open(path).status().code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(Replica::Create(path, Identity(), Orgs(1)).ok());
  EXPECT_FALSE(std::filesystem::exists(path + ".new"));
}

TEST_F(ReplicaTest, OpeningWhatIsNoReplicaSaysSo) {
  EXPECT_EQ(Replica::Open(folder_ + "/none.db").status().code(), absl::StatusCode::kNotFound);
  {
    SQLite::Database other(folder_ + "/other.db", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    other.exec("CREATE TABLE t (a)");
  }
  const absl::Status other = Replica::Open(folder_ + "/other.db").status();
  EXPECT_EQ(other.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(TextOf(other).zh, TextOf(other).en);
  std::ofstream(folder_ + "/text.db") << std::string(5000, 'x');
  EXPECT_EQ(Replica::Open(folder_ + "/text.db").status().code(), absl::StatusCode::kDataLoss);
  replica_.reset();
  SQLite::Database(path_, SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 1000");
  const absl::Status newer = Replica::Open(path_).status();
  EXPECT_EQ(newer.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(TextOf(newer).zh, HasSubstr("请安装新版程序"));
}

TEST_F(ReplicaTest, ADamagedFileIsReported) {
  std::vector<v1::Change> changes;
  for (int i = 1; i <= 200; ++i) changes.push_back(Creation(i, Archive(i)));
  Append(changes);
  replica_.reset();
  {
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(8192);
    file << std::string(40000, '\xff');
  }
  auto opened = Replica::Open(path_);
  const absl::Status status = opened.ok() ? (*opened)->ListRecords({}).status() : opened.status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
  EXPECT_THAT(TextOf(status).zh, HasSubstr("已损坏"));
}

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

TEST_F(ReplicaTest, AnsweredChangesKeepNoSecondCopyOfTheRecord) {
  Append({Creation(1, Archive(1))});
  const v1::Change change = PendingChange(0);
  Apply(change, Answer(change, v1::VERDICT_ACCEPTED, 1));
  const auto history = *replica_->History(RecordId(1));
  ASSERT_EQ(history.size(), 1u);
  EXPECT_TRUE(history[0].change.put().record().empty());
  EXPECT_EQ(history[0].change.actor().person_id(), "u1");
  EXPECT_EQ(history[0].outcome.revision(), 1);
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

TEST_F(ReplicaTest, ListsByTypeOrgAndStatus) {
  v1::Archive established = Archive(2);
  established.set_status(v1::ARCHIVE_STATUS_ESTABLISHED);
  established.set_number("富阳富春20130125");
  Pulled(Batch({Wire(Archive(1), 1), Wire(established, 1), Wire(Archive(3), 1, "hz.fuyang.fuchunx"),
                Wire(Archive(4), 1, "hz.fuyang.fuchun.mill")},
               "c1"));
  v1::AidEvent aid;
  aid.set_id(RecordId(5));
  aid.set_archive_id(RecordId(2));
  v1::Change give = Change(1, aid.id());
  give.set_record_type(v1::RECORD_TYPE_AID_EVENT);
  give.mutable_put()->set_record(aid.SerializeAsString());
  Append({give});

  const auto ids = [&](const RecordFilter& filter) {
    std::vector<std::string> result;
    const std::vector<LocalRecord> records = *replica_->ListRecords(filter);
    for (const LocalRecord& record : records) result.push_back(record.id);
    return result;
  };
  RecordFilter filter;
  EXPECT_THAT(ids(filter), ElementsAre(RecordId(1), RecordId(2), RecordId(3), RecordId(4)));
  filter.limit = 2;
  EXPECT_THAT(ids(filter), ElementsAre(RecordId(1), RecordId(2)));
  filter.after_id = RecordId(2);
  EXPECT_THAT(ids(filter), ElementsAre(RecordId(3), RecordId(4)));
  EXPECT_THAT(ids({.org = kUnit}), ElementsAre(RecordId(1), RecordId(2), RecordId(4)));
  EXPECT_THAT(ids({.status = v1::ARCHIVE_STATUS_ESTABLISHED}), ElementsAre(RecordId(2)));
  EXPECT_THAT(ids({.status = v1::ARCHIVE_STATUS_DRAFT}),
              ElementsAre(RecordId(1), RecordId(3), RecordId(4)));
  EXPECT_THAT(ids({.type = v1::RECORD_TYPE_AID_EVENT}), ElementsAre(RecordId(5)));
  EXPECT_EQ(Get(5).org, kUnit);
  EXPECT_EQ(replica_->FindByNumber("富阳富春20130125")->id, RecordId(2));
  EXPECT_EQ(replica_->FindByNumber("").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(*replica_->CountRecords(v1::RECORD_TYPE_ARCHIVE), 4);
  EXPECT_EQ(*replica_->CountRecords(v1::RECORD_TYPE_VISIT), 0);
}

TEST_F(ReplicaTest, ListsWhatBelongsToArchivesByArchive) {
  Pulled(Batch({Wire(Archive(1), 1), Wire(Archive(2), 1), Wire(Archive(3), 1)}, "c1"));
  const auto give = [&](int change, int event, int archive, v1::RecordType type) {
    v1::AidEvent aid;  // a visit has the same fields 1 and 2
    aid.set_id(RecordId(event));
    aid.set_archive_id(RecordId(archive));
    v1::Change creation = Change(change, aid.id());
    creation.set_record_type(type);
    creation.mutable_put()->set_record(aid.SerializeAsString());
    Append({creation});
  };
  give(1, 11, 3, v1::RECORD_TYPE_AID_EVENT);
  give(2, 12, 1, v1::RECORD_TYPE_VISIT);
  give(3, 13, 1, v1::RECORD_TYPE_AID_EVENT);
  give(4, 14, 2, v1::RECORD_TYPE_AID_EVENT);
  const auto ids = [&](const std::string& first, const std::string& last) {
    std::vector<std::string> result;
    const std::vector<LocalRecord> records = *replica_->ListCaseRecords(first, last);
    for (const LocalRecord& record : records) result.push_back(record.id);
    return result;
  };
  EXPECT_THAT(ids("", RecordId(3)),
              ElementsAre(RecordId(13), RecordId(12), RecordId(14), RecordId(11)));
  EXPECT_THAT(ids(RecordId(1), RecordId(1)), ElementsAre(RecordId(13), RecordId(12)));
  EXPECT_THAT(ids(RecordId(2), RecordId(3)), ElementsAre(RecordId(14), RecordId(11)));
  EXPECT_THAT(ids(RecordId(4), RecordId(9)), IsEmpty());
}

TEST_F(ReplicaTest, FindsPersonsOfLiveArchivesAlsoAmongMembers) {
  v1::Archive archive = Archive(1);
  v1::Member* member = archive.add_members();
  member->set_id(Uuid(3, 1));
  member->set_identity_number(PersonNumber(500));
  Append({Creation(1, archive)});
  EXPECT_THAT(*replica_->FindPerson(PersonNumber(1)), ElementsAre(RecordId(1)));
  EXPECT_THAT(*replica_->FindPerson(PersonNumber(500)), ElementsAre(RecordId(1)));
  EXPECT_THAT(*replica_->FindPerson(PersonNumber(2)), IsEmpty());
  archive.set_status(v1::ARCHIVE_STATUS_WITHDRAWN);
  const v1::Change change = PendingChange(0);
  v1::Outcome outcome = Answer(change, v1::VERDICT_CONFLICT, 2);
  *outcome.mutable_record() = Wire(archive, 2);
  Apply(change, outcome);
  EXPECT_THAT(*replica_->FindPerson(PersonNumber(1)), IsEmpty());
}

TEST_F(ReplicaTest, AnotherCommandThatHoldsTheFileIsReportedAfterAWhile) {
  SQLite::Database other(path_, SQLite::OPEN_READWRITE);
  other.exec("BEGIN IMMEDIATE");
  const absl::Time start = absl::Now();
  const absl::Status status = replica_->Append({Creation(1, Archive(1))});
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted) << status;
  EXPECT_GE(absl::Now() - start, kBusyTimeout - absl::Seconds(1));
  EXPECT_TRUE(replica_->ListRecords({}).ok());
  other.exec("ROLLBACK");
  Append({Creation(1, Archive(1))});
}

TEST_F(ReplicaTest, OneSyncRunsAtATimeAndOthersGoOnWorking) {
  auto first = SyncLock::Acquire(path_);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(SyncLock::Acquire(path_).status().code(), absl::StatusCode::kAborted);
  Append({Creation(1, Archive(1))});
  { const SyncLock moved = *std::move(first); }
  EXPECT_TRUE(SyncLock::Acquire(path_).ok());
}

TEST_F(ReplicaTest, AFullDiskLeavesNothingHalfDone) {
  const std::string disk = folder_ + "/disk";
  std::filesystem::create_directory(disk);
  if (mount("none", disk.c_str(), "tmpfs", 0, "size=1m") != 0) {
    GTEST_SKIP() << "mounting a small disk needs root";
  }
  {
    auto small = Replica::Create(disk + "/replica.db", Identity(), Orgs(1));
    ASSERT_TRUE(small.ok()) << small.status();
    ASSERT_TRUE((*small)->Append({Creation(1, Archive(1))}).ok());
    v1::Archive large = Archive(2);
    large.set_hardship_description(std::string(200000, 'a'));
    std::vector<v1::Change> changes;
    for (int i = 2; i <= 20; ++i) {
      large.set_id(RecordId(i));
      changes.push_back(Creation(i, large));
    }
    const absl::Status status = (*small)->Append(changes);
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
    EXPECT_THAT(TextOf(status).zh, HasSubstr("磁盘已满"));
    EXPECT_EQ((*small)->ListRecords({})->size(), 1u);
    EXPECT_EQ((*small)->GetBacklog()->pending, 1);
    small->reset();
    auto reopened = Replica::Open(disk + "/replica.db");
    ASSERT_TRUE(reopened.ok()) << reopened.status();
    EXPECT_EQ((*reopened)->GetBacklog()->pending, 1);
    EXPECT_TRUE((*reopened)->Append({Creation(2, Archive(2))}).ok());
    reopened->reset();

    std::ofstream(disk + "/filler") << std::string(2000000, 'x');
    const absl::Status joined = Replica::Create(disk + "/second.db", Identity(), Orgs(1)).status();
    EXPECT_EQ(joined.code(), absl::StatusCode::kResourceExhausted) << joined;
    EXPECT_FALSE(std::filesystem::exists(disk + "/second.db"));
  }
  EXPECT_EQ(umount(disk.c_str()), 0);
}

TEST_F(ReplicaTest, AFolderThatCannotBeWrittenIsReported) {
  replica_.reset();
  if (geteuid() != 0) GTEST_SKIP() << "needs root, to become somebody else";
  ASSERT_EQ(chmod(folder_.c_str(), 0755), 0);
  const pid_t child = fork();
  if (child == 0) {
    if (setuid(65534) != 0) _exit(2);
    const bool refused =
        Replica::Open(path_).status().code() == absl::StatusCode::kPermissionDenied &&
        Replica::Create(folder_ + "/new.db", Identity(), Orgs(1)).status().code() ==
            absl::StatusCode::kPermissionDenied;
    _exit(refused ? 0 : 1);
  }
  int result = -1;
  ASSERT_EQ(waitpid(child, &result, 0), child);
  EXPECT_TRUE(WIFEXITED(result) && WEXITSTATUS(result) == 0) << result;
}

TEST_F(ReplicaTest, AKilledProcessLosesNothingThatWasEntered) {
  replica_.reset();
  const pid_t child = fork();
  if (child == 0) {
    auto replica = Replica::Open(path_);
    if (!replica.ok() || !(*replica)->Append({Creation(1, Archive(1))}).ok()) _exit(1);
    kill(getpid(), SIGKILL);
  }
  int result = -1;
  ASSERT_EQ(waitpid(child, &result, 0), child);
  ASSERT_TRUE(WIFSIGNALED(result));
  auto opened = Replica::Open(path_);
  ASSERT_TRUE(opened.ok()) << opened.status();
  replica_ = *std::move(opened);
  EXPECT_EQ(PendingCount(), 1u);
  EXPECT_TRUE(Has(1));
}

}  // namespace
}  // namespace bangfu::client
