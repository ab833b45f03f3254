#include "client/sync/syncer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "bangfu/v1/archive.pb.h"
#include "base/error.h"
#include "base/limits.h"
#include "client/replica/sync_lock.h"

namespace bangfu::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kUnit[] = "hz.fuyang.fuchun";
constexpr int64_t kNow = 1394000000;  // 2014-03-05 in Hangzhou

class FixedClock final : public Clock {
 public:
  absl::Time Now() const override { return absl::FromUnixSeconds(kNow); }
};

std::string RecordId(int number) {
  return absl::StrFormat("018f0000-0000-7000-8001-%012d", number);
}
std::string ChangeId(int number) {
  return absl::StrFormat("018f0000-0000-7000-8002-%012d", number);
}

v1::Archive Archive(int number, const std::string& phone = "13800000000") {
  v1::Archive archive;
  archive.set_id(RecordId(number));
  archive.set_unit(kUnit);
  archive.set_phone(phone);
  return archive;
}

v1::Change Creation(int number, const v1::Archive& archive) {
  v1::Change change;
  change.set_change_id(ChangeId(number));
  change.set_record_type(v1::RECORD_TYPE_ARCHIVE);
  change.set_record_id(archive.id());
  change.mutable_entry_time()->set_seconds(kNow);
  change.mutable_put()->set_record(archive.SerializeAsString());
  return change;
}

v1::Change Edit(int number, const v1::Archive& archive) {
  v1::Change change = Creation(number, archive);
  change.mutable_put()->add_changed_fields("phone");
  return change;
}

v1::Org Org(const std::string& id, v1::OrgKind kind) {
  v1::Org org;
  org.set_id(id);
  org.set_name(id);
  org.set_kind(kind);
  return org;
}

v1::PolicySet Policy(int64_t version, const std::string& dibao_line_yuan) {
  v1::PolicySet set;
  set.set_version(version);
  v1::Policy& policy = *set.add_policies();
  policy.set_org("hz");
  policy.set_effective_from("2014-01-01");
  policy.set_source("test");
  policy.set_dibao_line_yuan(dibao_line_yuan);
  return set;
}

// A server in memory: accepts every put whole unless a verdict is given for its change_id, keeps
// outcomes by change_id, and can lose answers and break off pulls.
class FakeServer final : public ServerLink {
 public:
  absl::StatusOr<v1::HandshakeResponse> Handshake() override {
    if (!reachable) return absl::UnavailableError("down");
    v1::HandshakeResponse response = handshake;
    response.set_epoch(epoch);
    response.set_org_tree_version(orgs.version());
    response.set_policy_version(policy.version());
    return response;
  }

  absl::StatusOr<std::vector<v1::Outcome>> Push(const std::vector<v1::Change>& changes) override {
    push_sizes.push_back(changes.size());
    std::vector<v1::Outcome> outcomes;
    for (const v1::Change& change : changes) outcomes.push_back(Answer(change));
    if (lose_answers > 0) {
      --lose_answers;
      return absl::UnavailableError("the answer was lost");
    }
    return outcomes;
  }

  absl::Status Pull(absl::string_view cursor, OnBatch on_batch) override {
    size_t next = 0;
    if (!cursor.empty()) {
      const std::string prefix = epoch + ":";
      if (cursor.substr(0, prefix.size()) != prefix) {
        return ErrorBuilder(
                   absl::StatusCode::kFailedPrecondition,
                   bad_cursor ? v1::ERROR_REASON_BAD_CURSOR : v1::ERROR_REASON_EPOCH_CHANGED,
                   {"重新开始", "begin anew"})
            .Build();
      }
      if (!absl::SimpleAtoi(cursor.substr(prefix.size()), &next)) next = 0;
    }
    for (;;) {
      if (batches_before_break == 0) return absl::UnavailableError("the line broke");
      if (batches_before_break > 0) --batches_before_break;
      v1::PullResponse batch;
      if (next < feed.size()) {
        const std::string& id = feed[next++];
        if (records.count(id) > 0) {
          *batch.add_records() = records[id];
        } else {
          batch.add_left_record_ids(id);
        }
      }
      batch.set_next_cursor(absl::StrCat(epoch, ":", next));
      batch.set_caught_up(next == feed.size());
      if (absl::Status status = on_batch(batch); !status.ok()) return status;
      if (batch.caught_up()) return absl::OkStatus();
    }
  }

  absl::StatusOr<std::optional<v1::OrgTree>> GetOrgTree(int64_t known_version) override {
    if (known_version == orgs.version()) return std::nullopt;
    return orgs;
  }
  absl::StatusOr<std::optional<v1::PolicySet>> GetPolicySet(int64_t known_version) override {
    if (known_version == policy.version()) return std::nullopt;
    return policy;
  }
  absl::StatusOr<v1::Conflict> GetConflict(absl::string_view) override { return v1::Conflict(); }
  absl::StatusOr<v1::ListConflictsResponse> ListConflicts(
      const v1::ListConflictsRequest&) override {
    return v1::ListConflictsResponse();
  }
  absl::StatusOr<v1::GetArchiveResponse> GetArchive(absl::string_view) override {
    return v1::GetArchiveResponse();
  }
  absl::StatusOr<v1::ListArchivesResponse> ListArchives(const v1::ListArchivesRequest&) override {
    return v1::ListArchivesResponse();
  }

