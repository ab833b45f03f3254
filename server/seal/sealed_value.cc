#include "server/seal/sealed_value.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

#include "absl/strings/str_cat.h"
#include "server/seal/compress.h"

namespace bangfu::server {
namespace {

// First bytes: no protobuf message begins with 0; then the version.
constexpr char kPlainMark[] = {'\0', 1};
constexpr char kCompressedMark[] = {'\0', 2};
constexpr size_t kSizeBytes = 4;           // of the plain value, in the header of a compressed one
constexpr size_t kMinCompressBytes = 256;  // less is hardly made smaller

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

// Without memory or randomness nothing may be written that looks sealed.
void Require(bool done) {
  if (!done) std::abort();
}

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

// One a thread: to make one, and to look the cipher up, costs as much as to seal a short value.
EVP_CIPHER_CTX* Context() {
  thread_local const CipherContext context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  Require(context != nullptr);
  return context.get();
}

const EVP_CIPHER* Aes256Gcm() {
  static EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  Require(cipher != nullptr);
  return cipher;
}

// Opens under one key after the other. While the key stays the same its schedule stays, which costs
// as much as to open a short value.
class Opener {
 public:
  // Ready to decrypt with this nonce.
  EVP_CIPHER_CTX* Begin(absl::string_view key, absl::string_view nonce) {
    if (key == key_) {
      Require(EVP_DecryptInit_ex(context_.get(), nullptr, nullptr, nullptr, Bytes(nonce)) == 1);
    } else {
      Require(context_ != nullptr);
      Require(EVP_DecryptInit_ex(context_.get(), Aes256Gcm(), nullptr, Bytes(key), Bytes(nonce)) ==
              1);
      OPENSSL_cleanse(key_.data(), key_.size());
      key_.assign(key.data(), key.size());
    }
    return context_.get();
  }
  ~Opener() { OPENSSL_cleanse(key_.data(), key_.size()); }

 private:
  const CipherContext context_{EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free};
  std::string key_;
};

// Random, each given once. Drawn in blocks, for the generator's price is by the call.
std::string NextNonce() {
  constexpr size_t kNoncesPerDraw = 128;
  thread_local std::string drawn;
  if (drawn.size() < kNonceBytes) {
    drawn.resize(kNoncesPerDraw * kNonceBytes);
    Require(RAND_bytes(Bytes(drawn), static_cast<int>(drawn.size())) == 1);
  }
  std::string nonce = drawn.substr(drawn.size() - kNonceBytes);
  drawn.resize(drawn.size() - kNonceBytes);
  return nonce;
}

// Big end first, as PostgreSQL reads it (sealed_key, opened_size in the migrations).
std::string FourBytes(uint32_t bits) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<char>(bits >> shift & 0xFF));
  }
  return bytes;
}

uint32_t FromFourBytes(absl::string_view bytes) {
  uint32_t bits = 0;
  for (const char byte : bytes) bits = bits << 8 | static_cast<unsigned char>(byte);
  return bits;
}

std::string SealWhole(absl::string_view key, absl::string_view header, absl::string_view place,
                      absl::string_view content) {
  const std::string nonce = NextNonce();
  return absl::StrCat(header, nonce, EncryptGcm(key, nonce, absl::StrCat(header, place), content));
}

// `associated` comes in two parts. nullopt when the tag is not that of these bytes.
std::optional<std::string> Decrypt(absl::string_view key, absl::string_view nonce,
                                   std::array<absl::string_view, 2> associated,
                                   absl::string_view sealed) {
  if (sealed.size() < kTagBytes) return std::nullopt;
  thread_local Opener opener;
  EVP_CIPHER_CTX* const context = opener.Begin(key, nonce);
  const absl::string_view encrypted = sealed.substr(0, sealed.size() - kTagBytes);
  std::array<unsigned char, kTagBytes> tag;
  std::copy(sealed.end() - kTagBytes, sealed.end(), tag.begin());
  std::string plain(encrypted.size(), '\0');
  int size = 0;
  for (const absl::string_view part : associated) {
    Require(EVP_DecryptUpdate(context, nullptr, &size, Bytes(part),
                              static_cast<int>(part.size())) == 1);
  }
  Require(EVP_DecryptUpdate(context, Bytes(plain), &size, Bytes(encrypted),
                            static_cast<int>(encrypted.size())) == 1);
  Require(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, kTagBytes, tag.data()) == 1);
  if (EVP_DecryptFinal_ex(context, Bytes(plain) + plain.size(), &size) != 1) return std::nullopt;
  return plain;
}

