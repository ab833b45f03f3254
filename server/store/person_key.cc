#include "server/store/person_key.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <optional>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/key_file.h"

namespace bangfu::server {
namespace {

constexpr char kFingerprintOf[] = "fingerprint";  // no identity number is like this
constexpr size_t kDigestBytes = 32;               // of SHA-256

// HMAC-SHA256 under one secret after the other. While the secret stays the same what it was turned
// into stays, which costs several times as much as to hash an identity number.
class Hmac {
 public:
  Hmac() : mac_(EVP_MAC_fetch(nullptr, "HMAC", nullptr)), context_(EVP_MAC_CTX_new(mac_)) {}
  Hmac(const Hmac&) = delete;
  Hmac& operator=(const Hmac&) = delete;
  ~Hmac() {
    EVP_MAC_CTX_free(context_);
    EVP_MAC_free(mac_);
    if (secret_.has_value()) OPENSSL_cleanse(secret_->data(), secret_->size());
  }

  std::array<unsigned char, kDigestBytes> Of(const std::string& secret, absl::string_view text) {
    std::array<unsigned char, kDigestBytes> digest;
    size_t size = 0;
    const bool hashed = Begin(secret) && EVP_MAC_update(context_, Bytes(text), text.size()) == 1 &&
                        EVP_MAC_final(context_, digest.data(), &size, digest.size()) == 1;
    // Only without memory.
    if (!hashed || size != digest.size()) std::abort();
    return digest;
  }

 private:
  static const unsigned char* Bytes(absl::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  }
  bool Begin(const std::string& secret) {
    if (secret == secret_) return EVP_MAC_init(context_, nullptr, 0, nullptr) == 1;
    std::string hash = "SHA256";
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, hash.data(), hash.size()),
        OSSL_PARAM_construct_end()};
    if (EVP_MAC_init(context_, Bytes(secret), secret.size(), parameters) != 1) return false;
    if (secret_.has_value()) OPENSSL_cleanse(secret_->data(), secret_->size());
    secret_ = secret;
    return true;
  }

  EVP_MAC* const mac_;
  EVP_MAC_CTX* const context_;
  std::optional<std::string> secret_;  // that the context is for
};

std::string HexHmac(const std::string& secret, absl::string_view text) {
  thread_local Hmac hmac;
  const auto digest = hmac.Of(secret, text);
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

}  // namespace

absl::StatusOr<PersonKeyer> PersonKeyer::Open(const std::string& path) {
  absl::StatusOr<std::string> key = OpenKeyFile(path, {"人员密钥", "person key"});
  if (!key.ok()) return key.status();
  return PersonKeyer(*std::move(key));
}

std::string PersonKeyer::Key(absl::string_view identity_number) const {
  const std::string hex = HexHmac(secret_, identity_number);
  const absl::string_view digits(hex);
  return absl::StrCat(digits.substr(0, 8), "-", digits.substr(8, 4), "-", digits.substr(12, 4), "-",
                      digits.substr(16, 4), "-", digits.substr(20, 12));
}

std::string PersonKeyer::Fingerprint() const { return HexHmac(secret_, kFingerprintOf); }

}  // namespace bangfu::server
