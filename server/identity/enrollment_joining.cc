#include <utility>

#include "server/identity/enrollment_code.h"
#include "server/identity/enrollment_desk.h"
#include "server/identity/enrollment_errors.h"
#include "server/identity/node_description.h"
#include "server/tls/node_key.h"

// The half of the desk that faces those who have a code and no certificate yet.
namespace bangfu::server {
namespace {

// Who has shown nothing but an address.
Asker Stranger(absl::string_view peer) {
  Asker asker;
  asker.node.kind = v1::NODE_KIND_UNSPECIFIED;
  asker.peer = std::string(peer);
  return asker;
}

bool AskedBefore(const v1::Enrollment& enrollment) {
  return enrollment.state() == v1::ENROLLMENT_STATE_REQUESTED ||
         enrollment.state() == v1::ENROLLMENT_STATE_APPROVED;
}

NodeAct ActOf(const StoredEnrollment& stored) {
  NodeAct act;
  act.action = v1::ACTION_ENROLL;
  act.node = KeyOf(stored.enrollment.node());
  act.org = stored.enrollment.node().org();
  act.enrollment = stored.enrollment.id();
  return act;
}

}  // namespace

absl::StatusOr<v1::RequestEnrollmentResponse> EnrollmentDesk::Request(
    absl::string_view peer, const v1::RequestEnrollmentRequest& request) {
  const absl::StatusOr<RequestedKey> key = CheckCertificateRequest(request.csr_pem());
  if (!key.ok()) return key.status();
  const absl::StatusOr<std::string> hash = HashOfEnrollmentCode(request.code());
  if (!hash.ok()) return hash.status();
  v1::RequestEnrollmentResponse response;
  bool asked_before = false;
  const absl::Status changed = store_.ChangeEnrollment(
      IdentityStore::EnrollmentKey::kCodeHash, *hash,
      [&](std::optional<StoredEnrollment>& stored, v1::AuditEntry& audit) {
        const absl::Time now = clock_.Now();
        asked_before = stored && AskedBefore(stored->enrollment) &&
                       stored->enrollment.key_fingerprint() == key->fingerprint;
        if (asked_before) {
          *response.mutable_enrollment() = stored->enrollment;
          return absl::CancelledError();
        }
        const bool good =
            stored && stored->enrollment.state() == v1::ENROLLMENT_STATE_INVITED &&
            now < absl::FromUnixSeconds(stored->enrollment.code_expire_time().seconds());
        const absl::Status outcome = good ? absl::OkStatus() : BadEnrollmentCode();
        NodeAct act;
        act.action = v1::ACTION_ENROLL;
        if (stored) act = ActOf(*stored);
        audit = EntryOf(Stranger(peer), act, outcome, now);
        if (!good) return outcome;
        stored->csr_pem = request.csr_pem();
        stored->enrollment.set_state(v1::ENROLLMENT_STATE_REQUESTED);
        stored->enrollment.set_key_fingerprint(key->fingerprint);
        *response.mutable_enrollment() = stored->enrollment;
        return outcome;
      });
  if (!changed.ok() && !asked_before) return changed;
  return response;
}

absl::StatusOr<v1::CollectCertificateResponse> EnrollmentDesk::Collect(
    absl::string_view peer, const v1::CollectCertificateRequest& request) {
  const absl::StatusOr<RequestedKey> key = CheckCertificateRequest(request.csr_pem());
  if (!key.ok()) return key.status();
  const absl::StatusOr<std::string> hash = HashOfEnrollmentCode(request.code());
  if (!hash.ok()) return hash.status();
  v1::CollectCertificateResponse response;
  bool known = false;
  const absl::Status looked = store_.ChangeEnrollment(
      IdentityStore::EnrollmentKey::kCodeHash, *hash,
      [&](std::optional<StoredEnrollment>& stored, v1::AuditEntry& audit) {
        // Also whom it was refused to: they learn it, and stop asking.
        known = stored && !key->fingerprint.empty() &&
                stored->enrollment.key_fingerprint() == key->fingerprint;
        if (!known) {
          NodeAct act;
          act.action = v1::ACTION_ENROLL;
          if (stored) act = ActOf(*stored);
          audit = EntryOf(Stranger(peer), act, BadEnrollmentCode(), clock_.Now());
          return BadEnrollmentCode();
        }
        *response.mutable_enrollment() = stored->enrollment;
        response.set_certificate_pem(stored->certificate_pem);
        response.set_ca_pem(stored->ca_pem);
        return absl::CancelledError();
      });
  if (!looked.ok() && !known) return looked;
  return response;
}

}  // namespace bangfu::server
