#include "client/transport/retry_delay.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/limits.h"

namespace bangfu::client {
namespace {

absl::Status Status(absl::StatusCode code, absl::Duration delay) {
  return ErrorBuilder(code, v1::ERROR_REASON_QUOTA_EXCEEDED, {"稍后", "later"})
      .RetryAfter(delay)
      .Build();
}

TEST(RetryDelayTest, IsWhatTheServerAsksForWithinBounds) {
  EXPECT_EQ(RetryDelayOf(Status(absl::StatusCode::kUnavailable, absl::Seconds(3))),
            absl::Seconds(3));
  EXPECT_EQ(RetryDelayOf(Status(absl::StatusCode::kUnavailable, absl::Hours(30))),
            limits::kMaxBackoff);
  EXPECT_EQ(RetryDelayOf(absl::UnavailableError("no word of it")), absl::ZeroDuration());
  google::protobuf::Duration wait;
  wait.set_seconds(-5);
  EXPECT_EQ(BoundedWait(wait), absl::ZeroDuration());
  wait.set_seconds(1);
  wait.set_nanos(500000000);
  EXPECT_EQ(BoundedWait(wait), absl::Milliseconds(1500));
}

TEST(RetryDelayTest, WhatMayPass) {
  EXPECT_TRUE(MayPass(absl::UnavailableError("away")));
  EXPECT_TRUE(MayPass(Status(absl::StatusCode::kResourceExhausted, absl::Seconds(1))));
  EXPECT_FALSE(MayPass(absl::ResourceExhaustedError("too large")));
  EXPECT_FALSE(MayPass(Status(absl::StatusCode::kInternal, absl::Seconds(1))));
  EXPECT_FALSE(MayPass(absl::OkStatus()));
}

}  // namespace
}  // namespace bangfu::client
