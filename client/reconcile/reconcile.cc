#include "client/reconcile/reconcile.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "absl/types/span.h"
#include "base/limits.h"
#include "base/test_hooks.h"
#include "domain/digest/record_digest.h"

namespace bangfu::client {
namespace {

using google::protobuf::RepeatedPtrField;

// What is in a bucket, or in several.
struct Content {
  int64_t records = 0;
  int64_t sum = 0;

  void Add(const v1::DigestSum& part) {
    records += part.records();
    sum ^= part.sum();
  }
  bool SameAs(const Content& other) const {
    if (BANGFU_SEEDED_BUG("digest_blind")) return records == other.records;
    return records == other.records && sum == other.sum;
  }
};
using Contents = std::map<int, Content>;  // by bucket; empty ones are absent

Contents ContentsOf(const RepeatedPtrField<v1::DigestSum>& sums) {
  Contents contents;
  for (const v1::DigestSum& sum : sums) contents[sum.bucket()].Add(sum);
  return contents;
}

// Buckets that one side has and the other has not, or not the same.
std::vector<int> Differing(const Contents& theirs, const Contents& ours) {
  std::set<int> differing;
  for (const auto& [bucket, content] : theirs) {
    const auto it = ours.find(bucket);
    if (it == ours.end() || !it->second.SameAs(content)) differing.insert(bucket);
  }
  for (const auto& [bucket, content] : ours) {
    if (theirs.count(bucket) == 0) differing.insert(bucket);
  }
  return {differing.begin(), differing.end()};
}

// Cuts what has to be asked for into requests.
template <typename T>
std::vector<std::vector<T>> Slices(const std::vector<T>& all, size_t size) {
  std::vector<std::vector<T>> slices;
  for (size_t begin = 0; begin < all.size(); begin += size) {
    const absl::Span<const T> slice = absl::MakeConstSpan(all).subspan(begin, size);
    slices.emplace_back(slice.begin(), slice.end());
  }
  return slices;
}

// One comparison, from its first request to its last.
class Comparison {
 public:
  Comparison(ServerLink& parent, ReconcileTarget& target, ReconcileMode mode)
      : parent_(parent), target_(target), repairs_(mode == ReconcileMode::kRepair) {}

  absl::StatusOr<ReconcileReport> Run() {
    auto differing = DifferingBuckets();
    if (!differing.ok()) return differing.status();
    if (absl::Status status = ConfirmAllBut(*differing); !status.ok()) return status;
    for (const std::vector<int>& buckets : Slices(*differing, limits::kMaxDigestBuckets)) {
      if (absl::Status status = CompareLeaves(buckets); !status.ok()) return status;
    }
    return std::move(report_);
  }

 private:
  // Records of some buckets that are not the same on both sides.
  struct Differences {
    std::vector<std::string> theirs;  // the parent has them, and we have none or another
    std::set<std::string> only_ours;
  };

  absl::StatusOr<v1::GetDigestResponse> Ask(v1::DigestLevel level,
                                            const std::vector<int>& buckets) {
    v1::GetDigestRequest request;
    request.set_level(level);
    request.mutable_buckets()->Add(buckets.begin(), buckets.end());
    auto answer = parent_.GetDigest(request);
    if (answer.ok()) report_.received_bytes += static_cast<int64_t>(answer->ByteSizeLong());
    return answer;
  }

  absl::StatusOr<std::vector<int>> DifferingBuckets() {
    // The parent first: what it takes on in between is behind the cursor of this answer.
    auto top = Ask(v1::DIGEST_LEVEL_TOP, {});
    if (!top.ok()) return top.status();
    report_.cursor = top->cursor();
    auto sums = target_.Sums();
    if (!sums.ok()) return sums.status();
    Contents our_tops;
    for (const v1::DigestSum& sum : *sums) {
      ours_[sum.bucket()].Add(sum);
      our_tops[domain::DigestTopBucket(sum.bucket())].Add(sum);
    }
    const Contents their_tops = ContentsOf(top->sums());
    for (const auto& [bucket, content] : their_tops) report_.compared += content.records;
    const std::vector<int> tops = Differing(their_tops, our_tops);
    std::vector<int> differing;
    for (const std::vector<int>& slice : Slices(tops, limits::kMaxDigestBuckets)) {
      auto answer = Ask(v1::DIGEST_LEVEL_BUCKETS, slice);
      if (!answer.ok()) return answer.status();
      Contents ours;
      for (const auto& [bucket, content] : ours_) {
        if (std::binary_search(slice.begin(), slice.end(), domain::DigestTopBucket(bucket)))
          ours.emplace(bucket, content);
      }
      const std::vector<int> below = Differing(ContentsOf(answer->sums()), ours);
      differing.insert(differing.end(), below.begin(), below.end());
    }
    return differing;
  }

