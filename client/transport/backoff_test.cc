#include "client/transport/backoff.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace bangfu::client {
namespace {

TEST(BackoffTest, GrowsUpToItsLimitAndStartsAgain) {
  Backoff backoff(1);
  absl::Duration full = limits::kFirstBackoff;
  for (int i = 0; i < 20; ++i) {
    const absl::Duration pause = backoff.Next();
    EXPECT_GE(pause, full / 2) << i;
    EXPECT_LE(pause, full) << i;
    full = std::min(full * 2, limits::kMaxBackoff);
  }
  EXPECT_EQ(full, limits::kMaxBackoff);
  backoff.Reset();
  EXPECT_LE(backoff.Next(), limits::kFirstBackoff);
}

TEST(BackoffTest, NodesThatFailedTogetherDoNotComeBackTogether) {
  EXPECT_NE(Backoff(1).Next(), Backoff(2).Next());
}

}  // namespace
}  // namespace bangfu::client
