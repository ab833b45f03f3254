#ifndef BANGFU_CLIENT_REPLICA_REPLICA_FIXTURE_H_
#define BANGFU_CLIENT_REPLICA_REPLICA_FIXTURE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "bangfu/v1/archive.pb.h"
#include "client/replica/replica.h"
#include "domain/text/identity_number.h"

// A replica in a folder of its own, fictional archives, and changes and answers about them.
namespace bangfu::client {

inline constexpr char kUnit[] = "hz.fuyang.fuchun";

inline std::string Uuid(int kind, int number) {
  return absl::StrFormat("018f0000-0000-7000-8%03d-%012d", kind, number);
}
inline std::string RecordId(int number) { return Uuid(1, number); }
inline std::string ChangeId(int number) { return Uuid(2, number); }

// A fictional person with a valid check digit.
inline std::string PersonNumber(int number) {
  const std::string digits = absl::StrFormat("33018319700101%03d", number);
  return digits + domain::ComputeCheckDigit(digits);
}

inline v1::Archive Archive(int number, const std::string& phone = "13800000000") {
  v1::Archive archive;
  archive.set_id(RecordId(number));
  archive.set_unit(kUnit);
  archive.set_name("王某某");
  archive.set_phone(phone);
  archive.set_identity_number(PersonNumber(number));
  return archive;
}

inline v1::Change Change(int number, const std::string& record_id) {
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

inline v1::Change Creation(int change, const v1::Archive& archive) {
  v1::Change result = Change(change, archive.id());
  result.mutable_put()->set_record(archive.SerializeAsString());
  return result;
}

inline v1::Change Edit(int change, const v1::Archive& archive, const std::string& field = "phone") {
  v1::Change result = Creation(change, archive);
  result.mutable_put()->add_changed_fields(field);
  return result;
}

inline v1::Change SubmitOf(int change, const std::string& record_id) {
  v1::Change result = Change(change, record_id);
  result.mutable_submit()->set_opinion("同意");
  return result;
}

inline v1::Record Wire(const v1::Archive& archive, int64_t revision,
                       const std::string& org = kUnit) {
  v1::Record record;
  record.set_type(v1::RECORD_TYPE_ARCHIVE);
  record.set_id(archive.id());
  record.set_revision(revision);
  record.set_org(org);
  record.set_body(archive.SerializeAsString());
  return record;
}

inline v1::Outcome Answer(const v1::Change& change, v1::Verdict verdict, int64_t revision = 0) {
  v1::Outcome outcome;
  outcome.set_change_id(change.change_id());
  outcome.set_verdict(verdict);
  outcome.set_revision(revision);
  return outcome;
}

inline v1::PullResponse Batch(std::vector<v1::Record> records, const std::string& cursor) {
  v1::PullResponse batch;
  for (v1::Record& record : records) *batch.add_records() = std::move(record);
  batch.set_next_cursor(cursor);
  return batch;
}

inline v1::Archive Parse(const std::string& body) {
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
    return pending.ok() && pending->size() > index ? (*pending)[index].change : v1::Change();
  }
  size_t PendingCount() { return replica_->Pending(1000)->size(); }

  std::string folder_ = "/tmp/bangfu-replica-XXXXXX";
  std::string path_;
  std::unique_ptr<Replica> replica_;
};

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_REPLICA_REPLICA_FIXTURE_H_
