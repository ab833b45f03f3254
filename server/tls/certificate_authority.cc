#include "server/tls/certificate_authority.h"

#include <openssl/ec.h>
#include <openssl/err.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "server/tls/certificate_builder.h"
#include "server/tls/credential_folder.h"
#include "server/tls/node_key.h"
#include "server/tls/openssl_handles.h"
#include "server/tls/pem.h"

namespace bangfu::server {
namespace {

struct Authority {
  std::string pem;
  CertificateHandle certificate;
  KeyHandle key;
};

absl::StatusOr<Authority> LoadAuthority(const std::string& dir, absl::Time now) {
  Authority authority;
  absl::StatusOr<std::string> pem = ReadCredential(dir, kAuthorityCertificateFile);
  if (!pem.ok()) return pem.status();
  authority.pem = *std::move(pem);
  const absl::StatusOr<std::string> key_pem = ReadCredential(dir, kAuthorityKeyFile);
  if (!key_pem.ok()) return key_pem.status();
  absl::StatusOr<std::vector<CertificateHandle>> certificates =
      ParseCertificates(authority.pem, absl::StrCat(dir, "/", kAuthorityCertificateFile));
  if (!certificates.ok()) return certificates.status();
  authority.certificate = std::move(certificates->front());
  absl::StatusOr<KeyHandle> key = ParseKey(*key_pem, absl::StrCat(dir, "/", kAuthorityKeyFile));
  if (!key.ok()) return key.status();
  authority.key = *std::move(key);
  if (X509_check_private_key(authority.certificate.get(), authority.key.get()) != 1) {
    ERR_clear_error();
    return UserError(absl::StatusCode::kFailedPrecondition,
                     {absl::StrCat(dir, " 中的 ca.key 与 ca.pem 不匹配，请从备份恢复"),
                      absl::StrCat("ca.key does not match ca.pem in ", dir, "; restore a backup")});
  }
  if (now < NotBeforeOf(*authority.certificate) || now >= NotAfterOf(*authority.certificate)) {
    return UserError(absl::StatusCode::kFailedPrecondition,
                     {absl::StrCat(dir, " 的证书机构目前不在有效期内，请检查系统时间或新建机构"),
                      absl::StrCat("the authority in ", dir,
                                   " is not valid now; check the clock or make a new one")});
  }
  return authority;
}

}  // namespace

absl::Status InitAuthority(const std::string& dir, absl::string_view common_name, absl::Time now) {
  const KeyHandle key(EVP_EC_gen("P-256"));
  if (key == nullptr) return OpenSslError("EVP_EC_gen");
  const absl::StatusOr<CertificateHandle> certificate =
      BuildAuthorityCertificate(*key, common_name, now);
  if (!certificate.ok()) return certificate.status();
  const absl::StatusOr<std::string> certificate_pem = CertificateToPem(**certificate);
  if (!certificate_pem.ok()) return certificate_pem.status();
  const absl::StatusOr<std::string> key_pem = KeyToPem(*key);
  if (!key_pem.ok()) return key_pem.status();
  return PublishFolder(dir, {{kAuthorityKeyFile, *key_pem, /*secret=*/true},
                             {kAuthorityCertificateFile, *certificate_pem, /*secret=*/false}});
}

absl::StatusOr<SignedCertificate> SignCsr(const std::string& ca_dir, absl::string_view csr_pem,
                                          const NodeCertificateRequest& request) {
  const absl::Status checked = CheckNodeCertificateRequest(request);
  if (!checked.ok()) return checked;
  const absl::StatusOr<RequestedKey> requested = CheckCertificateRequest(csr_pem);
  if (!requested.ok()) return requested.status();
  absl::StatusOr<Authority> authority = LoadAuthority(ca_dir, request.now);
  if (!authority.ok()) return authority.status();
  const absl::StatusOr<CertificateHandle> certificate =
      BuildNodeCertificate(*authority->certificate, *authority->key, request, *requested->key);
  if (!certificate.ok()) return certificate.status();
  SignedCertificate result;
  absl::StatusOr<std::string> pem = CertificateToPem(**certificate);
  if (!pem.ok()) return pem.status();
  result.certificate_pem = *std::move(pem);
  result.ca_pem = std::move(authority->pem);
  absl::StatusOr<CertificateFacts> facts = FactsOfCertificate(**certificate);
  if (!facts.ok()) return facts.status();
  result.facts = *std::move(facts);
  return result;
}

absl::Status IssueCertificate(const std::string& ca_dir, const NodeCertificateRequest& request,
                              const std::string& out_dir) {
  const absl::StatusOr<NodeKey> key = MakeNodeKey();
  if (!key.ok()) return key.status();
  const absl::StatusOr<SignedCertificate> result = SignCsr(ca_dir, key->csr_pem, request);
  if (!result.ok()) return result.status();
  return PublishFolder(out_dir, {{kNodeKeyFile, key->key_pem, /*secret=*/true},
                                 {kNodeCertificateFile, result->certificate_pem, /*secret=*/false},
                                 {kAuthorityCertificateFile, result->ca_pem, /*secret=*/false}});
}

}  // namespace bangfu::server
