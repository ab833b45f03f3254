#include "server/tls/node_key.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>

#include <array>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/limits.h"
#include "server/tls/pem.h"

namespace bangfu::server {
namespace {

constexpr size_t kSha256Bytes = 32;
constexpr size_t kGroupDigits = 4;
constexpr size_t kCurveNameBytes = 64;

absl::Status BadRequest(const Text& text) {
  return ErrorBuilder(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_BAD_REQUEST, text)
      .Field("csr_pem", text.en)
      .Build();
}

std::string KeyParameter(const EVP_PKEY& key, const char* name) {
  std::array<char, kCurveNameBytes> text = {};
  if (EVP_PKEY_get_utf8_string_param(&key, name, text.data(), text.size(), nullptr) != 1) {
    ERR_clear_error();
    return std::string();
  }
  return text.data();
}

bool IsStrongKey(const EVP_PKEY& key) {
  if (EVP_PKEY_get_base_id(&key) == EVP_PKEY_RSA) {
    const int bits = EVP_PKEY_get_bits(&key);
    return bits >= kMinRsaBits && bits <= kMaxRsaBits;
  }
  if (EVP_PKEY_get_base_id(&key) != EVP_PKEY_EC) return false;
  // A curve by its parameters instead of its name may be any curve.
  if (KeyParameter(key, OSSL_PKEY_PARAM_EC_ENCODING) != OSSL_PKEY_EC_ENCODING_GROUP) return false;
  const std::string curve = KeyParameter(key, OSSL_PKEY_PARAM_GROUP_NAME);
  return curve == SN_X9_62_prime256v1 || curve == SN_secp384r1 || curve == SN_secp521r1;
}

bool IsSignedWithSha2(const X509_REQ& request) {
  int digest = NID_undef;
  if (OBJ_find_sigid_algs(X509_REQ_get_signature_nid(&request), &digest, nullptr) != 1) {
    return false;
  }
  return digest == NID_sha256 || digest == NID_sha384 || digest == NID_sha512;
}

absl::StatusOr<NodeKey> Describe(const KeyHandle& key) {
  const CertificateRequestHandle request(X509_REQ_new());
  if (request == nullptr || X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) != 1 ||
      X509_REQ_set_pubkey(request.get(), key.get()) != 1 ||
      X509_REQ_sign(request.get(), key.get(), EVP_sha256()) <= 0) {
    return OpenSslError("X509_REQ_sign");
  }
  absl::StatusOr<std::string> key_pem = KeyToPem(*key);
  if (!key_pem.ok()) return key_pem.status();
  absl::StatusOr<std::string> csr_pem = CertificateRequestToPem(*request);
  if (!csr_pem.ok()) return csr_pem.status();
  absl::StatusOr<std::string> fingerprint = FingerprintOf(*key);
  if (!fingerprint.ok()) return fingerprint.status();
  return NodeKey{*std::move(key_pem), *std::move(csr_pem), *std::move(fingerprint)};
}

}  // namespace

absl::StatusOr<NodeKey> MakeNodeKey() {
  const KeyHandle key(EVP_EC_gen("P-256"));
  if (key == nullptr) return OpenSslError("EVP_EC_gen");
  return Describe(key);
}

absl::StatusOr<NodeKey> NodeKeyOf(absl::string_view key_pem) {
  const absl::StatusOr<KeyHandle> key = ParseKey(key_pem, "PKCS #8");
  if (!key.ok()) return key.status();
  return Describe(*key);
}

absl::StatusOr<RequestedKey> CheckCertificateRequest(absl::string_view csr_pem) {
  if (csr_pem.size() > static_cast<size_t>(limits::kMaxCsrBytes)) {
    return BadRequest(
        {absl::StrCat("证书请求超过 ", limits::kMaxCsrBytes, " 字节"),
         absl::StrCat("The certificate request is larger than ", limits::kMaxCsrBytes, " bytes.")});
  }
  const absl::StatusOr<CertificateRequestHandle> request = ParseCertificateRequest(csr_pem);
  if (!request.ok()) return BadRequest(TextOf(request.status()));
  RequestedKey requested;
  requested.key.reset(X509_REQ_get_pubkey(request->get()));
  ERR_clear_error();
  // Before the signature: checking one of an absurd key takes long.
  if (requested.key == nullptr || !IsStrongKey(*requested.key)) {
    return BadRequest(
        {absl::StrCat("证书请求的密钥须为 EC P-256、P-384、P-521 或 ", kMinRsaBits, " 至 ",
                      kMaxRsaBits, " 位 RSA"),
         absl::StrCat("The key of a certificate request is EC P-256, P-384 or P-521, or RSA of ",
                      kMinRsaBits, " to ", kMaxRsaBits, " bits.")});
  }
  const bool proven =
      IsSignedWithSha2(**request) && X509_REQ_verify(request->get(), requested.key.get()) == 1;
  ERR_clear_error();
  if (!proven) {
    return BadRequest({"证书请求的签名无效，请由节点重新生成",
                       "The signature of the certificate request is not good; let the node make "
                       "it again."});
  }
  absl::StatusOr<std::string> fingerprint = FingerprintOf(*requested.key);
  if (!fingerprint.ok()) return fingerprint.status();
  requested.fingerprint = *std::move(fingerprint);
  return requested;
}

absl::StatusOr<std::string> FingerprintOf(const EVP_PKEY& key) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(&key, &der);
  if (size <= 0) return OpenSslError("i2d_PUBKEY");
  std::array<unsigned char, kSha256Bytes> digest = {};
  const bool hashed = EVP_Digest(der, static_cast<size_t>(size), digest.data(), nullptr,
                                 EVP_sha256(), nullptr) == 1;
  OPENSSL_free(der);
  if (!hashed) return OpenSslError("EVP_Digest");
  const std::string digits = absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
  std::string grouped;
  for (size_t i = 0; i < digits.size(); i += kGroupDigits) {
    absl::StrAppend(&grouped, i == 0 ? "" : " ", digits.substr(i, kGroupDigits));
  }
  return grouped;
}

}  // namespace bangfu::server
