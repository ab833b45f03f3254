#include "base/retry_delay.h"

#include <gtest/gtest.h>

#include "absl/strings/cord.h"
#include "base/error.h"

namespace bangfu {
namespace {

TEST(RetryDelayTest, IsWhatTheErrorAsksFor) {
  ErrorBuilder busy(absl::StatusCode::kResourceExhausted, v1::ERROR_REASON_TOO_MANY_STREAMS,
                    {"忙", "busy"});
  EXPECT_EQ(RetryDelayOf(busy.Build()), absl::ZeroDuration());
  EXPECT_EQ(RetryDelayOf(busy.RetryAfter(absl::Seconds(7)).Build()), absl::Seconds(7));
  EXPECT_EQ(RetryDelayOf(absl::OkStatus()), absl::ZeroDuration());
}

TEST(RetryDelayTest, WhatCannotBeReadAsksForNothing) {
  absl::Status status = absl::UnavailableError("away");
  status.SetPayload("type.googleapis.com/google.rpc.RetryInfo", absl::Cord("\xff"));
  EXPECT_EQ(RetryDelayOf(status), absl::ZeroDuration());
}

}  // namespace
}  // namespace bangfu
