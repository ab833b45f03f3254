#include "server/health/stall_detector.h"

#include <gtest/gtest.h>

#include "absl/time/time.h"

namespace bangfu::server {
namespace {

class FakeClock final : public Clock {
 public:
  absl::Time Now() const override { return now; }
  absl::Time now = absl::FromUnixSeconds(1000);
};

class StallDetectorTest : public testing::Test {
 protected:
  // Reports after so many seconds more.
  void After(int seconds, int64_t waiting, int64_t progress, const char* reason = "") {
    clock_.now += absl::Seconds(seconds);
    stalls_.Report("upstream_push", waiting, progress, reason);
  }

  FakeClock clock_;
  EventLog log_;
  StallDetector stalls_{clock_, log_, absl::Seconds(60)};
};

TEST_F(StallDetectorTest, WhatMovesIsNoStallHoweverMuchWaits) {
  for (int64_t progress = 0; progress < 10; ++progress) {
    After(50, 1000, progress);
    EXPECT_TRUE(stalls_.Stalls().empty());
  }
}

TEST_F(StallDetectorTest, WhatStandsForTooLongIsAStallWithItsReason) {
  After(0, 3, 7);
  After(60, 4, 7, "STORE_UNAVAILABLE");
  EXPECT_TRUE(stalls_.Stalls().empty());
  After(1, 5, 7, "STORE_UNAVAILABLE");
  const auto stalls = stalls_.Stalls();
  ASSERT_EQ(stalls.size(), 1u);
  EXPECT_EQ(stalls[0].backlog(), "upstream_push");
  EXPECT_EQ(stalls[0].waiting(), 5);
  EXPECT_EQ(stalls[0].since().seconds(), 1000);
  EXPECT_EQ(stalls[0].reason(), "STORE_UNAVAILABLE");
}

TEST_F(StallDetectorTest, ItIsOverWhenSomethingGetsThroughOrNothingWaits) {
  After(0, 3, 7);
  After(100, 3, 7);
  EXPECT_EQ(stalls_.Stalls().size(), 1u);
  After(1, 2, 8);
  EXPECT_TRUE(stalls_.Stalls().empty());
  After(100, 2, 8);
  EXPECT_EQ(stalls_.Stalls().size(), 1u);
  After(1, 0, 8);
  EXPECT_TRUE(stalls_.Stalls().empty());
}

TEST_F(StallDetectorTest, TimeWithoutAnythingWaitingDoesNotCount) {
  After(0, 0, 7);
  After(500, 1, 7);
  EXPECT_TRUE(stalls_.Stalls().empty());
  After(61, 1, 7);
  EXPECT_EQ(stalls_.Stalls().size(), 1u);
}

TEST_F(StallDetectorTest, AWorkerThatReportsNothingAnyMoreIsNoticed) {
  After(0, 3, 7);
  clock_.now += absl::Seconds(61);
  EXPECT_EQ(stalls_.Stalls().size(), 1u);
}

TEST_F(StallDetectorTest, BacklogsAreApart) {
  After(0, 3, 7);
  stalls_.Report("sequencer", 1, 1, "");
  After(61, 3, 7);
  stalls_.Report("sequencer", 1, 2, "");
  const auto stalls = stalls_.Stalls();
  ASSERT_EQ(stalls.size(), 1u);
  EXPECT_EQ(stalls[0].backlog(), "upstream_push");
}

}  // namespace
}  // namespace bangfu::server
