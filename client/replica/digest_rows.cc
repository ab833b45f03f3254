#include "client/replica/digest_rows.h"

#include <SQLiteCpp/Statement.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "client/replica/record_rows.h"
#include "domain/digest/record_digest.h"

namespace bangfu::client {
namespace {

// Index: record's primary key; outbox_by_record. The last column: whether a change waits. Without
// one the two bodies are equal, or one of them is damaged: both together are what no parent has.
constexpr char kSelect[] =
    "SELECT id, base_revision, base_body, body, EXISTS (SELECT 1 FROM outbox"
    " WHERE outbox.record_id = record.id AND outbox.state = 1)"
    " FROM record WHERE base_body IS NOT NULL AND left_scope = 0 ORDER BY id";

using Wanted = absl::FunctionRef<bool(int bucket)>;
using OnLeaf = absl::FunctionRef<void(int bucket, v1::DigestLeaf leaf)>;

void ForEachLeaf(SealedDatabase& db, Wanted wanted, OnLeaf on_leaf) {
  SQLite::Statement select(db, kSelect);
  while (select.executeStep()) {
    const std::string id = select.getColumn(0).getString();
    const int bucket = domain::DigestBucket(id);
    if (!wanted(bucket)) continue;
    std::string counts = UnsealBody(db, select.getColumn(2), BaseBodyPlace(id));
    const std::string seen = UnsealSeen(db, select.getColumn(3), id, &counts);
    const bool waits = select.getColumn(4).getInt() != 0;
    if (!waits && seen != counts) counts += seen;
    v1::DigestLeaf leaf;
    leaf.set_id(id);
    leaf.set_revision(select.getColumn(1).getInt64());
    leaf.set_leaf(domain::DigestLeaf(id, leaf.revision(), domain::BodyDigest(counts)));
    on_leaf(bucket, std::move(leaf));
  }
}

}  // namespace

std::vector<v1::DigestSum> ComputeDigestSums(SealedDatabase& db) {
  std::map<int, v1::DigestSum> sums;
  ForEachLeaf(
      db, [](int) { return true; },
      [&](int bucket, const v1::DigestLeaf& leaf) {
        v1::DigestSum& sum = sums[bucket];
        sum.set_bucket(bucket);
        sum.set_records(sum.records() + 1);
        sum.set_sum(sum.sum() ^ leaf.leaf());
      });
  std::vector<v1::DigestSum> result;
  result.reserve(sums.size());
  for (auto& [bucket, sum] : sums) result.push_back(std::move(sum));
  return result;
}

std::vector<v1::DigestLeaf> ComputeDigestLeaves(SealedDatabase& db,
                                                const std::vector<int>& buckets) {
  std::vector<bool> wanted(domain::kDigestBuckets);
  for (const int bucket : buckets) {
    if (bucket >= 0 && bucket < domain::kDigestBuckets) wanted[static_cast<size_t>(bucket)] = true;
  }
  std::vector<v1::DigestLeaf> leaves;
  ForEachLeaf(
      db, [&](int bucket) { return wanted[static_cast<size_t>(bucket)]; },
      [&](int, v1::DigestLeaf leaf) { leaves.push_back(std::move(leaf)); });
  return leaves;
}

}  // namespace bangfu::client
