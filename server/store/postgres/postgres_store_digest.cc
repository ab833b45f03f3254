// What PostgresStore has, for comparison.
#include <set>

#include "absl/strings/str_cat.h"
#include "domain/digest/record_digest.h"
#include "domain/rules/org_tree.h"
#include "server/store/postgres/array_literal.h"
#include "server/store/postgres/digest_queries.h"
#include "server/store/postgres/postgres_store.h"
#include "server/store/postgres/rows.h"

namespace bangfu::server {
namespace {

// Of more top buckets all sums are read and the rest is left out: that costs less than to look up
// their buckets one by one.
constexpr size_t kMaxTopBucketsByIndex = 32;

std::string SideText(DigestSide side) { return side == DigestSide::kUpstream ? "t" : "f"; }

template <typename Buckets>
std::string BucketArray(const Buckets& buckets) {
  ArrayLiteral literal;
  for (const int bucket : buckets) literal.Int(bucket);
  return literal.Build();
}

// The buckets of a few top buckets, or none for all.
std::string BucketsOf(const std::set<int>& top_buckets) {
  if (top_buckets.size() > kMaxTopBucketsByIndex) return "{}";
  ArrayLiteral buckets;
  for (const int top : top_buckets) {
    for (int i = 0; i < domain::kDigestTopBuckets; ++i) {
      buckets.Int(top * domain::kDigestTopBuckets + i);
    }
  }
  return buckets.Build();
}

}  // namespace

absl::StatusOr<std::vector<v1::DigestSum>> PostgresStore::DigestSums(
    absl::string_view scope, DigestSide side, v1::DigestLevel level,
    const std::vector<int>& buckets) {
  const bool at_top = level == v1::DIGEST_LEVEL_TOP;
  const std::set<int> wanted(buckets.begin(), buckets.end());
  if (!domain::IsOrgPath(scope) || (!at_top && wanted.empty())) return std::vector<v1::DigestSum>();
  return reader_.ReadWithin<std::vector<v1::DigestSum>>(
      "DigestSums", scope, [&](pqxx::transaction_base& session) {
        std::vector<v1::DigestSum> sums;
        for (const auto& row :
             session.exec_params(queries::kDigestSums, std::string(scope), SideText(side),
                                 absl::StrCat(at_top ? domain::kDigestTopBuckets : 1),
                                 at_top ? "{}" : BucketsOf(wanted))) {
          const int bucket = static_cast<int>(IntOf(row[0]));
          if (!at_top && !wanted.contains(domain::DigestTopBucket(bucket))) continue;
          v1::DigestSum& sum = sums.emplace_back();
          sum.set_bucket(bucket);
          sum.set_records(IntOf(row[1]));
          sum.set_sum(IntOf(row[2]));
        }
        return sums;
      });
}

absl::StatusOr<std::vector<v1::DigestLeaf>> PostgresStore::DigestLeaves(
    absl::string_view scope, DigestSide side, const std::vector<int>& buckets) {
  if (!domain::IsOrgPath(scope) || buckets.empty()) return std::vector<v1::DigestLeaf>();
  return reader_.ReadWithin<std::vector<v1::DigestLeaf>>(
      "DigestLeaves", scope, [&](pqxx::transaction_base& session) {
        std::vector<v1::DigestLeaf> leaves;
        for (const auto& row : session.exec_params(queries::kDigestLeaves, std::string(scope),
                                                   SideText(side), BucketArray(buckets))) {
          v1::DigestLeaf& leaf = leaves.emplace_back();
          leaf.set_id(TextOf(row[0]));
          leaf.set_revision(IntOf(row[1]));
          leaf.set_leaf(IntOf(row[2]));
        }
        return leaves;
      });
}

absl::StatusOr<std::vector<StoredRecord>> PostgresStore::GetRecords(
    absl::string_view scope, const std::vector<std::string>& ids) {
  if (!domain::IsOrgPath(scope)) return std::vector<StoredRecord>();
  return reader_.ReadWithin<std::vector<StoredRecord>>(
      "GetRecords", scope, [&](pqxx::transaction_base& session) {
        std::vector<StoredRecord> records;
        for (const auto& row :
             session.exec_params(queries::kGetRecords, std::string(scope), UuidArray(ids),
                                 absl::StrCat(kMaxFeedPageBytes))) {
          records.push_back(RecordFrom(row, 0, *sealer_));
        }
        return records;
      });
}

absl::StatusOr<Store::Whereabouts> PostgresStore::FindRecords(absl::string_view scope,
                                                              const std::vector<std::string>& ids) {
  if (!domain::IsOrgPath(scope)) return Whereabouts();
  return reader_.ReadWithin<Whereabouts>(
      "FindRecords", scope, [&](pqxx::transaction_base& session) {
        Whereabouts found;
        for (const auto& row :
             session.exec_params(queries::kFindRecords, std::string(scope), UuidArray(ids))) {
          (BoolOf(row[1]) ? found.inside : found.left).push_back(TextOf(row[0]));
        }
        return found;
      });
}

absl::StatusOr<std::map<std::string, int64_t>> PostgresStore::CountByOrg(absl::string_view scope) {
  if (!domain::IsOrgPath(scope)) return std::map<std::string, int64_t>();
  return reader_.ReadWithin<std::map<std::string, int64_t>>(
      "CountByOrg", scope, [&](pqxx::transaction_base& session) {
        std::map<std::string, int64_t> counts;
        for (const auto& row : session.exec_params(queries::kCountByOrg, std::string(scope))) {
          counts.emplace(TextOf(row[0]), IntOf(row[1]));
        }
        return counts;
      });
}

}  // namespace bangfu::server
