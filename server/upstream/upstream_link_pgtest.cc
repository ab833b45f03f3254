#include <functional>

#include "server/upstream/upstream_fixture.h"
#include "server/upstream/upstream_link.h"

// A district's threads to a city without a network.
namespace bangfu::server {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;

constexpr absl::Duration kPatience = absl::Seconds(20);

class UpstreamLinkTest : public testing::Test {
 protected:
  void Start(absl::Duration interval = absl::Milliseconds(50), VerifyTimes verify = {}) {
    ASSERT_TRUE(orgs_.Replace(HangzhouOrgs().proto()).ok());
    link_ = std::make_unique<UpstreamLink>(parent_, NodeOf(kUnionOrg), district_.store(), clock_,
                                           PersonKeyer("a key for tests"), orgs_, policy_, people_,
                                           log_, stalls_, interval, verify);
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
  PeopleDirectory people_{district_.store().identity()};
  EventLog log_;
  StallDetector stalls_{clock_, log_};
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

// With hours between two rounds only the watch brings what is new.
TEST_F(UpstreamLinkTest, AWatchBringsWhatIsNewAtOnce) {
  parent_.CanAll();
  Start(absl::Hours(1));
  ASSERT_TRUE(UntilCalled("watch"));
  EXPECT_FALSE(district_.Stored(ArchiveId(2)).has_value());
  city_.MustPush(kUnitOrg, {make_.Put(Handler(), Household(2))});
  parent_.TellWatches();
  EXPECT_TRUE(Until([&] { return district_.Stored(ArchiveId(2)).has_value(); }));
}

TEST_F(UpstreamLinkTest, AWatchThatBreaksIsOpenedAgainAndNothingIsMissed) {
  parent_.CanAll();
  Start(absl::Hours(1));
  ASSERT_TRUE(UntilCalled("watch"));
  city_.MustPush(kUnitOrg, {make_.Put(Handler(), Household(2))});
  parent_.BreakWatches();
  EXPECT_TRUE(Until([&] { return district_.Stored(ArchiveId(2)).has_value(); }));
  EXPECT_TRUE(UntilCalled("watch", 2));
}

TEST_F(UpstreamLinkTest, AParentThatCannotBeWatchedIsAskedAtTheInterval) {
  Start();
  ASSERT_TRUE(UntilCalled("handshake", 3));
  EXPECT_THAT(parent_.Calls(), Not(Contains("watch")));
  EXPECT_THAT(parent_.Calls(), Not(Contains("digest")));
}

TEST_F(UpstreamLinkTest, DigestsAreComparedInTheBackground) {
  parent_.CanAll();
  Start(absl::Milliseconds(50), {absl::ZeroDuration(), absl::Hours(1)});
  ASSERT_TRUE(Until([&] { return State().verified > absl::InfinitePast(); }));
  ASSERT_TRUE(UntilCalled("handshake"));
  link_->Wake();
  ASSERT_TRUE(UntilCalled("handshake", 2));
  link_.reset();
  const std::vector<std::string> calls = parent_.Calls();
  EXPECT_EQ(std::count(calls.begin(), calls.end(), "digest"), 1);
}

TEST_F(UpstreamLinkTest, WaitsAsLongAsTheParentAsksForEvenWhenWoken) {
  district_.MustPush(kUnitOrg, {make_.Put(Handler(), Household(1))});
  parent_.push_fault = ErrorBuilder(absl::StatusCode::kResourceExhausted,
                                    v1::ERROR_REASON_TOO_MANY_STREAMS, {"忙", "busy"})
                           .RetryAfter(absl::Hours(1))
                           .Build();
  Start();
  ASSERT_TRUE(UntilCalled("pull"));
  parent_.Forget();
  for (int i = 0; i < 20; ++i, absl::SleepFor(absl::Milliseconds(20))) link_->Wake();
  EXPECT_THAT(parent_.Calls(), testing::IsEmpty());
  link_.reset();  // and ends at once all the same
}

}  // namespace
}  // namespace bangfu::server
