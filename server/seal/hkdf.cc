#include "server/seal/hkdf.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"

namespace bangfu::server {
namespace {

constexpr size_t kDigestBytes = 32;  // SHA-256

std::string HmacSha256(absl::string_view key, absl::string_view text) {
  std::string digest(kDigestBytes, '\0');
  const unsigned char* const made =
      HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(),
           reinterpret_cast<unsigned char*>(digest.data()), nullptr);
  if (made == nullptr) std::abort();  // out of memory
  return digest;
}

}  // namespace

std::string HkdfSha256(absl::string_view key, absl::string_view salt, absl::string_view info,
                       size_t bytes) {
  // Extract (RFC 5869, 2.2), then expand (2.3).
  const std::string pseudorandom =
      HmacSha256(salt.empty() ? std::string(kDigestBytes, '\0') : std::string(salt), key);
  std::string material, block;
  for (int i = 1; material.size() < bytes; ++i) {
    block =
        HmacSha256(pseudorandom, absl::StrCat(block, info, std::string(1, static_cast<char>(i))));
    material += block;
  }
  material.resize(bytes);
  return material;
}

}  // namespace bangfu::server