  // `differing` in ascending order.
  absl::Status ConfirmAllBut(const std::vector<int>& differing) {
    std::vector<int> equal;
    for (const auto& [bucket, content] : ours_) {
      if (!std::binary_search(differing.begin(), differing.end(), bucket)) equal.push_back(bucket);
    }
    return Confirm(equal);
  }

  absl::Status Confirm(const std::vector<int>& buckets) {
    return !repairs_ || buckets.empty() ? absl::OkStatus() : target_.Confirm(buckets);
  }

  absl::Status CompareLeaves(const std::vector<int>& buckets) {
    auto answer = Ask(v1::DIGEST_LEVEL_LEAVES, buckets);
    if (!answer.ok()) return answer.status();
    auto ours = target_.Leaves(buckets);
    if (!ours.ok()) return ours.status();
    const Differences differences = Differ(answer->leaves(), *ours);

    std::vector<std::string> ask(differences.only_ours.begin(), differences.only_ours.end());
    // Whatever differs is taken; only a repair needs the records.
    if (repairs_) ask.insert(ask.end(), differences.theirs.begin(), differences.theirs.end());
    std::set<int> unconfirmed;
    for (const std::vector<std::string>& ids : Slices(ask, limits::kMaxRecordsById)) {
      if (absl::Status status = Settle(ids, differences.only_ours, unconfirmed); !status.ok())
        return status;
    }
    std::vector<int> mended;
    std::copy_if(buckets.begin(), buckets.end(), std::back_inserter(mended),
                 [&](int bucket) { return unconfirmed.count(bucket) == 0; });
    return Confirm(mended);
  }

  Differences Differ(const RepeatedPtrField<v1::DigestLeaf>& theirs,
                     const std::vector<v1::DigestLeaf>& ours) {
    std::map<std::string, const v1::DigestLeaf*> rest;
    for (const v1::DigestLeaf& leaf : ours) rest[leaf.id()] = &leaf;
    Differences differences;
    for (const v1::DigestLeaf& leaf : theirs) {
      const auto it = rest.find(leaf.id());
      const v1::DigestLeaf* mine = it == rest.end() ? nullptr : it->second;
      if (mine != nullptr) rest.erase(it);
      if (mine == nullptr) {
        ++report_.missing;
      } else if (mine->revision() != leaf.revision()) {
        ++report_.behind;
      } else if (mine->leaf() != leaf.leaf()) {
        ++report_.damaged;
      } else {
        continue;
      }
      differences.theirs.push_back(leaf.id());
    }
    for (const auto& [id, leaf] : rest) differences.only_ours.insert(id);
    return differences;
  }

  // Asks for these records; buckets with some that the parent knows nothing of go to `unconfirmed`.
  absl::Status Settle(const std::vector<std::string>& ids, const std::set<std::string>& only_ours,
                      std::set<int>& unconfirmed) {
    auto answer = parent_.GetRecords(ids);
    if (!answer.ok()) return answer.status();
    report_.received_bytes += static_cast<int64_t>(answer->ByteSizeLong());
    const auto count_ours = [&](const RepeatedPtrField<std::string>& named) {
      return std::count_if(named.begin(), named.end(),
                           [&](const std::string& id) { return only_ours.count(id) > 0; });
    };
    report_.left += count_ours(answer->left_record_ids());
    report_.unknown += count_ours(answer->unknown_record_ids());
    for (const v1::Record& record : answer->records())
      report_.behind += only_ours.count(record.id()) > 0;  // came back while we compared
    if (!repairs_) return absl::OkStatus();

    const std::vector<v1::Record> records(answer->records().begin(), answer->records().end());
    const std::vector<std::string> left(answer->left_record_ids().begin(),
                                        answer->left_record_ids().end());
    if (!records.empty() || !left.empty()) {
      if (absl::Status status = target_.Repair(records, left); !status.ok()) return status;
      report_.repaired += static_cast<int64_t>(records.size() + left.size());
    }
    const std::vector<std::string> unknown(answer->unknown_record_ids().begin(),
                                           answer->unknown_record_ids().end());
    for (const std::string& id : unknown) unconfirmed.insert(domain::DigestBucket(id));
    return unknown.empty() ? absl::OkStatus() : target_.Unknown(unknown);
  }

  ServerLink& parent_;
  ReconcileTarget& target_;
  const bool repairs_;
  Contents ours_;
  ReconcileReport report_;
};

}  // namespace

absl::StatusOr<ReconcileReport> Reconcile(ServerLink& parent, ReconcileTarget& target,
                                          ReconcileMode mode) {
  return Comparison(parent, target, mode).Run();
}

}  // namespace bangfu::client
