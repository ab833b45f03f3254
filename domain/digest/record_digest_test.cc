#include "domain/digest/record_digest.h"

#include <gtest/gtest.h>

#include "absl/strings/escaping.h"

namespace bangfu::domain {
namespace {

constexpr char kId[] = "01910000-0000-7000-8000-000000000001";

// Expected values were computed with another program (sha256sum).
TEST(RecordDigestTest, FollowsTheFormula) {
  EXPECT_EQ(absl::BytesToHexString(BodyDigest("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(DigestBucket(kId), 26934);
  EXPECT_EQ(DigestTopBucket(DigestBucket(kId)), 105);
  EXPECT_EQ(DigestLeaf(kId, 7, BodyDigest("abc")), 4346456515938345210);
}

TEST(RecordDigestTest, EveryPartOfARecordChangesItsLeaf) {
  const int64_t leaf = DigestLeaf(kId, 7, BodyDigest("abc"));
  EXPECT_NE(DigestLeaf(kId, 8, BodyDigest("abc")), leaf);
  EXPECT_NE(DigestLeaf(kId, 7, BodyDigest("abd")), leaf);
  EXPECT_NE(DigestLeaf("01910000-0000-7000-8000-000000000002", 7, BodyDigest("abc")), leaf);
}

TEST(RecordDigestTest, TheLastTopBucketHoldsTheLastBucket) {
  EXPECT_EQ(DigestTopBucket(0), 0);
  EXPECT_EQ(DigestTopBucket(255), 0);
  EXPECT_EQ(DigestTopBucket(256), 1);
  EXPECT_EQ(DigestTopBucket(kDigestBuckets - 1), kDigestTopBuckets - 1);
}

}  // namespace
}  // namespace bangfu::domain
