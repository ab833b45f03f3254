#include "base/error.h"
#include "base/limits.h"
#include "domain/digest/record_digest.h"
#include "server/sync/scope_digest.h"
#include "server/sync/sync_fixture.h"

namespace bangfu::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class ScopeDigestTest : public testing::Test {
 protected:
  void File(int number, const std::string& unit = kUnitOrg) {
    node_.MustPush(kCityOrg, {make_.Put(Handler(unit), Household(number, unit))});
  }
  void Move(int number, const std::string& unit) {
    v1::Archive moved = node_.Archive(ArchiveId(number));
    moved.set_unit(unit);
    v1::Change change = make_.Put(Approver(), moved, node_.RevisionOf(ArchiveId(number)), {"unit"});
    change.mutable_put()->set_correction_reason("单位调整");
    node_.MustPush(kCenterOrg, {change});
  }
  absl::StatusOr<v1::GetDigestResponse> TryDigest(const std::string& org, v1::DigestLevel level,
                                                  const std::vector<int>& buckets) {
    v1::GetDigestRequest request;
    request.set_level(level);
    for (const int bucket : buckets) request.add_buckets(bucket);
    return ReadDigest(node_.store(), node_.orgs(), NodeOf(org), request);
  }
  v1::GetDigestResponse Digest(const std::string& org, v1::DigestLevel level,
                               const std::vector<int>& buckets = {}) {
    auto digest = TryDigest(org, level, buckets);
    EXPECT_TRUE(digest.ok()) << digest.status();
    return digest.value_or(v1::GetDigestResponse());
  }
  v1::GetRecordsResponse Records(const std::string& org, const std::vector<std::string>& ids) {
    v1::GetRecordsRequest request;
    for (const std::string& id : ids) request.add_ids(id);
    auto records = ReadRecords(node_.store(), node_.orgs(), NodeOf(org), request);
    EXPECT_TRUE(records.ok()) << records.status();
    return records.value_or(v1::GetRecordsResponse());
  }
  // The leaf that a child computes from what it pulled.
  int64_t LeafOf(int number) {
    const std::optional<StoredRecord> record = node_.Stored(ArchiveId(number));
    return domain::DigestLeaf(record->id, record->revision, domain::BodyDigest(record->body));
  }
  static int BucketOf(int number) { return domain::DigestBucket(ArchiveId(number)); }

  SettableClock clock_;
  ChangeMaker make_;
  TestNode node_{clock_, NodeRole{}};
};

TEST_F(ScopeDigestTest, EveryLevelSumsUpTheOneBelowIt) {
  for (int i = 1; i <= 40; ++i) File(i);
  File(41, kOtherUnitOrg);  // not in the union's scope
  int64_t expected = 0;
  for (int i = 1; i <= 40; ++i) expected ^= LeafOf(i);

  int64_t top_sum = 0;
  int64_t top_records = 0;
  std::vector<int> tops;
  const v1::GetDigestResponse top_answer = Digest(kUnionOrg, v1::DIGEST_LEVEL_TOP);
  for (const v1::DigestSum& sum : top_answer.sums()) {
    top_sum ^= sum.sum();
    top_records += sum.records();
    tops.push_back(sum.bucket());
  }
  EXPECT_EQ(top_sum, expected);
  EXPECT_EQ(top_records, 40);

  int64_t sum_of_buckets = 0;
  std::vector<int> buckets;
  const v1::GetDigestResponse below_answer = Digest(kUnionOrg, v1::DIGEST_LEVEL_BUCKETS, tops);
  for (const v1::DigestSum& sum : below_answer.sums()) {
    sum_of_buckets ^= sum.sum();
    buckets.push_back(sum.bucket());
    EXPECT_THAT(tops, testing::Contains(domain::DigestTopBucket(sum.bucket())));
  }
  EXPECT_EQ(sum_of_buckets, expected);

  int64_t sum_of_leaves = 0;
  const v1::GetDigestResponse bottom_answer = Digest(kUnionOrg, v1::DIGEST_LEVEL_LEAVES, buckets);
  for (const v1::DigestLeaf& leaf : bottom_answer.leaves()) sum_of_leaves ^= leaf.leaf();
  EXPECT_EQ(sum_of_leaves, expected);
}

TEST_F(ScopeDigestTest, ALeafSaysRecordRevisionAndBytes) {
  File(1);
  const v1::GetDigestResponse before =
      Digest(kUnitOrg, v1::DIGEST_LEVEL_LEAVES, {BucketOf(1), BucketOf(1)});
  ASSERT_EQ(before.leaves_size(), 1);
  EXPECT_EQ(before.leaves(0).id(), ArchiveId(1));
  EXPECT_EQ(before.leaves(0).revision(), 1);
  EXPECT_EQ(before.leaves(0).leaf(), LeafOf(1));
  node_.MustPush(kUnitOrg, {make_.Submit(Handler(), ArchiveId(1))});
  const v1::GetDigestResponse after = Digest(kUnitOrg, v1::DIGEST_LEVEL_LEAVES, {BucketOf(1)});
  ASSERT_EQ(after.leaves_size(), 1);
  EXPECT_EQ(after.leaves(0).revision(), 2);
  EXPECT_EQ(after.leaves(0).leaf(), LeafOf(1));
}

