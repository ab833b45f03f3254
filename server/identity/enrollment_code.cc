#include "server/identity/enrollment_code.h"

#include <openssl/evp.h>

#include <array>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "server/identity/random_bytes.h"
#include "server/tls/pem.h"

namespace bangfu::server {
namespace {

constexpr size_t kCodeBytes = 16;
constexpr size_t kSha256Bytes = 32;
constexpr size_t kMaxCodeBytes = 128;  // as typed; longer texts are cut, and no code either
constexpr unsigned kBitsPerDigit = 5;
constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

std::string Base32(absl::string_view bytes) {
  std::string text;
  uint32_t rest = 0;
  unsigned bits = 0;
  for (const char byte : bytes) {
    rest = (rest << 8) | static_cast<unsigned char>(byte);
    for (bits += 8; bits >= kBitsPerDigit; bits -= kBitsPerDigit) {
      text += kDigits[(rest >> (bits - kBitsPerDigit)) & 31];
    }
  }
  if (bits > 0) text += kDigits[(rest << (kBitsPerDigit - bits)) & 31];
  return text;
}

}  // namespace

absl::StatusOr<std::string> MakeEnrollmentCode() {
  const absl::StatusOr<std::string> bytes = RandomBytes(kCodeBytes);
  if (!bytes.ok()) return bytes.status();
  return Base32(*bytes);
}

absl::StatusOr<std::string> HashOfEnrollmentCode(absl::string_view code) {
  std::string plain;
  for (const char c : code.substr(0, kMaxCodeBytes)) {
    if (absl::ascii_isalnum(c)) plain += absl::ascii_toupper(c);
  }
  std::array<unsigned char, kSha256Bytes> digest = {};
  if (EVP_Digest(plain.data(), plain.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1) {
    return OpenSslError("EVP_Digest");
  }
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

}  // namespace bangfu::server
