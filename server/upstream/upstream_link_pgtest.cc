#include <functional>
#include <mutex>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "server/sync/sync_fixture.h"
#include "server/upstream/upstream_link.h"

// A district's thread to a city without a network.
namespace bangfu::server {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;

constexpr absl::Duration kPatience = absl::Seconds(20);

class ScriptedParent final : public client::ServerLink {
 public:
  explicit ScriptedParent(TestNode& city) : city_(city) { handshake = AnswerOf(kCityOrg); }

  static v1::HandshakeResponse AnswerOf(const std::string& server_org) {
    v1::HandshakeResponse answer;
    answer.set_server_org(server_org);
    answer.set_org(kUnionOrg);
    answer.set_node(NodeOf(kUnionOrg).node);
    return answer;
  }

  absl::StatusOr<v1::HandshakeResponse> Handshake() override {
    Note("handshake");
    if (blocked) {
      cancelled_.WaitForNotification();
      return absl::CancelledError("cancelled");
    }
    v1::HandshakeResponse answer = handshake;
    answer.set_policy_version(policy.version());
    auto feed = city_.store().GetFeedState();
    if (answer.epoch().empty() && feed.ok()) answer.set_epoch(feed->epoch);
    return answer;
  }
  absl::StatusOr<std::vector<v1::Outcome>> Push(const std::vector<v1::Change>& changes) override {
    Note("push");
    if (!push_fault.ok()) {
      for (const v1::Change& change : changes) {
        if (bad_change.empty() || change.change_id() == bad_change) return push_fault;
      }
    }
    return city_.TryPush(kUnionOrg, changes);
  }
  absl::Status Pull(absl::string_view cursor, OnBatch on_batch) override {
    Note(cursor.empty() ? "pull from start" : "pull");
    std::string at(cursor);
    for (;;) {
      auto batch = city_.Pull(kUnionOrg, at);
      if (!batch.ok()) return batch.status();
      if (absl::Status status = on_batch(*batch); !status.ok()) return status;
      if (batch->caught_up()) return absl::OkStatus();
      at = batch->next_cursor();
    }
  }
  absl::StatusOr<std::optional<v1::OrgTree>> GetOrgTree(int64_t) override { return std::nullopt; }
  absl::StatusOr<std::optional<v1::PolicySet>> GetPolicySet(int64_t known_version) override {
    if (known_version == policy.version()) return std::nullopt;
    return policy;
  }
  absl::StatusOr<v1::Conflict> GetConflict(absl::string_view) override { return Unused(); }
  absl::StatusOr<v1::ListConflictsResponse> ListConflicts(
      const v1::ListConflictsRequest&) override {
    return Unused();
  }
  absl::StatusOr<v1::GetArchiveResponse> GetArchive(absl::string_view) override { return Unused(); }
  absl::StatusOr<v1::ListArchivesResponse> ListArchives(const v1::ListArchivesRequest&) override {
    return Unused();
  }
  void Cancel() override {
    if (!cancelled_.HasBeenNotified()) cancelled_.Notify();
  }

  std::vector<std::string> Calls() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return calls_;
  }
  void Forget() {
    const std::lock_guard<std::mutex> lock(mutex_);
    calls_.clear();
  }

  // Set before the link starts.
  v1::HandshakeResponse handshake;  // without epoch: the city's
  v1::PolicySet policy;
  bool blocked = false;
  absl::Status push_fault;
  std::string bad_change;  // only pushes with this one fail

 private:
  static absl::Status Unused() { return absl::UnimplementedError("not for servers"); }
  void Note(const std::string& call) {
    const std::lock_guard<std::mutex> lock(mutex_);
    calls_.push_back(call);
  }

  TestNode& city_;
  absl::Notification cancelled_;
  std::mutex mutex_;
  std::vector<std::string> calls_;
};

class UpstreamLinkTest : public testing::Test {
 protected:
  void Start() {
    ASSERT_TRUE(orgs_.Replace(HangzhouOrgs().proto()).ok());
    link_ = std::make_unique<UpstreamLink>(parent_, NodeOf(kUnionOrg), district_.store(), clock_,
                                           PersonKeyer("a key for tests"), orgs_, policy_, log_,
                                           absl::Milliseconds(50));
  }
  static bool Until(const std::function<bool()>& condition) {
    for (const absl::Time end = absl::Now() + kPatience; absl::Now() < end;) {
      if (condition()) return true;
      absl::SleepFor(absl::Milliseconds(20));
    }
    return condition();
  }
  bool UntilCalled(const std::string& call, int times = 1) {
    return Until([&] {
      const std::vector<std::string> calls = parent_.Calls();
      return std::count(calls.begin(), calls.end(), call) >= times;
    });
  }
  UpstreamState State() { return district_.store().GetUpstreamState().value_or(UpstreamState()); }

  SettableClock clock_;
  ChangeMaker make_;
  TestNode city_{clock_, NodeRole{}};
  TestNode district_{clock_, NodeRole{.has_upstream = true}};
  OrgDirectory orgs_{district_.store()};
  PolicyDirectory policy_{district_.store()};
  EventLog log_;
  ScriptedParent parent_{city_};
  std::unique_ptr<UpstreamLink> link_;
};

