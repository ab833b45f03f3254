#include "server/tls/certificate_builder.h"

#include <arpa/inet.h>
#include <openssl/ec.h>
#include <openssl/err.h>

#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/error.h"
#include "server/tls/node_identity.h"
#include "server/tls/pem.h"

namespace bangfu::server {
namespace {

constexpr int kSerialBits = 128;
constexpr size_t kIpv4Bytes = 4;
constexpr size_t kIpv6Bytes = 16;
constexpr long kX509Version3 = 2;

absl::Status Refused(const std::string& zh, const std::string& en) {
  return UserError(absl::StatusCode::kInvalidArgument, {zh, en});
}

bool IsDnsName(absl::string_view name) {
  if (name.size() > kMaxDnsNameBytes) return false;
  absl::ConsumePrefix(&name, "*.");
  for (const absl::string_view label : absl::StrSplit(name, '.')) {
    if (label.empty() || label.size() > kMaxDnsLabelBytes || label.front() == '-' ||
        label.back() == '-') {
      return false;
    }
    for (const char c : label) {
      if (!absl::ascii_isalnum(c) && c != '-') return false;
    }
  }
  return true;
}

// Network byte order; empty when `text` is no address.
std::string AddressBytes(const std::string& text) {
  std::array<char, kIpv6Bytes> bytes;
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) {
    return std::string(bytes.data(), kIpv4Bytes);
  }
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) {
    return std::string(bytes.data(), kIpv6Bytes);
  }
  return std::string();
}

bool SetRandomSerial(X509* certificate) {
  const BignumHandle number(BN_new());
  return number != nullptr &&
         BN_rand(number.get(), kSerialBits, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool SetValidity(X509* certificate, absl::Time not_before, absl::Time not_after) {
  return ASN1_TIME_set(X509_getm_notBefore(certificate), absl::ToTimeT(not_before)) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), absl::ToTimeT(not_after)) != nullptr;
}

bool SetSubject(X509* certificate, absl::string_view common_name) {
  return X509_NAME_add_entry_by_NID(X509_get_subject_name(certificate), NID_commonName,
                                    MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(common_name.data()),
                                    static_cast<int>(common_name.size()), -1, 0) == 1;
}

// Adds an extension in OpenSSL's configuration syntax (x509v3_config(5)). Constants only: names
// from a request could hold commas.
bool AddExtension(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const ExtensionHandle extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
  return extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool AppendName(GENERAL_NAMES* names, int type, absl::string_view value) {
  GeneralNameHandle name(GENERAL_NAME_new());
  ASN1_STRING* const text = type == GEN_IPADD
                                ? reinterpret_cast<ASN1_STRING*>(ASN1_OCTET_STRING_new())
                                : reinterpret_cast<ASN1_STRING*>(ASN1_IA5STRING_new());
  if (name == nullptr || text == nullptr) {
    ASN1_STRING_free(text);
    return false;
  }
  GENERAL_NAME_set0_value(name.get(), type, text);
  if (ASN1_STRING_set(text, value.data(), static_cast<int>(value.size())) != 1 ||
      sk_GENERAL_NAME_push(names, name.get()) <= 0) {
    return false;
  }
  name.release();  // now belongs to the list
  return true;
}

bool AddSubjectNames(X509* certificate, const NodeCertificateRequest& request) {
  const GeneralNamesHandle names(GENERAL_NAMES_new());
  bool good =
      names != nullptr && AppendName(names.get(), GEN_URI,
                                     FormatNodeUri({request.org, request.node_name, request.kind}));
  for (const std::string& name : request.dns_names) {
    good = good && AppendName(names.get(), GEN_DNS, name);
  }
  for (const std::string& address : request.ip_addresses) {
    good = good && AppendName(names.get(), GEN_IPADD, AddressBytes(address));
  }
  return good && X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0,
                                   X509V3_ADD_DEFAULT) == 1;
}

const char* ExtendedUsageOf(const NodeCertificateRequest& request) {
  if (request.kind == NodeKind::kDesk) return "clientAuth";  // it has no children
  switch (request.role) {
    case CertificateRole::kServer:
      return "serverAuth";
    case CertificateRole::kClient:
      return "clientAuth";
    case CertificateRole::kBoth:
      break;
  }
  return "serverAuth,clientAuth";
}

}  // namespace

