#include "client/reconcile/reconcile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <map>
#include <random>
#include <set>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/limits.h"
#include "domain/digest/record_digest.h"

namespace bangfu::client {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

struct Kept {
  int64_t revision = 0;
  std::string body;
  friend bool operator==(const Kept&, const Kept&) = default;
};
using Records = std::map<std::string, Kept>;  // by id

std::string IdOf(uint64_t number) {
  return absl::StrFormat("01910000-0000-7000-8000-%012d", number);
}

v1::DigestLeaf LeafOf(const std::string& id, const Kept& kept) {
  v1::DigestLeaf leaf;
  leaf.set_id(id);
  leaf.set_revision(kept.revision);
  leaf.set_leaf(domain::DigestLeaf(id, kept.revision, domain::BodyDigest(kept.body)));
  return leaf;
}

// Sums of what falls into a bucket of `of`, -1 for records that are not asked for.
template <typename BucketOf>
std::vector<v1::DigestSum> SumsOf(const Records& records, BucketOf of) {
  std::map<int, v1::DigestSum> sums;
  for (const auto& [id, kept] : records) {
    const int bucket = of(domain::DigestBucket(id));
    if (bucket < 0) continue;
    v1::DigestSum& sum = sums[bucket];
    sum.set_bucket(bucket);
    sum.set_records(sum.records() + 1);
    sum.set_sum(sum.sum() ^ LeafOf(id, kept).leaf());
  }
  std::vector<v1::DigestSum> result;
  for (auto& [bucket, sum] : sums) result.push_back(std::move(sum));
  return result;
}

bool Has(const google::protobuf::RepeatedField<int32_t>& buckets, int bucket) {
  return std::find(buckets.begin(), buckets.end(), bucket) != buckets.end();
}

// A parent that answers from memory, and checks the sizes of what it is asked.
class MemoryParent final : public ServerLink {
 public:
  absl::StatusOr<v1::GetDigestResponse> GetDigest(const v1::GetDigestRequest& request) override {
    if (!Next()) return absl::UnavailableError("cut off");
    EXPECT_LE(request.buckets_size(), limits::kMaxDigestBuckets);
    v1::GetDigestResponse answer;
    answer.set_cursor(absl::StrCat("cursor ", ++digests_));
    const auto add = [&](const std::vector<v1::DigestSum>& sums) {
      for (const v1::DigestSum& sum : sums) *answer.add_sums() = sum;
    };
    switch (request.level()) {
      case v1::DIGEST_LEVEL_TOP:
        EXPECT_EQ(request.buckets_size(), 0);
        add(SumsOf(records, domain::DigestTopBucket));
        break;
      case v1::DIGEST_LEVEL_BUCKETS:
        EXPECT_GT(request.buckets_size(), 0);
        add(SumsOf(records, [&](int bucket) {
          return Has(request.buckets(), domain::DigestTopBucket(bucket)) ? bucket : -1;
        }));
        break;
      default:
        EXPECT_GT(request.buckets_size(), 0);
        for (const auto& [id, kept] : records) {
          if (Has(request.buckets(), domain::DigestBucket(id)))
            *answer.add_leaves() = LeafOf(id, kept);
        }
        if (after_leaves) after_leaves();
    }
    sent_bytes += static_cast<int64_t>(answer.ByteSizeLong());
    return answer;
  }

  absl::StatusOr<v1::GetRecordsResponse> GetRecords(const std::vector<std::string>& ids) override {
    if (!Next()) return absl::UnavailableError("cut off");
    EXPECT_GT(ids.size(), 0u);
    EXPECT_LE(ids.size(), static_cast<size_t>(limits::kMaxRecordsById));
    v1::GetRecordsResponse answer;
    for (const std::string& id : ids) {
      asked.insert(id);
      const auto it = records.find(id);
      if (it != records.end()) {
        v1::Record& record = *answer.add_records();
        record.set_id(id);
        record.set_revision(it->second.revision);
        record.set_body(it->second.body);
      } else if (left.count(id) > 0) {
        answer.add_left_record_ids(id);
      } else {
        answer.add_unknown_record_ids(id);
      }
    }
    sent_bytes += static_cast<int64_t>(answer.ByteSizeLong());
    return answer;
  }

