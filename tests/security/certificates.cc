#include "tests/security/certificates.h"

#include <openssl/ec.h>
#include <openssl/rand.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/tls/credential_folder.h"
#include "server/tls/openssl_handles.h"
#include "server/tls/pem.h"
#include "tests/security/orgs.h"

namespace bangfu::security {
namespace {

void MustBe(bool holds, absl::string_view what) {
  Must(holds ? absl::OkStatus() : server::OpenSslError(what), what);
}

void SetSerial(X509& certificate, const std::string& hex) {
  server::BignumHandle number;
  if (hex.empty()) {
    number.reset(BN_new());
    MustBe(BN_rand(number.get(), 120, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1, "serial");
  } else {
    BIGNUM* parsed = nullptr;
    MustBe(BN_hex2bn(&parsed, hex.c_str()) > 0, "serial");
    number.reset(parsed);
  }
  MustBe(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(&certificate)) != nullptr,
         "serial");
}

void AddExtension(X509& certificate, X509& issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, &issuer, &certificate, nullptr, nullptr, 0);
  const server::ExtensionHandle extension(
      X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  MustBe(extension != nullptr && X509_add_ext(&certificate, extension.get(), -1) == 1, value);
}

}  // namespace

Credentials MakeCertificate(const std::string& authority, const CertificateWish& wish) {
  const std::string ca_pem =
      Must(server::ReadCredential(authority, server::kAuthorityCertificateFile), "authority");
  const auto ca = Must(server::ParseCertificates(ca_pem, "authority"), "authority");
  const auto ca_key = Must(
      server::ParseKey(
          Must(server::ReadCredential(authority, server::kAuthorityKeyFile), "authority"), "key"),
      "key");
  server::KeyHandle key(wish.key_of.empty()
                            ? EVP_EC_gen("P-256")
                            : Must(server::ParseKey(wish.key_of, "key"), "key").release());
  server::CertificateHandle certificate(X509_new());
  MustBe(key != nullptr && certificate != nullptr, "certificate");
  X509_set_version(certificate.get(), X509_VERSION_3);
  SetSerial(*certificate, wish.serial_hex);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), absl::ToInt64Seconds(wish.begins));
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), absl::ToInt64Seconds(wish.ends));
  X509_NAME* const subject = X509_get_subject_name(certificate.get());
  MustBe(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                                    reinterpret_cast<const unsigned char*>("node"), -1, -1, 0) == 1,
         "subject");
  X509& issuer = wish.self_signed ? *certificate : *ca.front();
  MustBe(X509_set_issuer_name(certificate.get(), X509_get_subject_name(&issuer)) == 1, "issuer");
  MustBe(X509_set_pubkey(certificate.get(), key.get()) == 1, "key");
  AddExtension(*certificate, issuer, NID_ext_key_usage,
               wish.for_clients ? "clientAuth" : "serverAuth");
  if (!wish.uris.empty()) {
    AddExtension(*certificate, issuer, NID_subject_alt_name,
                 absl::StrJoin(wish.uris, ",", [](std::string* out, const std::string& uri) {
                   absl::StrAppend(out, "URI:", uri);
                 }));
  }
  MustBe(X509_sign(certificate.get(), wish.self_signed ? key.get() : ca_key.get(),
                   EVP_get_digestbyname(wish.digest.c_str())) > 0,
         "signature");
  return {ca_pem, Must(server::CertificateToPem(*certificate), "certificate"),
          Must(server::KeyToPem(*key), "key")};
}

}  // namespace bangfu::security
