#include "server/service/feed_hub.h"

#include <gtest/gtest.h>

#include <atomic>
#include <deque>

#include "absl/time/clock.h"
#include "server/sync/pull.h"

namespace bangfu::server {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(10);
// Long enough for a word that must not come.
constexpr absl::Duration kSilence = absl::Milliseconds(400);

// A feed that says what the test tells it.
class ScriptedFeed {
 public:
  FeedSource Source() {
    return {[this]() -> absl::StatusOr<FeedState> {
              const std::lock_guard<std::mutex> lock(mutex_);
              if (down_) return absl::UnavailableError("down");
              return state_;
            },
            [this]() -> absl::StatusOr<std::unique_ptr<FeedListener>> {
              const std::lock_guard<std::mutex> lock(mutex_);
              if (down_) return absl::UnavailableError("down");
              return std::make_unique<Listener>(*this);
            }};
  }
  void Grow(std::vector<std::string> orgs, bool everywhere = false) {
    const std::lock_guard<std::mutex> lock(mutex_);
    news_.push_back({++state_.head, std::move(orgs), everywhere});
    changed_.notify_all();
  }
  // A row of which nobody hears.
  void GrowSilently() {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++state_.head;
  }
  void SetDown(bool down) {
    const std::lock_guard<std::mutex> lock(mutex_);
    down_ = down;
    changed_.notify_all();
  }
  void BeginEpoch() {
    const std::lock_guard<std::mutex> lock(mutex_);
    state_.epoch = "second";
  }

 private:
  class Listener final : public FeedListener {
   public:
    explicit Listener(ScriptedFeed& feed) : feed_(feed) {}
    absl::StatusOr<FeedNews> Wait(absl::Duration timeout) override {
      std::unique_lock<std::mutex> lock(feed_.mutex_);
      feed_.changed_.wait_for(lock, absl::ToChronoNanoseconds(timeout),
                              [this] { return feed_.down_ || !feed_.news_.empty(); });
      if (feed_.down_) return absl::UnavailableError("down");
      FeedNews news{feed_.state_.head, {}, false};
      if (!feed_.news_.empty()) {
        news = feed_.news_.front();
        feed_.news_.pop_front();
      }
      return news;
    }

   private:
    ScriptedFeed& feed_;
  };

  std::mutex mutex_;
  std::condition_variable changed_;
  FeedState state_{"first", absl::UnixEpoch(), 5, 0, 0};
  std::deque<FeedNews> news_;
  bool down_ = false;
};

class Watcher final : public FeedWatcher {
 public:
  void OnMore() override { ++more; }
  void OnHeartbeat() override { ++heartbeats; }
  void OnDirectory(int64_t version) override { directory = version; }
  void OnClose() override { ++closed; }

  static bool Until(const std::atomic<int>& count, int least) {
    for (const absl::Time end = absl::Now() + kPatience; absl::Now() < end;) {
      if (count >= least) return true;
      absl::SleepFor(absl::Milliseconds(5));
    }
    return false;
  }

  std::atomic<int> more{0};
  std::atomic<int> heartbeats{0};
  std::atomic<int> closed{0};
  std::atomic<int64_t> directory{0};
};

class FeedHubTest : public testing::Test {
 protected:
  void Start(absl::Duration heartbeat = limits::kWatchHeartbeat) {
    hub_ = std::make_unique<FeedHub>(feed_.Source(), log_, heartbeat);
    // It listens as soon as somebody who is up to date is left in peace.
    for (int i = 0; i < 1000; ++i) {
      Watcher probe;
      hub_->Add(probe, "hz.probe", At(5));
      hub_->Remove(probe, "hz.probe");
      if (probe.more == 0) return;
      absl::SleepFor(absl::Milliseconds(5));
    }
    FAIL() << "the hub does not listen";
  }
  static std::string At(int64_t seq, const std::string& epoch = "first") {
    return EncodeCursor({epoch, seq, "hz"});
  }

