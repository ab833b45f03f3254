#include "server/tls/pem.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <array>
#include <ctime>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace bangfu::server {
namespace {

constexpr size_t kReasonBytes = 256;

BioHandle ReadFrom(absl::string_view text) {
  return BioHandle(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string TextOfBio(BIO* bio) {
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio, &text);
  return size > 0 ? std::string(text, static_cast<size_t>(size)) : std::string();
}

// A private key protected by a password is refused instead of asking on the terminal.
int NoPassword(char*, int, int, void*) { return -1; }

absl::Time ToTime(const ASN1_TIME* time, absl::Time if_unreadable) {
  std::tm civil = {};
  if (time == nullptr || ASN1_TIME_to_tm(time, &civil) != 1) return if_unreadable;
  return absl::FromTM(civil, absl::UTCTimeZone());
}

}  // namespace

absl::StatusOr<std::vector<CertificateHandle>> ParseCertificates(absl::string_view pem,
                                                                 absl::string_view source) {
  std::vector<CertificateHandle> certificates;
  const BioHandle bio = ReadFrom(pem);
  while (bio != nullptr) {
    CertificateHandle certificate(PEM_read_bio_X509(bio.get(), nullptr, NoPassword, nullptr));
    if (certificate == nullptr) break;
    certificates.push_back(std::move(certificate));
  }
  // What ends the loop must be the end of the text, not something broken.
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (certificates.empty() || !at_end) {
    return UserError(absl::StatusCode::kInvalidArgument,
                     {absl::StrCat(source, " 不含可读的 PEM 证书，请重新签发"),
                      absl::StrCat(source, " holds no readable PEM certificate; issue it again")});
  }
  return certificates;
}

absl::StatusOr<KeyHandle> ParseKey(absl::string_view pem, absl::string_view source) {
  const BioHandle bio = ReadFrom(pem);
  KeyHandle key(bio == nullptr ? nullptr
                               : PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassword, nullptr));
  ERR_clear_error();
  if (key == nullptr) {
    return UserError(
        absl::StatusCode::kInvalidArgument,
        {absl::StrCat(source, " 不含可读的未加密 PEM 私钥，请重新签发"),
         absl::StrCat(source, " holds no readable unencrypted PEM private key; issue it again")});
  }
  return key;
}

absl::StatusOr<CertificateRequestHandle> ParseCertificateRequest(absl::string_view pem) {
  const BioHandle bio = ReadFrom(pem);
  CertificateRequestHandle request(
      bio == nullptr ? nullptr : PEM_read_bio_X509_REQ(bio.get(), nullptr, NoPassword, nullptr));
  ERR_clear_error();
  if (request == nullptr) {
    return UserError(absl::StatusCode::kInvalidArgument,
                     {"证书请求不是可读的 PEM（PKCS #10），请由节点重新生成",
                      "the certificate request is no readable PEM (PKCS #10); let the node make "
                      "it again"});
  }
  return request;
}

absl::StatusOr<std::string> CertificateRequestToPem(const X509_REQ& request) {
  const BioHandle bio(BIO_new(BIO_s_mem()));
  if (bio == nullptr || PEM_write_bio_X509_REQ(bio.get(), &request) != 1) {
    return OpenSslError("PEM_write_bio_X509_REQ");
  }
  return TextOfBio(bio.get());
}

absl::StatusOr<std::string> CertificateToPem(const X509& certificate) {
  const BioHandle bio(BIO_new(BIO_s_mem()));
  if (bio == nullptr || PEM_write_bio_X509(bio.get(), &certificate) != 1) {
    return OpenSslError("PEM_write_bio_X509");
  }
  return TextOfBio(bio.get());
}

absl::StatusOr<std::string> KeyToPem(const EVP_PKEY& key) {
  const BioHandle bio(BIO_new(BIO_s_secmem()));
  if (bio == nullptr ||
      PEM_write_bio_PKCS8PrivateKey(bio.get(), &key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return OpenSslError("PEM_write_bio_PKCS8PrivateKey");
  }
  return TextOfBio(bio.get());
}

absl::Time NotBeforeOf(const X509& certificate) {
  return ToTime(X509_get0_notBefore(&certificate), absl::InfiniteFuture());
}

absl::Time NotAfterOf(const X509& certificate) {
  return ToTime(X509_get0_notAfter(&certificate), absl::InfinitePast());
}

absl::Status OpenSslError(absl::string_view doing) {
  std::array<char, kReasonBytes> reason = {};
  ERR_error_string_n(ERR_peek_last_error(), reason.data(), reason.size());
  ERR_clear_error();
  return UserError(absl::StatusCode::kInternal,
                   {absl::StrCat("OpenSSL 操作失败 ", doing, "：", reason.data()),
                    absl::StrCat("OpenSSL failed in ", doing, ": ", reason.data())});
}

}  // namespace bangfu::server