  absl::StatusOr<v1::HandshakeResponse> Handshake(const v1::HandshakeRequest&) override {
    return Unused();
  }
  absl::StatusOr<std::vector<v1::Outcome>> Push(const std::vector<v1::Change>&,
                                                const PushNote&) override {
    return Unused();
  }
  absl::Status Pull(absl::string_view, OnBatch) override { return Unused(); }
  absl::StatusOr<std::optional<v1::OrgTree>> GetOrgTree(int64_t) override { return Unused(); }
  absl::StatusOr<std::optional<v1::PolicySet>> GetPolicySet(int64_t) override { return Unused(); }
  absl::StatusOr<v1::Conflict> GetConflict(absl::string_view) override { return Unused(); }
  absl::StatusOr<v1::ListConflictsResponse> ListConflicts(
      const v1::ListConflictsRequest&) override {
    return Unused();
  }
  absl::StatusOr<v1::GetArchiveResponse> GetArchive(absl::string_view) override { return Unused(); }
  absl::StatusOr<v1::ListArchivesResponse> ListArchives(const v1::ListArchivesRequest&) override {
    return Unused();
  }

  Records records;
  std::set<std::string> left;
  std::set<std::string> asked;  // ids of GetRecords
  int64_t sent_bytes = 0;
  int calls = 0;
  int calls_until_cut = 1'000'000;
  std::function<void()> after_leaves;

 private:
  bool Next() { return ++calls <= calls_until_cut; }
  static absl::Status Unused() { return absl::UnimplementedError("not for comparisons"); }

  int digests_ = 0;
};

class MemoryChild final : public ReconcileTarget {
 public:
  absl::StatusOr<std::vector<v1::DigestSum>> Sums() override {
    return SumsOf(records, [](int bucket) { return bucket; });
  }
  absl::StatusOr<std::vector<v1::DigestLeaf>> Leaves(const std::vector<int>& buckets) override {
    std::vector<v1::DigestLeaf> leaves;
    for (const auto& [id, kept] : records) {
      if (std::count(buckets.begin(), buckets.end(), domain::DigestBucket(id)) > 0)
        leaves.push_back(LeafOf(id, kept));
    }
    return leaves;
  }
  absl::Status Confirm(const std::vector<int>& buckets) override {
    changed = true;
    confirmed.insert(buckets.begin(), buckets.end());
    return absl::OkStatus();
  }
  absl::Status Repair(const std::vector<v1::Record>& theirs,
                      const std::vector<std::string>& left_ids) override {
    changed = true;
    for (const v1::Record& record : theirs)
      records[record.id()] = {record.revision(), record.body()};
    for (const std::string& id : left_ids) records.erase(id);
    return absl::OkStatus();
  }
  absl::Status Unknown(const std::vector<std::string>& ids) override {
    changed = true;
    unknown.insert(ids.begin(), ids.end());
    return absl::OkStatus();
  }

  Records records;
  std::set<int> confirmed;
  std::set<std::string> unknown;
  bool changed = false;
};

class ReconcileTest : public testing::Test {
 protected:
  // Both sides have `count` records.
  void Share(int count) {
    for (int i = 0; i < count; ++i)
      parent_.records[IdOf(i)] = {1 + i % 5, absl::StrCat("body ", i)};
    child_.records = parent_.records;
  }
  ReconcileReport MustReconcile(ReconcileMode mode = ReconcileMode::kRepair) {
    auto report = Reconcile(parent_, child_, mode);
    EXPECT_TRUE(report.ok()) << report.status();
    return report.value_or(ReconcileReport());
  }

