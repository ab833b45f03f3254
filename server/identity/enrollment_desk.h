#ifndef BANGFU_SERVER_IDENTITY_ENROLLMENT_DESK_H_
#define BANGFU_SERVER_IDENTITY_ENROLLMENT_DESK_H_

#include <cstdint>
#include <functional>
#include <mutex>
#include <random>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "bangfu/v1/enrollment_service.pb.h"
#include "base/clock.h"
#include "domain/text/uuid.h"
#include "server/authz/principal.h"
#include "server/identity/authority.h"
#include "server/identity/enrollment_audit.h"
#include "server/identity/standing.h"
#include "server/store/audit_store.h"
#include "server/store/identity_store.h"

namespace bangfu::server {

// A request that nobody has decided on for so long after its code ended has to be made anew.
inline constexpr absl::Duration kMaxEnrollmentWait = absl::Hours(24 * 14);

// Where nodes join below the serving node (docs/identity.md, "Joining"): invited with a one-time
// code, asking with it, let in or not, getting their certificate from the root. Thread-safe.
class EnrollmentDesk {
 public:
  struct Options {
    Principal self{};
    std::string address{};                  // for enrollment, host:port; empty: none is open
    std::function<std::string()> ca_pem{};  // authorities to trust
  };

  // The clock is the machine's. Everything outlives the desk.
  EnrollmentDesk(IdentityStore& store, AuditStore& audit, IdentityAuthority& authority,
                 CurrentStanding current, const Clock& clock, Options options);

  // ---- For administrators of nodes and the operator; within what they manage of the serving
  // node's org. Errors: UNAUTHENTICATED SIGN_IN_REQUIRED · PERMISSION_DENIED NOT_PERMITTED.

  // A node has one invitation or certificate at a time: ALREADY_EXISTS until the first is taken
  // back or has ended, or the node is revoked. INVALID_ARGUMENT BAD_REQUEST
  absl::StatusOr<v1::InviteNodeResponse> Invite(const Asker& asker,
                                                const v1::InviteNodeRequest& request);
  // INVALID_ARGUMENT BAD_PAGE_TOKEN
  absl::StatusOr<v1::ListEnrollmentsResponse> List(const Asker& asker,
                                                   const v1::ListEnrollmentsRequest& request);
  // Approves a request, for which the root signs; or says no to a request or an invitation, with a
  // reason. The same decision again has no effect. NOT_FOUND · INVALID_ARGUMENT REASON_REQUIRED,
  // BAD_REQUEST decided otherwise before, or not yet asked for · errors of
  // IdentityAuthority::IssueCertificate, after which it can be approved again
  absl::StatusOr<v1::DecideEnrollmentResponse> Decide(const Asker& asker,
                                                      const v1::DecideEnrollmentRequest& request);

  // ---- For whoever has a code; `peer` is their address. PERMISSION_DENIED BAD_ENROLLMENT_CODE for
  // a code that is unknown, used up by another key, taken back or too old, after the same work;
  // INVALID_ARGUMENT BAD_REQUEST for a certificate request that is no good, before the code is
  // looked at.

  // Uses the code up. The same key may ask again, should the answer have been lost.
  absl::StatusOr<v1::RequestEnrollmentResponse> Request(
      absl::string_view peer, const v1::RequestEnrollmentRequest& request);
  // The certificate for the key that asked, as often as it asks.
  absl::StatusOr<v1::CollectCertificateResponse> Collect(
      absl::string_view peer, const v1::CollectCertificateRequest& request);

 private:
  // What the asker manages. UNAUTHENTICATED, PERMISSION_DENIED.
  struct Managing {
    Standing standing;
    std::string scope;
  };
  absl::StatusOr<Managing> ManagingOf(const Asker& asker) const;
  bool MayManage(const Managing& managing, const Asker& asker, absl::string_view org) const;

  absl::StatusOr<v1::InviteNodeResponse> MakeInvitation(const Asker& asker,
                                                        const v1::InviteNodeRequest& request,
                                                        NodeAct& act);
  // ALREADY_EXISTS.
  absl::Status CheckNameIsFree(const PeopleBook& people, const v1::NodeDescription& node);
  // Looks at an enrollment that the asker manages, without changing it.
  absl::StatusOr<StoredEnrollment> Managed(const Asker& asker, absl::string_view id, NodeAct& act);
  // Changes it, in one transaction with its entry.
  absl::StatusOr<v1::Enrollment> ChangeManaged(
      const Asker& asker, absl::string_view id, NodeAct act,
      absl::FunctionRef<absl::Status(StoredEnrollment& enrollment)> change);
  absl::StatusOr<v1::Enrollment> Approve(const Asker& asker, absl::string_view id, NodeAct act);
  absl::Status Refuse(const Asker& asker, const NodeAct& act, const absl::Status& refusal);

  IdentityStore& store_;
  AuditStore& audit_;
  IdentityAuthority& authority_;
  const CurrentStanding current_;
  const Clock& clock_;
  const Options options_;

  std::mutex inviting_;        // one invitation at a time: two of them must not take one name
  std::random_device random_;  // guarded by inviting_
  domain::UuidGenerator ids_;  // guarded by inviting_
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_IDENTITY_ENROLLMENT_DESK_H_
