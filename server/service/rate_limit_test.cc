#include "server/service/rate_limit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace bangfu::server {
namespace {

constexpr Rate kTen{10, 5, "tests"};
const absl::Time kStart = absl::FromUnixSeconds(1700000000);

int Taken(RateLimit& limit, const char* caller, int tries, absl::Time now) {
  int taken = 0;
  for (int i = 0; i < tries; ++i) taken += limit.Take(caller, now).ok() ? 1 : 0;
  return taken;
}

TEST(RateLimitTest, ABurstIsAllowedAndThenTheRate) {
  RateLimit limit(kTen);
  EXPECT_EQ(Taken(limit, "a", 20, kStart), 5);
  EXPECT_EQ(Taken(limit, "a", 20, kStart + absl::Milliseconds(90)), 0);
  EXPECT_EQ(Taken(limit, "a", 20, kStart + absl::Milliseconds(100)), 1);
  EXPECT_EQ(Taken(limit, "a", 20, kStart + absl::Milliseconds(400)), 3);
  EXPECT_EQ(Taken(limit, "a", 20, kStart + absl::Hours(1)), 5);
}

TEST(RateLimitTest, NobodyPaysForAnother) {
  RateLimit limit(kTen);
  EXPECT_EQ(Taken(limit, "a", 20, kStart), 5);
  EXPECT_EQ(Taken(limit, "b", 20, kStart), 5);
}

TEST(RateLimitTest, TheRefusalSaysWhenToComeBack) {
  RateLimit limit(kTen);
  Taken(limit, "a", 5, kStart);
  const absl::Status status = limit.Take("a", kStart);
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_QUOTA_EXCEEDED);
  EXPECT_TRUE(status.GetPayload("type.googleapis.com/google.rpc.RetryInfo").has_value());
}

TEST(RateLimitTest, AClockThatGoesBackKeepsNobodyOut) {
  RateLimit limit(kTen);
  EXPECT_EQ(Taken(limit, "a", 3, kStart), 3);
  const absl::Time before = kStart - absl::Hours(1);
  EXPECT_EQ(Taken(limit, "a", 20, before), 0);
  EXPECT_EQ(Taken(limit, "a", 20, before + absl::Milliseconds(100)), 1);
}

TEST(RateLimitTest, NoMoreCallersAreRememberedThanThereIsRoomFor) {
  RateLimit limit(kTen, 3);
  EXPECT_EQ(Taken(limit, "busy", 20, kStart), 5);
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(limit.Take(absl::StrCat("guest", i), kStart).ok());
    EXPECT_LE(limit.size(), 3u);
  }
  // Whoever used most is kept longest: strangers do not wash the debt away.
  EXPECT_EQ(Taken(limit, "busy", 20, kStart), 0);
  // Idle callers make room without harm.
  EXPECT_EQ(Taken(limit, "late", 20, kStart + absl::Hours(1)), 5);
  EXPECT_LE(limit.size(), 3u);
}

}  // namespace
}  // namespace bangfu::server
