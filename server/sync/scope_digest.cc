#include "server/sync/scope_digest.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/limits.h"
#include "domain/digest/record_digest.h"
#include "domain/text/uuid.h"
#include "server/sync/pull.h"

namespace bangfu::server {
namespace {

absl::Status BadField(absl::string_view field, const Text& text) {
  return ErrorBuilder(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_BAD_REQUEST, text)
      .Field(field, text.en)
      .Build();
}

// Buckets without repetition, ascending.
absl::StatusOr<std::vector<int>> BucketsOf(const v1::GetDigestRequest& request) {
  const bool leaves = request.level() == v1::DIGEST_LEVEL_LEAVES;
  if (!leaves && request.level() != v1::DIGEST_LEVEL_BUCKETS &&
      request.level() != v1::DIGEST_LEVEL_TOP) {
    return BadField("level", {"比对层级未知；请升级较旧的一方。",
                              "The level is not known; update the older side."});
  }
  std::vector<int> buckets(request.buckets().begin(), request.buckets().end());
  if (request.level() == v1::DIGEST_LEVEL_TOP) buckets.clear();
  if (buckets.size() > static_cast<size_t>(limits::kMaxDigestBuckets)) {
    return BadField("buckets", {absl::StrCat("一次最多比对 ", limits::kMaxDigestBuckets, " 组。"),
                                absl::StrCat("At most ", limits::kMaxDigestBuckets,
                                             " buckets in one request.")});
  }
  std::sort(buckets.begin(), buckets.end());
  buckets.erase(std::unique(buckets.begin(), buckets.end()), buckets.end());
  const int end = leaves ? domain::kDigestBuckets : domain::kDigestTopBuckets;
  if (!buckets.empty() && (buckets.front() < 0 || buckets.back() >= end)) {
    return BadField("buckets", {"比对分组超出范围。", "A bucket is out of range."});
  }
  return buckets;
}

absl::Status CheckIds(const v1::GetRecordsRequest& request) {
  if (request.ids_size() > limits::kMaxRecordsById) {
    return BadField(
        "ids", {absl::StrCat("一次最多读取 ", limits::kMaxRecordsById, " 条记录。"),
                absl::StrCat("At most ", limits::kMaxRecordsById, " records in one request.")});
  }
  for (const std::string& id : request.ids()) {
    if (!domain::IsUuid(id))
      return BadField("ids", {"记录标识不是 UUID。", "An id is not a UUID in lower case."});
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::GetDigestResponse> ReadDigest(Store& store, const domain::OrgTree& orgs,
                                                 const Principal& principal,
                                                 const v1::GetDigestRequest& request) {
  auto buckets = BucketsOf(request);
  if (!buckets.ok()) return buckets.status();
  const std::string scope = orgs.ReadScope(principal.org);
  // Before the sums: what is committed in between is in both, and comes once more.
  auto feed = store.GetFeedState();
  if (!feed.ok()) return feed.status();
  v1::GetDigestResponse response;
  response.set_cursor(EncodeCursor({feed->epoch, feed->head, scope, feed->floor}));
  if (request.level() == v1::DIGEST_LEVEL_LEAVES) {
    auto leaves = store.DigestLeaves(scope, DigestSide::kOwn, *buckets);
    if (!leaves.ok()) return leaves.status();
    for (v1::DigestLeaf& leaf : *leaves) *response.add_leaves() = std::move(leaf);
    return response;
  }
  auto sums = store.DigestSums(scope, DigestSide::kOwn, request.level(), *buckets);
  if (!sums.ok()) return sums.status();
  for (v1::DigestSum& sum : *sums) *response.add_sums() = std::move(sum);
  return response;
}

absl::StatusOr<v1::GetRecordsResponse> ReadRecords(Store& store, const domain::OrgTree& orgs,
                                                   const Principal& principal,
                                                   const v1::GetRecordsRequest& request) {
  if (absl::Status status = CheckIds(request); !status.ok()) return status;
  const std::string scope = orgs.ReadScope(principal.org);
  const std::vector<std::string> ids(request.ids().begin(), request.ids().end());
  auto records = store.GetRecords(scope, ids);
  if (!records.ok()) return records.status();
  v1::GetRecordsResponse response;
  std::set<std::string> unanswered(ids.begin(), ids.end());
  for (StoredRecord& record : *records) {
    unanswered.erase(record.id);
    *response.add_records() = ToWire(std::move(record));
  }
  if (unanswered.empty()) return response;
  auto found = store.FindRecords(scope, {unanswered.begin(), unanswered.end()});
  if (!found.ok()) return found.status();
  for (std::string& id : found->inside) {
    unanswered.erase(id);
    response.add_omitted_ids(std::move(id));
  }
  for (std::string& id : found->left) {
    unanswered.erase(id);
    response.add_left_record_ids(std::move(id));
  }
  for (const std::string& id : unanswered) response.add_unknown_record_ids(id);
  return response;
}

}  // namespace bangfu::server
