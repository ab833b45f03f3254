#ifndef BANGFU_CLIENT_TRANSPORT_IDENTITY_LINK_H_
#define BANGFU_CLIENT_TRANSPORT_IDENTITY_LINK_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "bangfu/v1/account_service.pb.h"
#include "bangfu/v1/archive_service.pb.h"
#include "bangfu/v1/audit_service.pb.h"
#include "bangfu/v1/conflict_service.pb.h"
#include "bangfu/v1/enrollment_service.pb.h"
#include "bangfu/v1/org_service.pb.h"

namespace bangfu::client {

// Who asks beside the node of the line. Sent in the metadata, never logged.
struct OnBehalf {
  std::string session{};  // of the person at the desk; empty for the node itself
  std::string desk{};     // name of the desk, when a server hands the call on; else empty
};
inline constexpr char kSessionMetadata[] = "authorization";  // "Bearer <session>"
inline constexpr char kDeskMetadata[] = "bangfu-desk";

// Calls of people, operators and nodes about people and nodes, over mutual TLS. Errors as those of
// ServerLink; nothing but reading, renewing and reporting is tried again by itself. Thread-safe.
class IdentityLink {
 public:
  virtual ~IdentityLink() = default;

  virtual absl::StatusOr<v1::SignInResponse> SignIn(const OnBehalf& who,
                                                    const v1::SignInRequest& request) = 0;
  virtual absl::Status SignOut(const OnBehalf& who) = 0;
  virtual absl::Status ChangePassword(const OnBehalf& who,
                                      const v1::ChangePasswordRequest& request) = 0;
  virtual absl::StatusOr<v1::CreateAccountResponse> CreateAccount(
      const OnBehalf& who, const v1::CreateAccountRequest& request) = 0;
  virtual absl::StatusOr<v1::UpdateAccountResponse> UpdateAccount(
      const OnBehalf& who, const v1::UpdateAccountRequest& request) = 0;
  virtual absl::StatusOr<v1::ResetCredentialsResponse> ResetCredentials(
      const OnBehalf& who, const v1::ResetCredentialsRequest& request) = 0;
  virtual absl::StatusOr<v1::ListAccountsResponse> ListAccounts(
      const OnBehalf& who, const v1::ListAccountsRequest& request) = 0;

  virtual absl::StatusOr<v1::IssueCertificateResponse> IssueCertificate(
      const OnBehalf& who, const v1::IssueCertificateRequest& request) = 0;
  virtual absl::StatusOr<v1::RenewCertificateResponse> RenewCertificate(
      const v1::RenewCertificateRequest& request) = 0;
  virtual absl::StatusOr<v1::InviteNodeResponse> InviteNode(
      const OnBehalf& who, const v1::InviteNodeRequest& request) = 0;
  virtual absl::StatusOr<v1::ListEnrollmentsResponse> ListEnrollments(
      const OnBehalf& who, const v1::ListEnrollmentsRequest& request) = 0;
  virtual absl::StatusOr<v1::DecideEnrollmentResponse> DecideEnrollment(
      const OnBehalf& who, const v1::DecideEnrollmentRequest& request) = 0;
  virtual absl::Status RevokeNode(const OnBehalf& who, const v1::RevokeNodeRequest& request) = 0;

  virtual absl::StatusOr<v1::ListAuditResponse> ListAudit(const OnBehalf& who,
                                                          const v1::ListAuditRequest& request) = 0;
  virtual absl::Status ReportReads(const v1::ReportReadsRequest& request) = 0;
  virtual absl::StatusOr<v1::ReplaceOrgTreeResponse> ReplaceOrgTree(
      const OnBehalf& who, const v1::ReplaceOrgTreeRequest& request) = 0;

  // Read by a person, with a reason for what is masked; NOT_FOUND outside their scope too.
  virtual absl::StatusOr<v1::GetArchiveResponse> GetArchive(
      const OnBehalf& who, const v1::GetArchiveRequest& request) = 0;
  virtual absl::StatusOr<v1::ListArchivesResponse> ListArchives(
      const OnBehalf& who, const v1::ListArchivesRequest& request) = 0;
  virtual absl::StatusOr<v1::GetConflictResponse> GetConflict(
      const OnBehalf& who, const v1::GetConflictRequest& request) = 0;
  virtual absl::StatusOr<v1::ListConflictsResponse> ListConflicts(
      const OnBehalf& who, const v1::ListConflictsRequest& request) = 0;
  virtual absl::StatusOr<v1::PreviewMoveResponse> PreviewMove(
      const OnBehalf& who, const v1::PreviewMoveRequest& request) = 0;
};

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_TRANSPORT_IDENTITY_LINK_H_
