#include "server/service/denial_quota.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace bangfu::server {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1700000000);

TEST(DenialQuotaTest, BeyondItsShareAPeerIsCountedAndTheNextEntryTellsIt) {
  DenialQuota quota(2);
  EXPECT_EQ(quota.Enter("a", kStart), 0);
  EXPECT_EQ(quota.Enter("a", kStart), 0);
  for (int i = 0; i < 7; ++i) EXPECT_EQ(quota.Enter("a", kStart + absl::Seconds(59)), std::nullopt);
  EXPECT_EQ(quota.Enter("a", kStart + absl::Seconds(60)), 7);
  EXPECT_EQ(quota.Enter("a", kStart + absl::Seconds(60)), 0);
  EXPECT_EQ(quota.Enter("a", kStart + absl::Seconds(60)), std::nullopt);
}

TEST(DenialQuotaTest, PeersDoNotUseUpEachOthersShare) {
  DenialQuota quota(1);
  EXPECT_EQ(quota.Enter("a", kStart), 0);
  EXPECT_EQ(quota.Enter("b", kStart), 0);
  EXPECT_EQ(quota.Enter("a", kStart), std::nullopt);
}

TEST(DenialQuotaTest, PeersWithoutNumberShareOneCount) {
  DenialQuota quota(1, 2);
  EXPECT_EQ(quota.Enter("a", kStart), 0);
  EXPECT_EQ(quota.Enter("b", kStart), 0);
  int entries = 0;
  for (int i = 0; i < 100; ++i)
    entries += quota.Enter(absl::StrCat("guest", i), kStart).has_value() ? 1 : 0;
  EXPECT_EQ(entries, 1);
  // Nothing that was counted is forgotten.
  EXPECT_EQ(quota.Enter("a", kStart + absl::Minutes(1)), 0);
  EXPECT_EQ(quota.Enter("b", kStart + absl::Minutes(1)), 0);
  EXPECT_EQ(quota.Enter("guest0", kStart + absl::Minutes(1)), 99);
}

}  // namespace
}  // namespace bangfu::server
