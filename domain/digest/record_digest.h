#ifndef BANGFU_DOMAIN_DIGEST_RECORD_DIGEST_H_
#define BANGFU_DOMAIN_DIGEST_RECORD_DIGEST_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

// What proves that two nodes have the same record, and the same set of records. The sum of a set is
// the exclusive or of its leaves, so it does not depend on an order and is kept up to date by what
// changes. SHA-256 (FIPS 180-4).
namespace bangfu::domain {

inline constexpr int kDigestBuckets = 65536;   // of a scope, by the id of the record
inline constexpr int kDigestTopBuckets = 256;  // buckets that share their first byte

// The bucket of a record, 0–65535: the first two bytes, big end first, of the SHA-256 of its id.
int DigestBucket(absl::string_view id);

// The top bucket of a bucket, 0–255.
constexpr int DigestTopBucket(int bucket) { return bucket / kDigestTopBuckets; }

// SHA-256 of a body, 32 bytes.
std::string BodyDigest(absl::string_view body);

// The leaf of a record with that revision: the first eight bytes, big end first, of the SHA-256 of
// id, zero byte, revision in decimal, zero byte, BodyDigest.
int64_t DigestLeaf(absl::string_view id, int64_t revision, absl::string_view body_digest);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_DIGEST_RECORD_DIGEST_H_