  MemoryParent parent_;
  MemoryChild child_;
};

TEST_F(ReconcileTest, EqualSidesCostOneAnswerOfTheTop) {
  Share(5000);
  const ReconcileReport report = MustReconcile();
  EXPECT_EQ(parent_.calls, 1);
  EXPECT_EQ(report.differences(), 0);
  EXPECT_EQ(report.compared, 5000);
  EXPECT_EQ(report.repaired, 0);
  EXPECT_EQ(report.cursor, "cursor 1");
  EXPECT_LT(report.received_bytes, 256 * 20);
  EXPECT_THAT(parent_.asked, IsEmpty());
  for (const auto& [id, kept] : child_.records)
    ASSERT_EQ(child_.confirmed.count(domain::DigestBucket(id)), 1u) << id;
}

TEST_F(ReconcileTest, EveryKindOfDifferenceIsNamedAndMended) {
  Share(1000);
  child_.records.erase(IdOf(1));
  parent_.records[IdOf(2)] = {9, "newer"};
  child_.records[IdOf(3)].body = "damaged";
  parent_.records.erase(IdOf(4));
  parent_.left.insert(IdOf(4));
  parent_.records.erase(IdOf(5));         // a backup without it was restored
  child_.records[IdOf(6)].revision = 77;  // of an earlier life of the parent
  const ReconcileReport report = MustReconcile();
  EXPECT_EQ(report.missing, 1);
  EXPECT_EQ(report.behind, 2);
  EXPECT_EQ(report.damaged, 1);
  EXPECT_EQ(report.left, 1);
  EXPECT_EQ(report.unknown, 1);
  EXPECT_EQ(report.repaired, 5);
  EXPECT_EQ(report.compared, 998);
  EXPECT_EQ(report.cursor, "cursor 1");
  EXPECT_EQ(report.received_bytes, parent_.sent_bytes);
  EXPECT_THAT(child_.unknown, ElementsAre(IdOf(5)));
  EXPECT_EQ(child_.confirmed.count(domain::DigestBucket(IdOf(5))), 0u);
  EXPECT_EQ(child_.confirmed.count(domain::DigestBucket(IdOf(3))), 1u);
  // Nothing but what differs was asked for.
  EXPECT_THAT(parent_.asked,
              UnorderedElementsAre(IdOf(1), IdOf(2), IdOf(3), IdOf(4), IdOf(5), IdOf(6)));

  Records expected = parent_.records;
  expected[IdOf(5)] = child_.records[IdOf(5)];
  EXPECT_EQ(child_.records, expected);
}

TEST_F(ReconcileTest, ComparingChangesNothing) {
  Share(300);
  child_.records.erase(IdOf(1));
  child_.records[IdOf(3)].body = "damaged";
  parent_.records.erase(IdOf(4));
  parent_.left.insert(IdOf(4));
  parent_.records.erase(IdOf(5));
  const Records before = child_.records;
  const ReconcileReport report = MustReconcile(ReconcileMode::kCompare);
  EXPECT_EQ(report.missing, 1);
  EXPECT_EQ(report.damaged, 1);
  EXPECT_EQ(report.left, 1);
  EXPECT_EQ(report.unknown, 1);
  EXPECT_EQ(report.repaired, 0);
  EXPECT_FALSE(child_.changed);
  EXPECT_EQ(child_.records, before);
  // Only those whose whereabouts the digest does not tell.
  EXPECT_THAT(parent_.asked, UnorderedElementsAre(IdOf(4), IdOf(5)));
}

TEST_F(ReconcileTest, AnEmptyChildGetsEverythingInSlices) {
  Share(3000);
  child_.records.clear();
  const ReconcileReport report = MustReconcile();
  EXPECT_EQ(report.missing, 3000);
  EXPECT_EQ(report.repaired, 3000);
  EXPECT_EQ(child_.records, parent_.records);
  EXPECT_EQ(MustReconcile().differences(), 0);
}

// The cost follows the difference, not the number of records.
TEST_F(ReconcileTest, AFewDifferencesCostLittle) {
  Share(20000);
  for (int i : {7, 4000, 11111}) child_.records[IdOf(i)].body = "damaged";
  const ReconcileReport report = MustReconcile();
  EXPECT_EQ(report.damaged, 3);
  EXPECT_EQ(parent_.calls, 4);
  int64_t everything = 0;
  for (const auto& [id, kept] : parent_.records)
    everything += static_cast<int64_t>(LeafOf(id, kept).ByteSizeLong());
  EXPECT_LT(report.received_bytes, everything / 20);
}

// The parent goes on while it is compared: what it answers last counts.
TEST_F(ReconcileTest, WhatMovesMeanwhileIsTakenAsItIsThen) {
  Share(200);
  child_.records.erase(IdOf(1));
  child_.records.erase(IdOf(2));
  child_.records[IdOf(3)].body = "damaged";
  child_.records[IdOf(900)] = {1, "it comes back"};
  parent_.after_leaves = [&] {
    parent_.records[IdOf(1)] = {8, "written meanwhile"};
    parent_.records.erase(IdOf(3));
    parent_.left.insert(IdOf(3));
    parent_.records[IdOf(900)] = {2, "it came back"};
  };
  const ReconcileReport report = MustReconcile();
  EXPECT_EQ(child_.records, parent_.records);
  EXPECT_EQ(report.cursor, "cursor 1");
  EXPECT_THAT(child_.unknown, IsEmpty());
}

TEST_F(ReconcileTest, CutOffAnywhereItCanBeBegunAgain) {
  for (int calls = 0; calls < 6; ++calls) {
    parent_ = MemoryParent();
    child_ = MemoryChild();
    Share(600);
    for (int i = 0; i < 100; ++i) child_.records[IdOf(i)].body = "damaged";
    parent_.calls_until_cut = calls;
    const auto report = Reconcile(parent_, child_, ReconcileMode::kRepair);
    EXPECT_EQ(report.ok(), calls >= 4) << calls;
    parent_.calls_until_cut = 1'000'000;
    MustReconcile();
    EXPECT_EQ(child_.records, parent_.records) << calls;
  }
}

// Whatever two sets of records are like, afterwards the child has the parent's and keeps only what
// the parent knows nothing of. Replays from $BANGFU_SEED.
TEST_F(ReconcileTest, RandomSetsBecomeEqual) {
  const char* given = std::getenv("BANGFU_SEED");
  const uint64_t first =
      given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  for (uint64_t seed = first; seed < first + 30; ++seed) {
    SCOPED_TRACE(absl::StrCat("BANGFU_SEED=", seed));
    std::mt19937_64 random(seed);
    const auto draw = [&](uint64_t below) { return random() % below; };
    parent_ = MemoryParent();
    child_ = MemoryChild();
    Share(static_cast<int>(draw(1500)));
    std::set<std::string> lost;
    ReconcileReport expected;
    const uint64_t ids = parent_.records.size() + 100;
    const uint64_t one_in = 1 + draw(50);
    for (uint64_t i = 0; i < ids; ++i) {
      if (draw(one_in) != 0) continue;
      const std::string id = IdOf(i);
      const bool shared = parent_.records.count(id) > 0;
      switch (draw(5)) {
        case 0:  // the parent has it, the child has not
          parent_.records[id] = {1, "only there"};
          child_.records.erase(id);
          ++expected.missing;
          break;
        case 1:  // another revision, lower or higher
          if (!shared) break;
          child_.records[id].revision += 1 + static_cast<int64_t>(draw(3)) * 2 - 3;
          ++(child_.records[id] == parent_.records[id] ? expected.compared : expected.behind);
          break;
        case 2:
          if (!shared) break;
          child_.records[id].body += "x";
          ++expected.damaged;
          break;
        case 3:  // moved away
          parent_.records.erase(id);
          parent_.left.insert(id);
          child_.records[id] = {1, "was here"};
          ++expected.left;
          break;
        default:  // lost by the parent
          parent_.records.erase(id);
          child_.records[id] = {3, "only here"};
          lost.insert(id);
          ++expected.unknown;
      }
    }
    const ReconcileReport compared = MustReconcile(ReconcileMode::kCompare);
    const ReconcileReport report = MustReconcile();
    for (const ReconcileReport& found : {compared, report}) {
      EXPECT_EQ(found.missing, expected.missing);
      EXPECT_EQ(found.behind, expected.behind);
      EXPECT_EQ(found.damaged, expected.damaged);
      EXPECT_EQ(found.left, expected.left);
      EXPECT_EQ(found.unknown, expected.unknown);
      EXPECT_EQ(found.compared, static_cast<int64_t>(parent_.records.size()));
    }
    EXPECT_EQ(report.repaired, report.differences() - report.unknown);
    EXPECT_EQ(compared.received_bytes + report.received_bytes, parent_.sent_bytes);
    EXPECT_EQ(child_.unknown, lost);
    for (const std::string& id : lost) {
      EXPECT_EQ(child_.records[id].body, "only here");
      EXPECT_EQ(child_.confirmed.count(domain::DigestBucket(id)), 0u);
      child_.records.erase(id);
    }
    EXPECT_EQ(child_.records, parent_.records);
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace bangfu::client
