#include "server/tls/certificate_facts.h"

#include <arpa/inet.h>
#include <openssl/bn.h>
#include <openssl/x509v3.h>

#include <array>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "base/error.h"
#include "server/tls/certificate_authority.h"
#include "server/tls/openssl_handles.h"
#include "server/tls/pem.h"

namespace bangfu::server {
namespace {

constexpr char kScheme[] = "bangfu:";
constexpr int kIpv4Bytes = 4;
constexpr int kIpv6Bytes = 16;

// With its length: a zero byte inside must not end the name early.
std::string TextOf(const ASN1_STRING* value) {
  return std::string(reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
                     static_cast<size_t>(ASN1_STRING_length(value)));
}

std::string AddressText(const ASN1_STRING* value) {
  const int size = ASN1_STRING_length(value);
  std::array<char, INET6_ADDRSTRLEN> text = {};
  if (size != kIpv4Bytes && size != kIpv6Bytes) return std::string();
  const int family = size == kIpv4Bytes ? AF_INET : AF_INET6;
  const char* const shown = inet_ntop(family, ASN1_STRING_get0_data(value), text.data(),
                                      static_cast<socklen_t>(text.size()));
  return shown == nullptr ? std::string() : std::string(shown);
}

// Fills in the names; returns the URIs of our scheme.
std::vector<std::string> ReadNames(const X509& certificate, CertificateFacts& facts) {
  const GeneralNamesHandle names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::vector<std::string> uris;
  for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_URI) {
      std::string uri = TextOf(name->d.uniformResourceIdentifier);
      if (absl::StartsWithIgnoreCase(uri, kScheme)) uris.push_back(std::move(uri));
    } else if (name->type == GEN_DNS) {
      facts.dns_names.push_back(TextOf(name->d.dNSName));
    } else if (name->type == GEN_IPADD) {
      facts.ip_addresses.push_back(AddressText(name->d.iPAddress));
    }
  }
  return uris;
}

absl::StatusOr<std::string> SerialOf(const X509& certificate) {
  const BignumHandle number(ASN1_INTEGER_to_BN(X509_get0_serialNumber(&certificate), nullptr));
  char* const hex = number == nullptr ? nullptr : BN_bn2hex(number.get());
  if (hex == nullptr) return OpenSslError("BN_bn2hex");
  std::string serial = absl::AsciiStrToLower(hex);
  OPENSSL_free(hex);
  return serial;
}

}  // namespace

absl::StatusOr<CertificateFacts> FactsOfCertificate(const X509& certificate) {
  CertificateFacts facts;
  const std::vector<std::string> uris = ReadNames(certificate, facts);
  if (uris.size() != 1) {
    return UserError(absl::StatusCode::kInvalidArgument,
                     {"证书中没有唯一的 bangfu:// 节点标识，请用 bangfu-server ca 重新签发",
                      "the certificate does not carry exactly one bangfu:// node URI; issue it "
                      "again with bangfu-server ca"});
  }
  absl::StatusOr<NodeIdentity> identity = ParseNodeUri(uris.front());
  if (!identity.ok()) return identity.status();
  facts.identity = *std::move(identity);
  absl::StatusOr<std::string> serial = SerialOf(certificate);
  if (!serial.ok()) return serial.status();
  facts.serial = *std::move(serial);
  facts.not_before = NotBeforeOf(certificate);
  facts.not_after = NotAfterOf(certificate);
  facts.issued = facts.not_before + kClockAllowance;
  return facts;
}

absl::StatusOr<CertificateFacts> FactsOfCertificate(absl::string_view pem) {
  const auto certificates = ParseCertificates(pem, "X.509");
  if (!certificates.ok()) return certificates.status();
  return FactsOfCertificate(*certificates->front());
}

}  // namespace bangfu::server
