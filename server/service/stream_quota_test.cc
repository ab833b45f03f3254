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

}  // namespace
}  // namespace bangfu::server
