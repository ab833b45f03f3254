#include "client/replica/digest_rows.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <map>

#include "client/replica/replica_fixture.h"
#include "domain/digest/record_digest.h"

namespace bangfu::client {
namespace {

int64_t LeafOf(const v1::Record& record) {
  return domain::DigestLeaf(record.id(), record.revision(), domain::BodyDigest(record.body()));
}

class DigestRowsTest : public ReplicaTest {
 protected:
  // Bytes of all sums, to see whether anything changed.
  std::string Sums() {
    std::string bytes;
    const std::vector<v1::DigestSum> sums = *replica_->DigestSums();
    for (const v1::DigestSum& sum : sums) absl::StrAppend(&bytes, sum.SerializeAsString(), ";");
    return bytes;
  }
  void Damage(const std::string& sql) { SQLite::Database(path_, SQLite::OPEN_READWRITE).exec(sql); }
};

TEST_F(DigestRowsTest, SumsAreThoseOfWhatTheParentGave) {
  EXPECT_TRUE(replica_->DigestSums()->empty());
  std::vector<v1::Record> records;
  std::map<int, int64_t> sums;
  std::map<int, int64_t> counts;
  for (int i = 1; i <= 300; ++i) {
    records.push_back(Wire(Archive(i), i));
    sums[domain::DigestBucket(records.back().id())] ^= LeafOf(records.back());
    ++counts[domain::DigestBucket(records.back().id())];
  }
  Pulled(Batch(records, "c1"));
  const std::vector<v1::DigestSum> found = *replica_->DigestSums();
  ASSERT_EQ(found.size(), sums.size());
  auto expected = sums.begin();
  for (const v1::DigestSum& sum : found) {
    EXPECT_EQ(sum.bucket(), expected->first);
    EXPECT_EQ(sum.sum(), expected->second);
    EXPECT_EQ(sum.records(), counts[sum.bucket()]);
    ++expected;
  }
}

TEST_F(DigestRowsTest, LeavesAreThoseOfTheirBuckets) {
  Pulled(Batch({Wire(Archive(1), 7), Wire(Archive(2), 8)}, "c1"));
  const int bucket = domain::DigestBucket(RecordId(2));
  ASSERT_NE(bucket, domain::DigestBucket(RecordId(1)));
  const std::vector<v1::DigestLeaf> leaves = *replica_->DigestLeaves({bucket});
  ASSERT_EQ(leaves.size(), 1u);
  EXPECT_EQ(leaves[0].id(), RecordId(2));
  EXPECT_EQ(leaves[0].revision(), 8);
  EXPECT_EQ(leaves[0].leaf(), LeafOf(Wire(Archive(2), 8)));
  EXPECT_TRUE(replica_->DigestLeaves({})->empty());
}

TEST_F(DigestRowsTest, WhatTheParentHasNotGotOrWantsBackIsNoPartOfIt) {
  Pulled(Batch({Wire(Archive(1), 7), Wire(Archive(2), 8)}, "c1"));
  const std::string before = Sums();
  Append({Creation(1, Archive(3)), Edit(2, Archive(1, "13800000001"))});
  EXPECT_EQ(Sums(), before);
  Append({Edit(3, Archive(2, "13800000001"))});
  v1::PullResponse left = Batch({}, "c2");
  left.add_left_record_ids(RecordId(2));
  Pulled(left);
  EXPECT_EQ(replica_->DigestSums()->size(), 1u);
}

TEST_F(DigestRowsTest, EveryDamageShows) {
  Pulled(Batch({Wire(Archive(1), 7), Wire(Archive(2), 8)}, "c1"));
  const std::string before = Sums();
  for (const absl::string_view change :
       {"UPDATE record SET base_body = CAST(base_body || x'00' AS BLOB)",
        "UPDATE record SET body = CAST(body || x'00' AS BLOB)",
        "UPDATE record SET base_revision = 6", "DELETE FROM record"}) {
    const std::string damage = absl::StrCat(change, " WHERE id = '", RecordId(1), "'");
    Damage(damage);
    EXPECT_NE(Sums(), before) << damage;
    ASSERT_TRUE(replica_->ApplyRepair({Wire(Archive(1), 7)}, {}).ok());
    EXPECT_EQ(Sums(), before) << damage;
    EXPECT_EQ(Seen(1).phone(), "13800000000");
  }
}

}  // namespace
}  // namespace bangfu::client