TEST_F(UpstreamLinkTest, EndsWhileACallIsUnderWay) {
  parent_.blocked = true;
  Start();
  ASSERT_TRUE(UntilCalled("handshake"));
  const absl::Time start = absl::Now();
  link_.reset();
  EXPECT_LT(absl::Now() - start, limits::kLinkStopTimeout);
}

TEST_F(UpstreamLinkTest, ANodeThatIsNotAboveGetsAndGivesNothing) {
  district_.MustPush(kUnitOrg, {make_.Put(Handler(), Household(1))});
  parent_.handshake = ScriptedParent::AnswerOf(kUnionOrg);
  Start();
  ASSERT_TRUE(UntilCalled("handshake", 2));
  link_.reset();
  EXPECT_THAT(parent_.Calls(), Not(Contains("push")));
  EXPECT_THAT(parent_.Calls(), Not(Contains("pull from start")));
  EXPECT_EQ(State().pending, 1);
}

TEST_F(UpstreamLinkTest, ThePolicyOfTheParentIsTaken) {
  parent_.policy.set_version(2);
  v1::Policy& policy = *parent_.policy.add_policies();
  policy.set_org("hz");
  policy.set_effective_from("2014-01-01");
  policy.set_source("test");
  policy.set_dibao_line_yuan("600");
  Start();
  EXPECT_TRUE(Until([&] { return policy_.SavedVersion() == 2; }));
  EXPECT_EQ(policy_.Book()->DibaoLine("hz", absl::CivilDay(2014, 3, 10))->value, 60000);
}

TEST_F(UpstreamLinkTest, APolicyThatCannotBeUsedDoesNotHoldUpRecords) {
  parent_.policy.set_version(2);
  parent_.policy.add_policies()->set_org("no path");
  city_.MustPush(kUnitOrg, {make_.Put(Handler(), Household(2))});
  city_.Sequence();
  Start();
  EXPECT_TRUE(Until([&] { return district_.Stored(ArchiveId(2)).has_value(); }));
  EXPECT_EQ(policy_.SavedVersion(), 0);
}

TEST_F(UpstreamLinkTest, WhatTheParentDecidedComesDownWhenNothingGoesUp) {
  city_.MustPush(kUnitOrg, {make_.Put(Handler(), Household(2))});
  city_.Sequence();
  district_.MustPush(kUnitOrg, {make_.Put(Handler(), Household(1))});
  parent_.push_fault = absl::FailedPreconditionError("not now");
  Start();
  EXPECT_TRUE(Until([&] { return district_.Stored(ArchiveId(2)).has_value(); }));
  link_.reset();
  EXPECT_EQ(State().pending, 1);
  EXPECT_EQ(State().refused, 0);
}

TEST_F(UpstreamLinkTest, AChangeThatTheParentCannotProcessIsSetAsideAndOthersGoOn) {
  const std::vector<v1::Change> changes = {make_.Put(Handler(), Household(1)),
                                           make_.Put(Handler(), Household(2)),
                                           make_.Put(Handler(), Household(3))};
  district_.MustPush(kUnitOrg, changes);
  parent_.bad_change = changes[1].change_id();
  parent_.push_fault = absl::InternalError("cannot do it");
  Start();
  EXPECT_TRUE(Until([&] { return State().pending == 0; }));
  link_.reset();
  EXPECT_TRUE(city_.Stored(ArchiveId(1)).has_value());
  EXPECT_FALSE(city_.Stored(ArchiveId(2)).has_value());
  EXPECT_TRUE(city_.Stored(ArchiveId(3)).has_value());
  EXPECT_EQ(State().refused, 1);
  ASSERT_EQ(district_.Conflicts().size(), 1u);
  const v1::Conflict entry = district_.Conflicts()[0];
  EXPECT_EQ(entry.kind(), v1::CONFLICT_KIND_REFUSED_UPSTREAM);
  EXPECT_EQ(entry.record_id(), ArchiveId(2));
  EXPECT_NE(entry.findings(0).ShortDebugString().find("cannot do it"), std::string::npos);
}

TEST_F(UpstreamLinkTest, AFeedThatBeganAnewIsPulledBeforeAnythingIsPushed) {
  city_.MustPush(kUnitOrg, {make_.Put(Handler(), Household(1))});
  city_.Sequence();
  Start();
  ASSERT_TRUE(Until([&] { return !State().cursor.empty(); }));
  link_.reset();

  district_.MustPush(kUnitOrg, {make_.Put(Handler(), Household(2))});
  parent_.handshake.set_epoch("another");
  parent_.Forget();
  Start();
  ASSERT_TRUE(UntilCalled("push"));
  link_.reset();
  std::vector<std::string> calls = parent_.Calls();
  calls.resize(3);
  EXPECT_THAT(calls, ElementsAre("handshake", "pull from start", "push"));
}

}  // namespace
}  // namespace bangfu::server
