#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <tuple>

#include "domain/digest/record_digest.h"
#include "server/store/postgres/store_fixture.h"

// Digests of what the store has, records by id, and which are where.
namespace bangfu::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

class DigestTest : public StoreFixture {
 protected:
  std::vector<v1::DigestSum> Sums(absl::string_view scope, DigestSide side, v1::DigestLevel level,
                                  const std::vector<int>& buckets = {}) {
    const auto sums = store_->DigestSums(scope, side, level, buckets);
    EXPECT_TRUE(sums.ok()) << sums.status();
    return sums.value_or(std::vector<v1::DigestSum>());
  }
  std::vector<v1::DigestLeaf> Leaves(absl::string_view scope, DigestSide side,
                                     const std::vector<int>& buckets) {
    const auto leaves = store_->DigestLeaves(scope, side, buckets);
    EXPECT_TRUE(leaves.ok()) << leaves.status();
    return leaves.value_or(std::vector<v1::DigestLeaf>());
  }
};

// Bucket, records, sum.
using Sum = std::tuple<int, int64_t, int64_t>;

std::vector<Sum> Values(const std::vector<v1::DigestSum>& sums) {
  std::vector<Sum> values;
  for (const v1::DigestSum& sum : sums) {
    values.emplace_back(sum.bucket(), sum.records(), sum.sum());
  }
  return values;
}

int64_t LeafOf(const StoredRecord& record, DigestSide side) {
  return domain::DigestLeaf(record.id,
                            side == DigestSide::kOwn ? record.revision : record.upstream_revision,
                            domain::BodyDigest(record.body));
}

// What the sums must be, from the records themselves.
std::vector<Sum> Expected(const std::vector<StoredRecord>& records, absl::string_view org,
                          DigestSide side, int buckets_per_group, const std::set<int>& tops) {
  std::map<int, std::pair<int64_t, int64_t>> groups;
  for (const StoredRecord& record : records) {
    if (!org.empty() && record.org != org) continue;
    if (side == DigestSide::kUpstream && record.upstream_revision == 0) continue;
    const int bucket = domain::DigestBucket(record.id);
    if (!tops.empty() && !tops.contains(domain::DigestTopBucket(bucket))) continue;
    auto& [count, sum] = groups[bucket / buckets_per_group];
    ++count;
    sum ^= LeafOf(record, side);
  }
  std::vector<Sum> values;
  for (const auto& [bucket, group] : groups) values.emplace_back(bucket, group.first, group.second);
  return values;
}

TEST_F(DigestTest, SumsAndLeavesAreThoseOfTheRecords) {
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937_64 random(seed);
  const auto pick = [&random](int below) {
    return std::uniform_int_distribution<int>(0, below - 1)(random);
  };
  std::vector<StoredRecord> records;
  WriteSet writes;
  for (int number = 1; number <= 400; ++number) {
    StoredRecord record = ArchiveRow(number, pick(3) == 0 ? "hz.b" : "hz.a", 1 + pick(9),
                                     std::string(static_cast<size_t>(pick(50)), '\0'));
    record.upstream_revision = pick(3);
    records.push_back(record);
  }
  writes.records = records;
  ASSERT_TRUE(Write(writes).ok());
  for (size_t i = 0; i < records.size(); i += 7) {  // a second version of some
    ++records[i].revision;
    records[i].body += "second";
    records[i].upstream_revision = i % 2 == 0 ? 0 : 5;
  }
  writes.records = records;
  ASSERT_TRUE(Write(writes).ok());

  for (const DigestSide side : {DigestSide::kOwn, DigestSide::kUpstream}) {
    for (const absl::string_view org : {"", "hz.a", "hz.b"}) {
      const absl::string_view scope = org.empty() ? "hz" : org;
      SCOPED_TRACE(std::string(scope));
      EXPECT_EQ(Values(Sums(scope, side, v1::DIGEST_LEVEL_TOP)),
                Expected(records, org, side, domain::kDigestTopBuckets, {}));
      const std::set<int> few = {domain::DigestTopBucket(domain::DigestBucket(records[0].id)),
                                 domain::DigestTopBucket(domain::DigestBucket(records[9].id))};
      EXPECT_EQ(Values(Sums(scope, side, v1::DIGEST_LEVEL_BUCKETS, {few.begin(), few.end()})),
                Expected(records, org, side, 1, few));
      std::vector<int> many;
      for (int top = 0; top < domain::kDigestTopBuckets; top += 2) many.push_back(top);
      EXPECT_EQ(Values(Sums(scope, side, v1::DIGEST_LEVEL_BUCKETS, many)),
                Expected(records, org, side, 1, {many.begin(), many.end()}));

      std::vector<int> buckets;
      std::vector<std::tuple<std::string, int64_t, int64_t>> expected;
      for (size_t i = 0; i < records.size(); i += 5) {
        buckets.push_back(domain::DigestBucket(records[i].id));
      }
      for (const StoredRecord& record : records) {
        if (!org.empty() && record.org != org) continue;
        if (side == DigestSide::kUpstream && record.upstream_revision == 0) continue;
        const int bucket = domain::DigestBucket(record.id);
        if (std::find(buckets.begin(), buckets.end(), bucket) == buckets.end()) continue;
        expected.emplace_back(record.id,
                              side == DigestSide::kOwn ? record.revision : record.upstream_revision,
                              LeafOf(record, side));
      }
      std::vector<std::tuple<std::string, int64_t, int64_t>> actual;
      for (const v1::DigestLeaf& leaf : Leaves(scope, side, buckets)) {
        actual.emplace_back(leaf.id(), leaf.revision(), leaf.leaf());
      }
      EXPECT_EQ(actual, expected);
    }
  }
  EXPECT_TRUE(Sums("no path!", DigestSide::kOwn, v1::DIGEST_LEVEL_TOP).empty());
  EXPECT_TRUE(Sums("hz", DigestSide::kOwn, v1::DIGEST_LEVEL_BUCKETS, {}).empty());
  EXPECT_TRUE(Leaves("hz", DigestSide::kOwn, {}).empty());
}

