#ifndef BANGFU_SERVER_IDENTITY_CERTIFICATE_ISSUER_H_
#define BANGFU_SERVER_IDENTITY_CERTIFICATE_ISSUER_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "bangfu/v1/enrollment_service.pb.h"
#include "server/identity/authority.h"

namespace bangfu::server {

// The part of IdentityAuthority that is about certificates, at the root: it holds the key of the
// city's authority. Checks the rights of the asker and audits by itself; errors as those of
// IdentityAuthority. Thread-safe.
class CertificateIssuer {
 public:
  virtual ~CertificateIssuer() = default;

  virtual absl::StatusOr<v1::IssueCertificateResponse> IssueCertificate(
      const Asker& asker, const v1::IssueCertificateRequest& request) = 0;
  virtual absl::Status RevokeNode(const Asker& asker, const v1::RevokeNodeRequest& request) = 0;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_IDENTITY_CERTIFICATE_ISSUER_H_
