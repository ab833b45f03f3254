#include "client/replica/replica_file.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <random>

#include "base/error.h"
#include "client/replica/replica_fixture.h"
#include "client/replica/sync_lock.h"
#include "domain/text/uuid.h"

namespace bangfu::client {
namespace {

using ::testing::HasSubstr;

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

TEST_F(ReplicaTest, EveryReplicaHasAnIdOfItsOwn) {
  const std::string id = replica_->Identity()->replica_id;
  EXPECT_TRUE(domain::IsUuid(id)) << id;
  Reopen();
  EXPECT_EQ(replica_->Identity()->replica_id, id);
  auto second = Replica::Create(folder_ + "/second.db", Identity(), Orgs(1));
  ASSERT_TRUE(second.ok());
  EXPECT_NE((*second)->Identity()->replica_id, id);
  ReplicaIdentity given = Identity();
  given.replica_id = id;
  auto third = Replica::Create(folder_ + "/third.db", given, Orgs(1));
  ASSERT_TRUE(third.ok());
  EXPECT_EQ((*third)->Identity()->replica_id, id);
}

TEST_F(ReplicaTest, KnowsSinceWhenItsSyncsFail) {
  EXPECT_EQ(replica_->GetSyncState()->failure, "");
  ASSERT_TRUE(replica_->NoteSyncFailure("UNAVAILABLE", absl::FromUnixSeconds(10)).ok());
  ASSERT_TRUE(replica_->NoteSyncFailure("QUOTA_EXCEEDED", absl::FromUnixSeconds(20)).ok());
  EXPECT_EQ(replica_->GetSyncState()->failure, "QUOTA_EXCEEDED");
  EXPECT_EQ(replica_->GetSyncState()->failing_since, absl::FromUnixSeconds(10));
  ASSERT_TRUE(replica_->NoteSyncFailure("", absl::FromUnixSeconds(30)).ok());
  EXPECT_EQ(replica_->GetSyncState()->failure, "");
  EXPECT_EQ(replica_->GetSyncState()->failing_since, absl::InfiniteFuture());
  ASSERT_TRUE(replica_->NoteVerified(absl::FromUnixSeconds(40)).ok());
  EXPECT_EQ(replica_->GetSyncState()->last_verified, absl::FromUnixSeconds(40));
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
    std::mt19937 letters(7);  // compressed it would be no longer than a letter
    std::string text(200000, ' ');
    for (char& letter : text) letter = static_cast<char>('a' + letters() % 26);
    large.set_hardship_description(text);
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