std::vector<std::string> Ids(const std::vector<StoredRecord>& records) {
  std::vector<std::string> ids;
  for (const StoredRecord& record : records) ids.push_back(record.id);
  return ids;
}

TEST_F(DigestTest, RecordsComeByIdWithinTheScopeAndThePage) {
  const std::string large(static_cast<size_t>(kMaxFeedPageBytes * 2 / 5), 'x');
  WriteSet writes;
  for (int number = 1; number <= 3; ++number) {
    writes.records.push_back(ArchiveRow(number, "hz.a", 1, large));
  }
  writes.records.push_back(ArchiveRow(4, "hz.b"));
  writes.records.push_back(
      ArchiveRow(5, "hz.c", 1, std::string(static_cast<size_t>(kMaxFeedPageBytes + 1), 'x')));
  ASSERT_TRUE(Write(writes).ok());
  EXPECT_THAT(Ids(*store_->GetRecords("hz.a", {Id(3), Id(1), Id(2), Id(4), Id(9), "no-uuid"})),
              ElementsAre(Id(1), Id(2)));
  EXPECT_THAT(Ids(*store_->GetRecords("hz", {Id(3), Id(4)})), ElementsAre(Id(3), Id(4)));
  // One comes even when it is too large.
  EXPECT_THAT(Ids(*store_->GetRecords("hz", {Id(5)})), ElementsAre(Id(5)));
  EXPECT_EQ(store_->GetRecords("hz", {Id(4)})->at(0).body, "body");
  EXPECT_THAT(*store_->GetRecords("no path!", {Id(1)}), IsEmpty());
}

TEST_F(DigestTest, WhereRecordsAreAndWhereTheyWere) {
  WriteSet writes;
  for (int number = 1; number <= 4; ++number) {
    writes.records.push_back(ArchiveRow(number, number == 4 ? "hz.b" : "hz.a"));
  }
  ASSERT_TRUE(Write(writes).ok());
  WriteSet moves;
  moves.records = {ArchiveRow(1, "hz.b", 2)};
  moves.removed_records = {Id(2)};
  moves.queue = {Leave(Id(1), 2, "hz.a"), Leave(Id(2), 2, "hz.a"), Leave(Id(2), 2, "hz.a")};
  ASSERT_TRUE(Write(moves).ok());
  moves = {};
  moves.queue = {Leave(Id(1), 3, "hz.a"), Leave(Id(3), 3, "hz.x")};  // once more; back since
  ASSERT_TRUE(Write(moves).ok());

  const std::vector<std::string> all = {Id(1), Id(2), Id(3), Id(4), Id(9), "no-uuid"};
  Store::Whereabouts found = *store_->FindRecords("hz.a", all);
  EXPECT_THAT(found.inside, UnorderedElementsAre(Id(3)));
  EXPECT_THAT(found.left, UnorderedElementsAre(Id(1), Id(2)));
  found = *store_->FindRecords("hz.b", all);
  EXPECT_THAT(found.inside, UnorderedElementsAre(Id(1), Id(4)));
  EXPECT_THAT(found.left, IsEmpty());
  found = *store_->FindRecords("hz", all);
  EXPECT_THAT(found.inside, UnorderedElementsAre(Id(1), Id(3), Id(4)));
  EXPECT_THAT(found.left, UnorderedElementsAre(Id(2)));

  std::map<std::string, std::vector<std::string>> former;
  const absl::Status done = store_->Transact([&](Transaction& transaction) {
    former = transaction.FormerOrgs({Id(1), Id(3), Id(4), "no-uuid"}).value();
    return absl::OkStatus();
  });
  EXPECT_TRUE(done.ok()) << done;
  EXPECT_THAT(former, UnorderedElementsAre(Pair(Id(1), ElementsAre("hz.a")),
                                           Pair(Id(3), ElementsAre("hz.x"))));
  EXPECT_THAT(*store_->CountByOrg("hz"), UnorderedElementsAre(Pair("hz.a", 1), Pair("hz.b", 2)));
  EXPECT_THAT(*store_->CountByOrg("hz.b"), UnorderedElementsAre(Pair("hz.b", 2)));
}

}  // namespace
}  // namespace bangfu::server
