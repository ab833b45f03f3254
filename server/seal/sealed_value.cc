#include "server/seal/sealed_value.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <cstdlib>
#include <memory>

#include "absl/strings/str_cat.h"

namespace bangfu::server {
namespace {

constexpr char kSealedMark = '\0';
constexpr char kVersion = 1;

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

// Without memory or randomness nothing may be written that looks sealed.
void Require(bool done) {
  if (!done) std::abort();
}

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

CipherContext NewContext() {
  CipherContext context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  Require(context != nullptr);
  return context;
}

std::string HeaderOf(int32_t number) {
  const auto bits = static_cast<uint32_t>(number);
  std::string header = {kSealedMark, kVersion};
  for (int shift = 24; shift >= 0; shift -= 8) {
    header.push_back(static_cast<char>(bits >> shift & 0xFF));
  }
  return header;
}

}  // namespace

std::string EncryptGcm(absl::string_view key, absl::string_view nonce, absl::string_view associated,
                       absl::string_view plain) {
  const CipherContext context = NewContext();
  std::string sealed(plain.size() + kTagBytes, '\0');
  unsigned char* const tag = Bytes(sealed) + plain.size();
  int size = 0;
  Require(EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, Bytes(key), Bytes(nonce)) ==
          1);
  Require(EVP_EncryptUpdate(context.get(), nullptr, &size, Bytes(associated),
                            static_cast<int>(associated.size())) == 1);
  Require(EVP_EncryptUpdate(context.get(), Bytes(sealed), &size, Bytes(plain),
                            static_cast<int>(plain.size())) == 1);
  Require(EVP_EncryptFinal_ex(context.get(), tag, &size) == 1);
  Require(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kTagBytes, tag) == 1);
  return sealed;
}

std::optional<std::string> DecryptGcm(absl::string_view key, absl::string_view nonce,
                                      absl::string_view associated, absl::string_view sealed) {
  if (sealed.size() < kTagBytes) return std::nullopt;
  const CipherContext context = NewContext();
  const absl::string_view encrypted = sealed.substr(0, sealed.size() - kTagBytes);
  std::string tag(sealed.substr(encrypted.size()));
  std::string plain(encrypted.size(), '\0');
  int size = 0;
  Require(EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, Bytes(key), Bytes(nonce)) ==
          1);
  Require(EVP_DecryptUpdate(context.get(), nullptr, &size, Bytes(associated),
                            static_cast<int>(associated.size())) == 1);
  Require(EVP_DecryptUpdate(context.get(), Bytes(plain), &size, Bytes(encrypted),
                            static_cast<int>(encrypted.size())) == 1);
  Require(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kTagBytes, tag.data()) == 1);
  if (EVP_DecryptFinal_ex(context.get(), Bytes(plain) + plain.size(), &size) != 1) {
    return std::nullopt;
  }
  return plain;
}

std::string SealValue(absl::string_view key, int32_t number, absl::string_view place,
                      absl::string_view plain) {
  const std::string header = HeaderOf(number);
  std::string nonce(kNonceBytes, '\0');
  Require(RAND_bytes(Bytes(nonce), kNonceBytes) == 1);
  return absl::StrCat(header, nonce, EncryptGcm(key, nonce, absl::StrCat(header, place), plain));
}

std::optional<std::string> OpenValue(absl::string_view key, absl::string_view place,
                                     absl::string_view sealed) {
  if (sealed.size() < kSealOverheadBytes || sealed[0] != kSealedMark || sealed[1] != kVersion) {
    return std::nullopt;
  }
  const absl::string_view header = sealed.substr(0, kSealHeaderBytes);
  return DecryptGcm(key, sealed.substr(kSealHeaderBytes, kNonceBytes), absl::StrCat(header, place),
                    sealed.substr(kSealHeaderBytes + kNonceBytes));
}

int32_t SealedKeyNumber(absl::string_view value) {
  if (value.size() < kSealHeaderBytes || value[0] != kSealedMark) return 0;
  uint32_t bits = 0;
  for (const char byte : value.substr(2, 4)) bits = bits << 8 | static_cast<unsigned char>(byte);
  return static_cast<int32_t>(bits);
}

}  // namespace bangfu::server
