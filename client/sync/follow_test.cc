#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "absl/time/clock.h"
#include "client/sync/syncer_fixture.h"

namespace bangfu::client {
namespace {

// Rounds of a syncer that follows the server in a thread of its own.
class FollowTest : public SyncerTest {
 protected:
  void SetUp() override {
    SyncerTest::SetUp();
    server_.SetCapabilities({v1::CAPABILITY_WATCH});
  }
  void TearDown() override {
    Stop();
    SyncerTest::TearDown();
  }

  void Start() {
    thread_ = std::thread([this] {
      Syncer(*replica_, server_, clock_)
          .Follow(stop_, [this](const absl::Status& status, const SyncReport& report) {
            std::unique_lock<std::mutex> lock(mutex_);
            ++rounds_;
            failures_ += status.ok() ? 0 : 1;
            pulled_ += report.pulled;
            // The server in memory is changed by the test only between rounds.
            changed_.notify_all();
            changed_.wait(lock, [this] { return rounds_ <= allowed_ || stop_; });
          });
    });
  }
  void Stop() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      stop_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
  }
  // Waits until a round has ended and holds the next one back.
  bool AwaitRound(int round, absl::Duration at_most = absl::Seconds(20)) {
    std::unique_lock<std::mutex> lock(mutex_);
    return changed_.wait_for(lock, absl::ToChronoNanoseconds(at_most),
                             [&] { return rounds_ >= round; });
  }
  void Allow(int rounds) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      allowed_ = rounds;
    }
    changed_.notify_all();
  }

  std::atomic<bool> stop_ = false;
  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int rounds_ = 0;
  int allowed_ = 0;
  int failures_ = 0;
  std::atomic<int64_t> pulled_ = 0;
};

TEST_F(FollowTest, WhatTheServerTellsIsHereWithinASecond) {
  server_.Write(Archive(1));
  Start();
  ASSERT_TRUE(AwaitRound(1));
  EXPECT_EQ(pulled_, 1);
  server_.Write(Archive(2));
  Allow(1);
  // Half a second later it still waits to be told; a poll comes after a minute.
  EXPECT_FALSE(AwaitRound(2, absl::Milliseconds(500)));
  const absl::Time told = absl::Now();
  server_.Tell();
  ASSERT_TRUE(AwaitRound(2));
  EXPECT_LT(absl::Now() - told, absl::Seconds(1));
  EXPECT_EQ(pulled_, 2);
}

TEST_F(FollowTest, TriesAgainWhenARoundFailsAndWhenTheWatchBreaks) {
  server_.reachable = false;
  Start();
  ASSERT_TRUE(AwaitRound(1));
  EXPECT_EQ(failures_, 1);
  server_.reachable = true;
  server_.watch_breaks = 2;
  Allow(1);
  ASSERT_TRUE(AwaitRound(2));
  EXPECT_EQ(failures_, 1);
  server_.Write(Archive(1));
  Allow(2);
  // The third watch hears it.
  for (int i = 0; i < 50 && pulled_ == 0; ++i) {
    server_.Tell();
    AwaitRound(3, absl::Milliseconds(200));
  }
  EXPECT_EQ(pulled_, 1);
}

TEST_F(FollowTest, StopsAtOnce) {
  Start();
  ASSERT_TRUE(AwaitRound(1));
  Allow(1);
  const absl::Time asked = absl::Now();
  Stop();
  EXPECT_LT(absl::Now() - asked, absl::Seconds(2));
}

}  // namespace
}  // namespace bangfu::client
