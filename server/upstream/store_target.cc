#include "server/upstream/store_target.h"

#include <numeric>
#include <utility>

#include "domain/digest/record_digest.h"
#include "domain/record/record_type.h"

namespace bangfu::server {
namespace {

// Records with waiting changes that are told from others; only counts in the log depend on it.
constexpr int kMaxPendingRecords = 10000;

}  // namespace

absl::StatusOr<std::vector<v1::DigestSum>> StoreTarget::Sums() {
  auto pending = store_.PendingRecords(kMaxPendingRecords);
  if (!pending.ok()) return pending.status();
  pending_ = {pending->begin(), pending->end()};
  std::vector<int> all(domain::kDigestTopBuckets);
  std::iota(all.begin(), all.end(), 0);
  return store_.DigestSums(scope_, DigestSide::kUpstream, v1::DIGEST_LEVEL_BUCKETS, all);
}

absl::StatusOr<std::vector<v1::DigestLeaf>> StoreTarget::Leaves(const std::vector<int>& buckets) {
  return store_.DigestLeaves(scope_, DigestSide::kUpstream, buckets);
}

absl::Status StoreTarget::Confirm(const std::vector<int>&) { return absl::OkStatus(); }

absl::Status StoreTarget::Repair(const std::vector<v1::Record>& records,
                                 const std::vector<std::string>& left_ids) {
  for (const v1::Record& record : records) {
    waiting_ += static_cast<int64_t>(pending_.count(record.id()));
    unreadable_ += !domain::ParseRecord(record.type(), record.body()).ok();
  }
  for (const std::string& id : left_ids) waiting_ += static_cast<int64_t>(pending_.count(id));
  return apply_.ApplyRepair(records, left_ids);
}

absl::Status StoreTarget::Unknown(const std::vector<std::string>& ids) {
  unknown_.insert(unknown_.end(), ids.begin(), ids.end());
  return absl::OkStatus();
}

}  // namespace bangfu::server
