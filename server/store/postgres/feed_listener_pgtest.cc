#include <thread>

#include "absl/time/clock.h"
#include "server/store/postgres/postgres_feed_listener.h"
#include "server/store/postgres/store_fixture.h"

// Whoever listens hears where there is something new.
namespace bangfu::server {
namespace {

using testing::IsEmpty;
using testing::UnorderedElementsAre;

class FeedListenerTest : public StoreFixture {};

TEST_F(FeedListenerTest, NamesTheOrgsOfWhatCameSinceTheLastCall) {
  ASSERT_TRUE(Write(OneRecord(ArchiveRow(1, "hz.old"))).ok());
  Sequence();
  auto listener = *store_->OpenFeedListener();
  const FeedNews nothing = *listener->Wait(absl::Milliseconds(20));
  EXPECT_EQ(nothing.head, 1);
  EXPECT_THAT(nothing.orgs, IsEmpty());
  ASSERT_TRUE(Write(OneRecord(ArchiveRow(2, "hz.a"))).ok());
  ASSERT_TRUE(Write(OneRecord(ArchiveRow(3, "hz.a"))).ok());
  ASSERT_TRUE(Write(OneRecord(ArchiveRow(4, "hz.b"))).ok());
  Sequence();
  const FeedNews news = *listener->Wait(absl::Seconds(30));
  EXPECT_EQ(news.head, 4);
  EXPECT_FALSE(news.everywhere);
  EXPECT_THAT(news.orgs, UnorderedElementsAre("hz.a", "hz.b"));
  EXPECT_THAT(listener->Wait(absl::Milliseconds(20))->orgs, IsEmpty());
}

TEST_F(FeedListenerTest, WakesWhenTheFeedGrowsAndNotWhenSomethingIsQueued) {
  auto listener = *store_->OpenFeedListener();
  ASSERT_TRUE(Write(OneRecord(ArchiveRow(1, "hz.a"))).ok());
  absl::Time start = absl::Now();
  EXPECT_THAT(listener->Wait(absl::Milliseconds(100))->orgs, IsEmpty());
  EXPECT_GE(absl::Now() - start, absl::Milliseconds(95));
  std::thread sequencer([this] {
    absl::SleepFor(absl::Milliseconds(100));
    Sequence();
  });
  start = absl::Now();
  const FeedNews news = *listener->Wait(absl::Seconds(60));
  EXPECT_LT(absl::Now() - start, absl::Seconds(30));
  sequencer.join();
  EXPECT_THAT(news.orgs, UnorderedElementsAre("hz.a"));
}

TEST_F(FeedListenerTest, SaysEverywhereWhenThereIsTooMuchToName) {
  auto listener = *store_->OpenFeedListener();
  Sql(absl::StrCat("UPDATE feed_state SET last_seq = ", kMaxNewsRows + 1));
  const FeedNews news = *listener->Wait(absl::Seconds(30));
  EXPECT_TRUE(news.everywhere);
  EXPECT_EQ(news.head, kMaxNewsRows + 1);
  EXPECT_FALSE(listener->Wait(absl::Milliseconds(10))->everywhere);
}

TEST_F(FeedListenerTest, ASessionThatDiesSaysSo) {
  auto listener = *store_->OpenFeedListener();
  Kill(absl::StrCat("bangfu-server", kListenerSuffix));
  EXPECT_EQ(listener->Wait(absl::Seconds(5)).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(listener->Wait(absl::Seconds(5)).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(store_->OpenFeedListener().ok());
}

}  // namespace
}  // namespace bangfu::server