// The content after a header of `header_bytes`.
std::optional<std::string> OpenWhole(absl::string_view key, size_t header_bytes,
                                     absl::string_view place, absl::string_view sealed) {
  if (sealed.size() < header_bytes + kNonceBytes + kTagBytes) return std::nullopt;
  return Decrypt(key, sealed.substr(header_bytes, kNonceBytes),
                 {sealed.substr(0, header_bytes), place},
                 sealed.substr(header_bytes + kNonceBytes));
}

}  // namespace

std::string EncryptGcm(absl::string_view key, absl::string_view nonce, absl::string_view associated,
                       absl::string_view plain) {
  EVP_CIPHER_CTX* const context = Context();
  std::string sealed(plain.size() + kTagBytes, '\0');
  unsigned char* const tag = Bytes(sealed) + plain.size();
  int size = 0;
  Require(EVP_EncryptInit_ex(context, Aes256Gcm(), nullptr, Bytes(key), Bytes(nonce)) == 1);
  Require(EVP_EncryptUpdate(context, nullptr, &size, Bytes(associated),
                            static_cast<int>(associated.size())) == 1);
  Require(EVP_EncryptUpdate(context, Bytes(sealed), &size, Bytes(plain),
                            static_cast<int>(plain.size())) == 1);
  Require(EVP_EncryptFinal_ex(context, tag, &size) == 1);
  Require(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, kTagBytes, tag) == 1);
  return sealed;
}

std::optional<std::string> DecryptGcm(absl::string_view key, absl::string_view nonce,
                                      absl::string_view associated, absl::string_view sealed) {
  return Decrypt(key, nonce, {associated, absl::string_view()}, sealed);
}

std::string SealValue(absl::string_view key, int32_t number, absl::string_view place,
                      absl::string_view plain) {
  const std::string number_bytes = FourBytes(static_cast<uint32_t>(number));
  if (plain.size() >= kMinCompressBytes) {
    const std::optional<std::string> compressed = Compress(plain, plain.size() - kSizeBytes);
    if (compressed.has_value()) {
      const std::string size_bytes = FourBytes(static_cast<uint32_t>(plain.size()));
      return SealWhole(
          key, absl::StrCat(absl::string_view(kCompressedMark, 2), number_bytes, size_bytes), place,
          *compressed);
    }
  }
  return SealWhole(key, absl::StrCat(absl::string_view(kPlainMark, 2), number_bytes), place, plain);
}

std::optional<std::string> OpenValue(absl::string_view key, absl::string_view place,
                                     absl::string_view sealed) {
  const absl::string_view mark = sealed.substr(0, 2);
  if (mark == absl::string_view(kPlainMark, 2)) {
    return OpenWhole(key, kSealHeaderBytes, place, sealed);
  }
  if (mark != absl::string_view(kCompressedMark, 2)) return std::nullopt;
  const std::optional<std::string> compressed =
      OpenWhole(key, kSealHeaderBytes + kSizeBytes, place, sealed);
  if (!compressed.has_value()) return std::nullopt;
  return Decompress(*compressed, FromFourBytes(sealed.substr(kSealHeaderBytes, kSizeBytes)));
}

int32_t SealedKeyNumber(absl::string_view value) {
  if (value.size() < kSealHeaderBytes || value[0] != kPlainMark[0]) return 0;
  return static_cast<int32_t>(FromFourBytes(value.substr(2, 4)));
}

}  // namespace bangfu::server
