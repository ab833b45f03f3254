#ifndef BANGFU_SERVER_IDENTITY_CERTIFICATE_DESK_H_
#define BANGFU_SERVER_IDENTITY_CERTIFICATE_DESK_H_

#include <functional>
#include <string>

#include "base/clock.h"
#include "server/authz/principal.h"
#include "server/identity/certificate_issuer.h"
#include "server/identity/enrollment_audit.h"
#include "server/identity/standing.h"
#include "server/store/audit_store.h"
#include "server/store/identity_store.h"
#include "server/tls/certificate_facts.h"

namespace bangfu::server {

// No renewal for a node of which a certificate was revoked within this time: servers between may
// not know of it yet and hand on what a stolen key asks for. Whoever joined anew since then is far
// from the need.
inline constexpr absl::Duration kRevocationSettles = absl::Hours(24);

// The root's desk for certificates: signs with the city's authority, and revokes.
class CertificateDesk final : public CertificateIssuer {
 public:
  struct Options {
    Principal self{};
    // Folder with ca.pem and ca.key; read anew for each certificate. Empty: this root cannot sign.
    std::string ca_dir{};
    // The root's own certificate as it is now: its host names and addresses are nobody else's.
    std::function<CertificateFacts()> own{};
  };

  // The clock is the machine's. Everything outlives the desk.
  CertificateDesk(IdentityStore& store, AuditStore& audit, CurrentStanding current,
                  const Clock& clock, Options options);

  // A certificate of limits::kCertificateLife for a node that the asker manages, or for the asker's
  // own node (same org, name and kind). A request without approved_by is a renewal.
  // Errors: UNAUTHENTICATED CERTIFICATE_REVOKED, SIGN_IN_REQUIRED · PERMISSION_DENIED NOT_PERMITTED
  //         INVALID_ARGUMENT BAD_REQUEST · FAILED_PRECONDITION the root has no authority, or it
  //         ends
  absl::StatusOr<v1::IssueCertificateResponse> IssueCertificate(
      const Asker& asker, const v1::IssueCertificateRequest& request) override;

  // Errors: as above · INVALID_ARGUMENT REASON_REQUIRED. Nobody revokes what they call with, nor
  // all of the root.
  absl::Status RevokeNode(const Asker& asker, const v1::RevokeNodeRequest& request) override;

 private:
  absl::Status MayIssue(const Asker& asker, const v1::IssueCertificateRequest& request) const;
  absl::StatusOr<v1::RevokedNode> Revocation(const Asker& asker,
                                             const v1::RevokeNodeRequest& request,
                                             NodeAct& act) const;
  // Enters what was refused or done; returns `outcome`, or why it could not be entered.
  absl::Status Enter(const Asker& asker, const NodeAct& act, const absl::Status& outcome);

  IdentityStore& store_;
  AuditStore& audit_;
  const CurrentStanding current_;
  const Clock& clock_;
  const Options options_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_IDENTITY_CERTIFICATE_DESK_H_
