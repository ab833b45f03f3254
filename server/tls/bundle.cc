#include "server/tls/bundle.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/error.h"
#include "server/tls/certificate_facts.h"
#include "server/tls/credential_folder.h"
#include "server/tls/openssl_handles.h"
#include "server/tls/pem.h"

namespace bangfu::server {
namespace {

// Files are replaced one after the other: whoever reads just then looks again.
constexpr int kReads = 4;
constexpr absl::Duration kPauseBetweenReads = absl::Milliseconds(20);

std::string Moment(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", time, absl::UTCTimeZone());
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

// Reads and checks the bundle with these files for certificate and authorities.
absl::StatusOr<TlsBundle> ReadBundle(const std::string& dir, const std::string& certificate_file,
                                     const std::string& authority_file, absl::Time now) {
  TlsBundle bundle;
  const std::pair<std::string, std::string*> parts[] = {{authority_file, &bundle.ca_pem},
                                                        {certificate_file, &bundle.cert_pem},
                                                        {kNodeKeyFile, &bundle.key_pem}};
  for (const auto& [name, content] : parts) {
    absl::StatusOr<std::string> read = ReadCredential(dir, name);
    if (!read.ok()) return read.status();
    *content = *std::move(read);
  }
  return CheckBundle({bundle.ca_pem, bundle.cert_pem, bundle.key_pem}, dir, now);
}

// The bundle that a replacement which broke off left behind: its key is in place, the others may
// wait under their other names.
absl::StatusOr<TlsBundle> ReadUnfinishedBundle(const std::string& dir, absl::Time now) {
  const std::string certificate = absl::StrCat(kNodeCertificateFile, kUnfinishedSuffix);
  const std::string authority = absl::StrCat(kAuthorityCertificateFile, kUnfinishedSuffix);
  absl::StatusOr<TlsBundle> bundle = ReadBundle(dir, certificate, authority, now);
  if (!bundle.ok()) bundle = ReadBundle(dir, kNodeCertificateFile, authority, now);
  return bundle;
}

}  // namespace

absl::StatusOr<TlsBundle> CheckBundle(const NewBundle& parts, const std::string& dir,
                                      absl::Time now) {
  TlsBundle bundle;
  bundle.ca_pem = parts.ca_pem;
  bundle.cert_pem = parts.cert_pem;
  bundle.key_pem = parts.key_pem;
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
  absl::StatusOr<CertificateFacts> facts = FactsOfCertificate(*certificate);
  if (!facts.ok()) return facts.status();
  bundle.identity = facts->identity;
  bundle.not_after = facts->not_after;
  bundle.facts = *std::move(facts);
  return bundle;
}

absl::StatusOr<TlsBundle> LoadBundle(const std::string& dir, absl::Time now) {
  absl::StatusOr<TlsBundle> bundle = absl::UnknownError("");
  bool replaced = true;  // in the first read: the files may have changed in the middle of it
  for (int read = 0; read < kReads && (read < 2 || replaced); ++read) {
    if (read > 0) absl::SleepFor(kPauseBetweenReads);
    bundle = ReadBundle(dir, kNodeCertificateFile, kAuthorityCertificateFile, now);
    if (bundle.ok()) return bundle;
    replaced = HasUnfinishedFile(dir, kAuthorityCertificateFile);
    if (!replaced) continue;
    absl::StatusOr<TlsBundle> unfinished = ReadUnfinishedBundle(dir, now);
    if (unfinished.ok()) return unfinished;
  }
  return bundle;
}

absl::Status ReplaceBundle(const std::string& dir, const NewBundle& bundle) {
  return ReplaceFiles(dir, {{kNodeKeyFile, bundle.key_pem, /*secret=*/true},
                            {kNodeCertificateFile, bundle.cert_pem, /*secret=*/false},
                            {kAuthorityCertificateFile, bundle.ca_pem, /*secret=*/false}});
}

absl::StatusOr<NodeIdentity> IdentityOfCertificate(absl::string_view cert_pem) {
  absl::StatusOr<CertificateFacts> facts = FactsOfCertificate(cert_pem);
  if (!facts.ok()) return facts.status();
  return facts->identity;
}

}  // namespace bangfu::server