  ScriptedFeed feed_;
  EventLog log_;
  std::unique_ptr<FeedHub> hub_;
};

TEST_F(FeedHubTest, OnlyThoseAreWokenWhoReadTheOrg) {
  Start();
  Watcher city, district, street, other, longer_name;
  hub_->Add(city, "hz", At(5));
  hub_->Add(district, "hz.fuyang", At(5));
  hub_->Add(street, "hz.fuyang.fuchun", At(5));
  hub_->Add(other, "hz.gongye", At(5));
  hub_->Add(longer_name, "hz.fuyang2", At(5));
  feed_.Grow({"hz.fuyang"});
  EXPECT_TRUE(Watcher::Until(district.more, 1));
  EXPECT_TRUE(Watcher::Until(city.more, 1));
  absl::SleepFor(kSilence);
  EXPECT_EQ(street.more, 0);
  EXPECT_EQ(other.more, 0);
  EXPECT_EQ(longer_name.more, 0);
  feed_.Grow({"hz.fuyang.fuchun", "hz.gongye.xiangjiao"});
  EXPECT_TRUE(Watcher::Until(street.more, 1));
  EXPECT_TRUE(Watcher::Until(other.more, 1));
  feed_.Grow({}, true);
  EXPECT_TRUE(Watcher::Until(longer_name.more, 1));
  for (Watcher* watcher : {&city, &district, &street, &other, &longer_name}) {
    EXPECT_EQ(watcher->heartbeats, 0);
    hub_->Remove(*watcher, watcher == &city       ? "hz"
                           : watcher == &district ? "hz.fuyang"
                           : watcher == &street   ? "hz.fuyang.fuchun"
                           : watcher == &other    ? "hz.gongye"
                                                  : "hz.fuyang2");
  }
}

TEST_F(FeedHubTest, WhoIsBehindIsToldAtOnce) {
  Start();
  const auto told = [&](const std::string& cursor) {
    Watcher watcher;
    hub_->Add(watcher, "hz", cursor);
    const int more = watcher.more;
    hub_->Remove(watcher, "hz");
    return more;
  };
  EXPECT_EQ(told(At(5)), 0);
  EXPECT_EQ(told(At(4)), 1);
  EXPECT_EQ(told(""), 1);
  EXPECT_EQ(told(At(5, "another")), 1);
  EXPECT_EQ(told("nonsense"), 1);
  Watcher watcher;
  hub_->Add(watcher, "hz", At(5));
  feed_.Grow({"hz.fuyang"});
  EXPECT_TRUE(Watcher::Until(watcher.more, 1));
  hub_->Remove(watcher, "hz");
  EXPECT_EQ(told(At(5)), 1);
  EXPECT_EQ(told(At(6)), 0);
}

TEST_F(FeedHubTest, TheLineShowsThatItIsAlive) {
  Start(absl::Milliseconds(50));
  Watcher watcher;
  hub_->Add(watcher, "hz", At(5));
  EXPECT_TRUE(Watcher::Until(watcher.heartbeats, 3));
  EXPECT_EQ(watcher.more, 0);
  hub_->Remove(watcher, "hz");
}

TEST_F(FeedHubTest, WhatCameWhileNobodyListenedIsToldAfterwards) {
  Start();
  Watcher watcher;
  hub_->Add(watcher, "hz.gongye", At(5));
  feed_.SetDown(true);
  absl::SleepFor(kSilence);
  EXPECT_EQ(watcher.more, 0);
  feed_.GrowSilently();
  feed_.SetDown(false);
  EXPECT_TRUE(Watcher::Until(watcher.more, 1));
  hub_->Remove(watcher, "hz.gongye");
}

TEST_F(FeedHubTest, ANewEpochIsToldToEverybody) {
  Start(absl::Milliseconds(50));
  Watcher watcher;
  hub_->Add(watcher, "hz.gongye", At(5));
  feed_.BeginEpoch();
  EXPECT_TRUE(Watcher::Until(watcher.more, 1));
  hub_->Remove(watcher, "hz.gongye");
}

TEST_F(FeedHubTest, ClosingEndsAllWatchesAndThoseThatComeLater) {
  Start();
  Watcher early, late;
  hub_->Add(early, "hz", At(5));
  const absl::Time start = absl::Now();
  hub_->Close();
  EXPECT_EQ(early.closed, 1);
  hub_->Add(late, "hz", At(4));
  EXPECT_EQ(late.closed, 1);
  EXPECT_EQ(late.more, 0);
  hub_->Remove(early, "hz");
  hub_->Remove(late, "hz");
  hub_.reset();
  EXPECT_LT(absl::Now() - start, absl::Seconds(5));
}

TEST_F(FeedHubTest, EverybodyHearsOfTheDirectory) {
  Start();
  Watcher first;
  Watcher second;
  hub_->Add(first, "hz.gongye", At(5));
  hub_->Add(second, "hz.fuyang", At(5));
  hub_->TellDirectory(7);
  EXPECT_EQ(first.directory, 7);
  EXPECT_EQ(second.directory, 7);
  hub_->Remove(first, "hz.gongye");
  hub_->TellDirectory(8);
  EXPECT_EQ(first.directory, 7);
  EXPECT_EQ(second.directory, 8);
  hub_->Remove(second, "hz.fuyang");
}

}  // namespace
}  // namespace bangfu::server