  void Write(const v1::Archive& archive) {
    v1::Record& record = records[archive.id()];
    record.set_type(v1::RECORD_TYPE_ARCHIVE);
    record.set_id(archive.id());
    record.set_revision(record.revision() + 1);
    record.set_org(kUnit);
    record.set_body(archive.SerializeAsString());
    feed.push_back(archive.id());
  }

  // The server of before with the records of now and a feed of its own, as after a restore.
  void Restore(const std::string& new_epoch) {
    epoch = new_epoch;
    feed.clear();
    for (auto& [id, record] : records) feed.push_back(id);
  }

  std::string PhoneOf(int number) {
    v1::Archive archive;
    EXPECT_TRUE(archive.ParseFromString(records[RecordId(number)].body()));
    return archive.phone();
  }

  v1::HandshakeResponse handshake;
  v1::PolicySet policy;
  v1::OrgTree orgs;
  std::string epoch = "e1";
  std::map<std::string, v1::Record> records;
  std::vector<std::string> feed;
  std::map<std::string, v1::Verdict> verdicts;
  std::map<std::string, int> applied;  // how often a change took effect
  std::vector<size_t> push_sizes;
  std::vector<v1::Change> seen;
  int lose_answers = 0;
  int batches_before_break = -1;
  bool reachable = true;
  bool bad_cursor = false;

 private:
  v1::Outcome Answer(const v1::Change& change) {
    seen.push_back(change);
    if (const auto known = outcomes_.find(change.change_id()); known != outcomes_.end()) {
      v1::Outcome outcome = known->second;
      outcome.set_replayed(true);
      if (records.count(change.record_id()) > 0) {
        *outcome.mutable_record() = records[change.record_id()];
      }
      return outcome;
    }
    v1::Outcome outcome;
    outcome.set_change_id(change.change_id());
    const auto given = verdicts.find(change.change_id());
    outcome.set_verdict(given == verdicts.end() ? v1::VERDICT_ACCEPTED : given->second);
    const bool takes = outcome.verdict() == v1::VERDICT_ACCEPTED;
    if (takes) {
      v1::Archive archive;
      EXPECT_TRUE(archive.ParseFromString(change.put().record()));
      Write(archive);
      ++applied[change.change_id()];
    }
    if (outcome.verdict() == v1::VERDICT_REFUSED) {
      outcome.add_findings()->set_message_en("mend it");
    }
    if (records.count(change.record_id()) > 0) {
      outcome.set_revision(records[change.record_id()].revision());
      if (!takes) *outcome.mutable_record() = records[change.record_id()];
    }
    outcomes_[change.change_id()] = outcome;
    outcomes_[change.change_id()].clear_record();
    return outcome;
  }

  std::map<std::string, v1::Outcome> outcomes_;
};

class SyncerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(mkdtemp(folder_.data()), nullptr);
    path_ = folder_ + "/replica.db";
    server_.handshake.set_protocol_version(limits::kProtocolVersion);
    server_.handshake.set_server_org("hz.fuyang");
    server_.handshake.set_server_node("fuyang-1");
    server_.handshake.set_org(kUnit);
    server_.handshake.set_scope(kUnit);
    server_.handshake.set_node("fuchun-1");
    server_.handshake.mutable_server_time()->set_seconds(kNow - 90);
    server_.orgs.set_version(1);
    *server_.orgs.add_orgs() = Org("hz", v1::ORG_KIND_CITY);
    auto joined = Join(server_, "fuyang.example:7443", path_);
    ASSERT_TRUE(joined.ok()) << joined.status();
    replica_ = *std::move(joined);
  }
  void TearDown() override {
    replica_.reset();
    std::filesystem::remove_all(folder_);
  }

  absl::Status Sync() {
    report_ = SyncReport();
    return Syncer(*replica_, server_, clock_).Sync(report_);
  }
  void SyncOk() {
    const absl::Status status = Sync();
    ASSERT_TRUE(status.ok()) << status;
  }
  void Append(const std::vector<v1::Change>& changes) {
    const absl::Status status = replica_->Append(changes);
    ASSERT_TRUE(status.ok()) << status;
  }
  std::string Phone(int number) {
    auto record = replica_->GetRecord(RecordId(number));
    v1::Archive archive;
    EXPECT_TRUE(record.ok() && archive.ParseFromString(record->body)) << record.status();
    return archive.phone();
  }
  int64_t PendingCount() { return replica_->GetBacklog()->pending; }

  std::string folder_ = "/tmp/bangfu-syncer-XXXXXX";
  std::string path_;
  FakeServer server_;
  FixedClock clock_;
  std::unique_ptr<Replica> replica_;
  SyncReport report_;
};

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
  ASSERT_TRUE(server_.Push(*replica_->Pending(100)).ok());
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
