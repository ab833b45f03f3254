#include "domain/digest/record_digest.h"

#include <openssl/sha.h>

#include <array>

#include "absl/strings/str_cat.h"

namespace bangfu::domain {
namespace {

using Sha256 = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

Sha256 HashOf(absl::string_view text) {
  Sha256 hash;
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash.data());
  return hash;
}

}  // namespace

int DigestBucket(absl::string_view id) {
  const Sha256 hash = HashOf(id);
  return hash[0] * kDigestTopBuckets + hash[1];
}

std::string BodyDigest(absl::string_view body) {
  const Sha256 hash = HashOf(body);
  return std::string(hash.begin(), hash.end());
}

int64_t DigestLeaf(absl::string_view id, int64_t revision, absl::string_view body_digest) {
  const absl::string_view zero("\0", 1);
  const Sha256 hash = HashOf(absl::StrCat(id, zero, revision, zero, body_digest));
  uint64_t leaf = 0;
  for (size_t i = 0; i < sizeof(leaf); ++i) leaf = (leaf << 8) | hash[i];
  return static_cast<int64_t>(leaf);
}

}  // namespace bangfu::domain
