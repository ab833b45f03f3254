#ifndef BANGFU_CLIENT_SYNC_SYNCER_FIXTURE_H_
#define BANGFU_CLIENT_SYNC_SYNCER_FIXTURE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/limits.h"
#include "client/sync/fake_people_fixture.h"
#include "client/sync/fake_server_fixture.h"
#include "client/sync/syncer.h"

namespace bangfu::client {

// A replica that has joined a server in memory.
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
    return Syncer(*replica_, server_, clock_, {}, {&people_, nullptr}, Paging::kAhead)
        .Sync(report_);
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
  std::vector<v1::Change> PendingChanges() {
    std::vector<v1::Change> changes;
    std::vector<PendingChange> pending = *replica_->Pending(100);
    for (PendingChange& each : pending) changes.push_back(std::move(each.change));
    return changes;
  }
  int64_t PendingCount() { return replica_->GetBacklog()->pending; }

  std::string folder_ = "/tmp/bangfu-syncer-XXXXXX";
  std::string path_;
  FakeServer server_;
  FakePeople people_;
  FixedClock clock_;
  std::unique_ptr<Replica> replica_;
  SyncReport report_;
};

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_SYNC_SYNCER_FIXTURE_H_
