#include "server/store/person_key.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "absl/strings/escaping.h"
#include "base/key_file.h"

namespace bangfu::server {
namespace {

constexpr char kFingerprintOf[] = "fingerprint";  // no identity number is like this

}  // namespace

absl::StatusOr<PersonKeyer> PersonKeyer::Open(const std::string& path) {
  absl::StatusOr<std::string> key = OpenKeyFile(path, {"人员密钥", "person key"});
  if (!key.ok()) return key.status();
  return PersonKeyer(*std::move(key));
}

std::string PersonKeyer::Key(absl::string_view identity_number) const {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret_.data(), static_cast<int>(secret_.size()),
       reinterpret_cast<const unsigned char*>(identity_number.data()), identity_number.size(),
       digest.data(), &size);
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest.data()), size));
}

std::string PersonKeyer::Fingerprint() const { return Key(kFingerprintOf); }

}  // namespace bangfu::server