absl::Status CheckNodeCertificateRequest(const NodeCertificateRequest& request) {
  const absl::Status identity = CheckNodeIdentity({request.org, request.node_name, request.kind});
  if (!identity.ok()) return identity;
  if (request.dns_names.size() + request.ip_addresses.size() > kMaxSubjectNames) {
    return Refused(absl::StrCat("域名与地址合计最多 ", kMaxSubjectNames, " 个"),
                   absl::StrCat("at most ", kMaxSubjectNames, " DNS names and addresses"));
  }
  for (const std::string& name : request.dns_names) {
    if (!IsDnsName(name)) {
      return Refused(absl::StrCat("不是有效域名：", name, "；中文域名请写成 xn-- 形式"),
                     absl::StrCat("no valid DNS name: ", name,
                                  "; write international names in their xn-- form"));
    }
  }
  for (const std::string& address : request.ip_addresses) {
    if (AddressBytes(address).empty()) {
      return Refused(absl::StrCat("不是有效 IP 地址：", address),
                     absl::StrCat("no valid IP address: ", address));
    }
  }
  if (request.validity < kMinNodeValidity || request.validity > kMaxNodeValidity) {
    return Refused(
        absl::StrCat("证书有效期须在 ", absl::FormatDuration(kMinNodeValidity), " 至 ",
                     absl::FormatDuration(kMaxNodeValidity), " 之间"),
        absl::StrCat("a certificate is valid for ", absl::FormatDuration(kMinNodeValidity), " to ",
                     absl::FormatDuration(kMaxNodeValidity)));
  }
  return absl::OkStatus();
}

absl::StatusOr<CertificateHandle> BuildAuthorityCertificate(EVP_PKEY& key,
                                                            absl::string_view common_name,
                                                            absl::Time now) {
  CertificateHandle certificate(X509_new());
  if (certificate == nullptr) return OpenSslError("X509_new");
  X509* const x509 = certificate.get();
  // OpenSSL knows the limit of 64 characters and checks the UTF-8.
  if (common_name.empty() || !SetSubject(x509, common_name)) {
    ERR_clear_error();
    return Refused(absl::StrCat("证书机构名称须为 1 至 ", kMaxCommonNameCharacters, " 个字符"),
                   absl::StrCat("the name of an authority is 1 to ", kMaxCommonNameCharacters,
                                " characters of UTF-8"));
  }
  const bool signed_well =
      X509_set_version(x509, kX509Version3) == 1 && SetRandomSerial(x509) &&
      SetValidity(x509, now - kClockAllowance, now + kAuthorityValidity) &&
      X509_set_issuer_name(x509, X509_get_subject_name(x509)) == 1 &&
      X509_set_pubkey(x509, &key) == 1 &&
      AddExtension(x509, x509, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
      AddExtension(x509, x509, NID_key_usage, "critical,keyCertSign,cRLSign") &&
      AddExtension(x509, x509, NID_subject_key_identifier, "hash") &&
      AddExtension(x509, x509, NID_authority_key_identifier, "keyid:always") &&
      X509_sign(x509, &key, EVP_sha256()) > 0;
  if (!signed_well) return OpenSslError("X509_sign");
  return certificate;
}

absl::StatusOr<CertificateHandle> BuildNodeCertificate(X509& issuer, EVP_PKEY& issuer_key,
                                                       const NodeCertificateRequest& request,
                                                       EVP_PKEY& public_key) {
  const absl::Time not_after = request.now + request.validity;
  if (not_after > NotAfterOf(issuer)) {
    const std::string end = absl::FormatTime("%Y-%m-%d", NotAfterOf(issuer), absl::UTCTimeZone());
    return UserError(
        absl::StatusCode::kFailedPrecondition,
        {absl::StrCat("证书机构 ", end, " 到期，节点证书不能更晚；请缩短有效期或新建机构"),
         absl::StrCat("the authority ends on ", end,
                      " and no certificate may outlive it; ask for a shorter validity "
                      "or make a new authority")});
  }
  CertificateHandle certificate(X509_new());
  if (certificate == nullptr) return OpenSslError("X509_new");
  X509* const x509 = certificate.get();
  const bool signed_well =
      X509_set_version(x509, kX509Version3) == 1 && SetRandomSerial(x509) &&
      SetValidity(x509, request.now - kClockAllowance, not_after) &&
      SetSubject(x509, request.node_name) &&
      X509_set_issuer_name(x509, X509_get_subject_name(&issuer)) == 1 &&
      X509_set_pubkey(x509, &public_key) == 1 &&
      AddExtension(x509, &issuer, NID_basic_constraints, "critical,CA:FALSE") &&
      AddExtension(x509, &issuer, NID_key_usage, "critical,digitalSignature") &&
      AddExtension(x509, &issuer, NID_ext_key_usage, ExtendedUsageOf(request)) &&
      AddExtension(x509, &issuer, NID_subject_key_identifier, "hash") &&
      AddExtension(x509, &issuer, NID_authority_key_identifier, "keyid:always") &&
      AddSubjectNames(x509, request) && X509_sign(x509, &issuer_key, EVP_sha256()) > 0;
  if (!signed_well) return OpenSslError("X509_sign");
  return certificate;
}

}  // namespace bangfu::server
