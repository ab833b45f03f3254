#include "server/service/stream_quota.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/error.h"

namespace bangfu::server {
namespace {

void ExpectRefused(const absl::Status& status) {
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_TOO_MANY_STREAMS);
  EXPECT_TRUE(status.GetPayload("type.googleapis.com/google.rpc.RetryInfo").has_value());
}

TEST(StreamQuotaTest, OneChildHasNoMoreThanItsQuota) {
  StreamQuota quota(2, 10);
  auto first = quota.Enter("a");
  {
    const auto second = quota.Enter("a");
    ASSERT_TRUE(first.ok() && second.ok());
    ExpectRefused(quota.Enter("a").status());
    EXPECT_TRUE(quota.Enter("b").ok());
  }
  EXPECT_TRUE(quota.Enter("a").ok());
  EXPECT_EQ(quota.open(), 1);
}

TEST(StreamQuotaTest, AllTogetherHaveNoMoreThanTheNodeBears) {
  StreamQuota quota(2, 3);
  std::vector<StreamQuota::Ticket> open;
  for (const char* child : {"a", "b", "c"}) open.push_back(*quota.Enter(child));
  ExpectRefused(quota.Enter("d").status());
  open.pop_back();
  EXPECT_TRUE(quota.Enter("d").ok());
  EXPECT_EQ(quota.open(), 2);
}

TEST(StreamQuotaTest, WhoStallsGivesWayToOthers) {
  StreamQuota quota(2, 2);
  const absl::Time start = absl::FromUnixSeconds(1394424000);
  int ended_a = 0, ended_b = 0;
  auto a = quota.Enter(
      "a", [&] { ++ended_a; }, start);
  auto b = quota.Enter(
      "b", [&] { ++ended_b; }, start);
  ASSERT_TRUE(a.ok() && b.ok());
  ExpectRefused(quota.Enter("c", {}, start + kGivesWayAfter).status());
  b->Moved(start + absl::Seconds(1));
  {
    const auto c = quota.Enter("c", {}, start + kGivesWayAfter + absl::Milliseconds(1));
    ASSERT_TRUE(c.ok()) << c.status();
    EXPECT_EQ(ended_a, 1);  // the one that has not moved for longest, and only that
    EXPECT_EQ(ended_b, 0);
    EXPECT_EQ(quota.open(), 2);
    // Nobody else has stalled for so long, and who never gives way stays.
    ExpectRefused(quota.Enter("d", {}, start + kGivesWayAfter + absl::Milliseconds(2)).status());
  }
  EXPECT_EQ(quota.open(), 1);
  a->Moved(start + absl::Minutes(1));  // it was ended; nothing to move
  EXPECT_EQ(quota.open(), 1);
}

}  // namespace
}  // namespace bangfu::server