TEST_F(ScopeDigestTest, TheCursorIsFromBeforeTheSums) {
  File(1);
  node_.Sequence();
  const std::string cursor = Digest(kUnitOrg, v1::DIGEST_LEVEL_TOP).cursor();
  const auto nothing = node_.Pull(kUnitOrg, cursor);
  ASSERT_TRUE(nothing.ok()) << nothing.status();
  EXPECT_THAT(nothing->records(), IsEmpty());
  File(2);
  node_.Sequence();
  const auto news = node_.Pull(kUnitOrg, cursor);
  ASSERT_TRUE(news.ok()) << news.status();
  ASSERT_EQ(news->records_size(), 1);
  EXPECT_EQ(news->records(0).id(), ArchiveId(2));
}

TEST_F(ScopeDigestTest, RecordsAreHereGoneOrUnheardOf) {
  File(1);
  File(2);
  File(3, kSiblingOrg);
  Move(2, kSiblingOrg);
  const v1::GetRecordsResponse answer =
      Records(kUnitOrg, {ArchiveId(1), ArchiveId(2), ArchiveId(3), ArchiveId(9)});
  ASSERT_EQ(answer.records_size(), 1);
  EXPECT_EQ(answer.records(0).id(), ArchiveId(1));
  EXPECT_EQ(answer.records(0).body(), node_.Stored(ArchiveId(1))->body);
  EXPECT_THAT(answer.left_record_ids(), ElementsAre(ArchiveId(2)));
  // That the sibling has one is nobody's business.
  EXPECT_THAT(answer.unknown_record_ids(), UnorderedElementsAre(ArchiveId(3), ArchiveId(9)));
  EXPECT_THAT(answer.omitted_ids(), IsEmpty());
}

TEST_F(ScopeDigestTest, WhatDoesNotFitIsNamed) {
  constexpr int kRecords = 30, kPerPush = 15;
  std::vector<std::string> ids;
  for (int i = 1; i <= kRecords; i += kPerPush) {
    std::vector<v1::Change> changes;
    for (int number = i; number < i + kPerPush; ++number) {
      v1::Archive archive = Household(number);
      while (archive.materials_size() < limits::kMaxMaterials) {
        v1::Material& material = *archive.add_materials();
        material.set_id(domain::sample::Uuid(5000 + archive.materials_size()));
        material.set_kind(v1::MATERIAL_KIND_APPLICATION_FORM);
        material.set_received_on("2014-03-01");
        for (int character = 0; character < 100; ++character)
          material.mutable_issuer()->append("局");
      }
      changes.push_back(make_.Put(Handler(), archive));
      ids.push_back(archive.id());
    }
    node_.MustPush(kUnitOrg, changes);
  }
  int64_t bytes = 0;
  const v1::GetRecordsResponse answer = Records(kUnitOrg, ids);
  for (const v1::Record& record : answer.records())
    bytes += static_cast<int64_t>(record.body().size());
  EXPECT_LE(bytes, kMaxFeedPageBytes);
  EXPECT_EQ(answer.records_size() + answer.omitted_ids_size(), kRecords);
  EXPECT_GT(answer.omitted_ids_size(), 0);
}

TEST_F(ScopeDigestTest, RequestsHaveBounds) {
  EXPECT_EQ(ReasonOf(TryDigest(kUnitOrg, v1::DIGEST_LEVEL_UNSPECIFIED, {}).status()),
            v1::ERROR_REASON_BAD_REQUEST);
  EXPECT_EQ(ReasonOf(TryDigest(kUnitOrg, v1::DIGEST_LEVEL_BUCKETS, {256}).status()),
            v1::ERROR_REASON_BAD_REQUEST);
  EXPECT_EQ(ReasonOf(TryDigest(kUnitOrg, v1::DIGEST_LEVEL_LEAVES, {65536}).status()),
            v1::ERROR_REASON_BAD_REQUEST);
  EXPECT_EQ(ReasonOf(TryDigest(kUnitOrg, v1::DIGEST_LEVEL_LEAVES, {-1}).status()),
            v1::ERROR_REASON_BAD_REQUEST);
  EXPECT_TRUE(TryDigest(kUnitOrg, v1::DIGEST_LEVEL_LEAVES, {65535}).ok());
  const std::vector<int> too_many(limits::kMaxDigestBuckets + 1, 1);
  EXPECT_EQ(ReasonOf(TryDigest(kUnitOrg, v1::DIGEST_LEVEL_LEAVES, too_many).status()),
            v1::ERROR_REASON_BAD_REQUEST);
  v1::GetRecordsRequest request;
  request.add_ids("no uuid");
  EXPECT_EQ(ReasonOf(ReadRecords(node_.store(), node_.orgs(), NodeOf(kUnitOrg), request).status()),
            v1::ERROR_REASON_BAD_REQUEST);
}

}  // namespace
}  // namespace bangfu::server
