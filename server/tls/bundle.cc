#include "server/tls/bundle.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "server/tls/credential_folder.h"
#include "server/tls/openssl_handles.h"
#include "server/tls/pem.h"

namespace bangfu::server {
namespace {

constexpr char kScheme[] = "bangfu:";

std::string Moment(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", time, absl::UTCTimeZone());
}

absl::StatusOr<NodeIdentity> IdentityOf(const X509& certificate) {
  const GeneralNamesHandle names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::vector<std::string> uris;
  for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_URI) continue;
    const ASN1_IA5STRING* const value = name->d.uniformResourceIdentifier;
    // With its length: a zero byte inside must not end the name early.
    std::string uri(reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
                    static_cast<size_t>(ASN1_STRING_length(value)));
    if (absl::StartsWithIgnoreCase(uri, kScheme)) uris.push_back(std::move(uri));
  }
  if (uris.size() != 1) {
    return UserError(absl::StatusCode::kInvalidArgument,
                     {"证书中没有唯一的 bangfu:// 节点标识，请用 bangfu-server ca 重新签发",
                      "the certificate does not carry exactly one bangfu:// node URI; issue it "
                      "again with bangfu-server ca"});
  }
  return ParseNodeUri(uris.front());
}

// Whether an authority in `authorities` signed `certificate`, at `now`.
absl::Status CheckChain(X509* certificate, const std::vector<CertificateHandle>& authorities,
                        const std::string& dir, absl::Time now) {
  const StoreHandle store(X509_STORE_new());
  const StoreContextHandle context(X509_STORE_CTX_new());
  if (store == nullptr || context == nullptr) return OpenSslError("X509_STORE_new");
  for (const CertificateHandle& authority : authorities) {
    if (X509_STORE_add_cert(store.get(), authority.get()) != 1) {
      return OpenSslError("X509_STORE_add_cert");
    }
  }
  if (X509_STORE_CTX_init(context.get(), store.get(), certificate, nullptr) != 1) {
    return OpenSslError("X509_STORE_CTX_init");
  }
  X509_STORE_CTX_set_time(context.get(), 0, absl::ToTimeT(now));
  if (X509_verify_cert(context.get()) == 1) return absl::OkStatus();
  const char* const reason = X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()));
  ERR_clear_error();
  return UserError(
      absl::StatusCode::kFailedPrecondition,
      {absl::StrCat(dir, " 中的 node.pem 不是由 ca.pem 的有效机构签发，请向市级重新申请证书包：",
                    reason),
       absl::StrCat("node.pem in ", dir,
                    " is not signed by a valid authority of its ca.pem; ask the city for a new "
                    "bundle: ",
                    reason)});
}

absl::Status CheckValidity(const X509& certificate, const std::string& dir, absl::Time now) {
  const absl::Time not_before = NotBeforeOf(certificate);
  const absl::Time not_after = NotAfterOf(certificate);
  if (now < not_before) {
    return UserError(
        absl::StatusCode::kFailedPrecondition,
        {absl::StrCat(dir, " 中的证书 ", Moment(not_before), " 才生效，而本机时间为 ", Moment(now),
                      "；请检查本机时间"),
         absl::StrCat("the certificate in ", dir, " is valid from ", Moment(not_before),
                      " but this machine's clock says ", Moment(now), "; check the clock")});
  }
  // RFC 5280 4.1.2.5 counts the last moment in, OpenSSL and hence every peer does not.
  if (now >= not_after) {
    return UserError(absl::StatusCode::kFailedPrecondition,
                     {absl::StrCat(dir, " 中的证书已于 ", Moment(not_after),
                                   " 过期，请向市级申请新证书包（本机时间 ", Moment(now), "）"),
                      absl::StrCat("the certificate in ", dir, " expired on ", Moment(not_after),
                                   "; ask the city for a new bundle (this machine's clock says ",
                                   Moment(now), ")")});
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<TlsBundle> LoadBundle(const std::string& dir, absl::Time now) {
  TlsBundle bundle;
  const std::pair<const char*, std::string*> parts[] = {{kAuthorityCertificateFile, &bundle.ca_pem},
                                                        {kNodeCertificateFile, &bundle.cert_pem},
                                                        {kNodeKeyFile, &bundle.key_pem}};
  for (const auto& [name, content] : parts) {
    absl::StatusOr<std::string> read = ReadCredential(dir, name);
    if (!read.ok()) return read.status();
    *content = *std::move(read);
  }
  const auto authorities =
      ParseCertificates(bundle.ca_pem, absl::StrCat(dir, "/", kAuthorityCertificateFile));
  if (!authorities.ok()) return authorities.status();
  const auto certificates =
      ParseCertificates(bundle.cert_pem, absl::StrCat(dir, "/", kNodeCertificateFile));
  if (!certificates.ok()) return certificates.status();
  const absl::StatusOr<KeyHandle> key =
      ParseKey(bundle.key_pem, absl::StrCat(dir, "/", kNodeKeyFile));
  if (!key.ok()) return key.status();

  X509* const certificate = certificates->front().get();
  if (X509_check_private_key(certificate, key->get()) != 1) {
    ERR_clear_error();
    return UserError(
        absl::StatusCode::kInvalidArgument,
        {absl::StrCat(dir, " 中的 node.key 与 node.pem 不匹配，两者须来自同一个证书包"),
         absl::StrCat("node.key does not match node.pem in ", dir,
                      "; both must come from the same bundle")});
  }
  absl::Status status = CheckValidity(*certificate, dir, now);
  if (status.ok()) status = CheckChain(certificate, *authorities, dir, now);
  if (!status.ok()) return status;
  absl::StatusOr<NodeIdentity> identity = IdentityOf(*certificate);
  if (!identity.ok()) return identity.status();
  bundle.identity = *std::move(identity);
  bundle.not_after = NotAfterOf(*certificate);
  return bundle;
}

absl::StatusOr<NodeIdentity> IdentityOfCertificate(absl::string_view cert_pem) {
  const auto certificates = ParseCertificates(cert_pem, "X.509");
  if (!certificates.ok()) return certificates.status();
  return IdentityOf(*certificates->front());
}

}  // namespace bangfu::server
