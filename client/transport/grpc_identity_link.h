#ifndef BANGFU_CLIENT_TRANSPORT_GRPC_IDENTITY_LINK_H_
#define BANGFU_CLIENT_TRANSPORT_GRPC_IDENTITY_LINK_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/transport/grpc_line.h"
#include "client/transport/identity_link.h"
#include "client/transport/link_credentials.h"

namespace bangfu::client {

// IdentityLink over gRPC with mutual TLS, with a connection of its own. Each call has a deadline of
// limits::kCallTimeout; one that may be repeated is, as GrpcServerLink does.
class GrpcIdentityLink final : public IdentityLink {
 public:
  // As GrpcServerLink::Connect.
  static absl::StatusOr<std::unique_ptr<GrpcIdentityLink>> Connect(
      absl::string_view address, LinkCredentials credentials,
      std::optional<std::string> name_override = std::nullopt);

  absl::StatusOr<v1::SignInResponse> SignIn(const OnBehalf& who,
                                            const v1::SignInRequest& request) override;
  absl::Status SignOut(const OnBehalf& who) override;
  absl::Status ChangePassword(const OnBehalf& who,
                              const v1::ChangePasswordRequest& request) override;
  absl::StatusOr<v1::CreateAccountResponse> CreateAccount(
      const OnBehalf& who, const v1::CreateAccountRequest& request) override;
  absl::StatusOr<v1::UpdateAccountResponse> UpdateAccount(
      const OnBehalf& who, const v1::UpdateAccountRequest& request) override;
  absl::StatusOr<v1::ResetCredentialsResponse> ResetCredentials(
      const OnBehalf& who, const v1::ResetCredentialsRequest& request) override;
  absl::StatusOr<v1::ListAccountsResponse> ListAccounts(
      const OnBehalf& who, const v1::ListAccountsRequest& request) override;

  absl::StatusOr<v1::IssueCertificateResponse> IssueCertificate(
      const OnBehalf& who, const v1::IssueCertificateRequest& request) override;
  absl::StatusOr<v1::RenewCertificateResponse> RenewCertificate(
      const v1::RenewCertificateRequest& request) override;
  absl::StatusOr<v1::InviteNodeResponse> InviteNode(const OnBehalf& who,
                                                    const v1::InviteNodeRequest& request) override;
  absl::StatusOr<v1::ListEnrollmentsResponse> ListEnrollments(
      const OnBehalf& who, const v1::ListEnrollmentsRequest& request) override;
  absl::StatusOr<v1::DecideEnrollmentResponse> DecideEnrollment(
      const OnBehalf& who, const v1::DecideEnrollmentRequest& request) override;
  absl::Status RevokeNode(const OnBehalf& who, const v1::RevokeNodeRequest& request) override;

  absl::StatusOr<v1::ListAuditResponse> ListAudit(const OnBehalf& who,
                                                  const v1::ListAuditRequest& request) override;
  absl::Status ReportReads(const v1::ReportReadsRequest& request) override;
  absl::StatusOr<v1::ReplaceOrgTreeResponse> ReplaceOrgTree(
      const OnBehalf& who, const v1::ReplaceOrgTreeRequest& request) override;

  absl::StatusOr<v1::GetArchiveResponse> GetArchive(const OnBehalf& who,
                                                    const v1::GetArchiveRequest& request) override;
  absl::StatusOr<v1::ListArchivesResponse> ListArchives(
      const OnBehalf& who, const v1::ListArchivesRequest& request) override;
  absl::StatusOr<v1::GetConflictResponse> GetConflict(
      const OnBehalf& who, const v1::GetConflictRequest& request) override;
  absl::StatusOr<v1::ListConflictsResponse> ListConflicts(
      const OnBehalf& who, const v1::ListConflictsRequest& request) override;
  absl::StatusOr<v1::PreviewMoveResponse> PreviewMove(
      const OnBehalf& who, const v1::PreviewMoveRequest& request) override;

 private:
  explicit GrpcIdentityLink(std::unique_ptr<GrpcLine> line) : line_(std::move(line)) {}

  // Sends `request` with the method of a stub of `Service`.
  template <typename Service, typename Request, typename Response>
  absl::StatusOr<Response> Send(Tries tries, const OnBehalf& who, const Request& request,
                                grpc::Status (Service::StubInterface::*method)(grpc::ClientContext*,
                                                                               const Request&,
                                                                               Response*));

  const std::unique_ptr<GrpcLine> line_;
};

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_TRANSPORT_GRPC_IDENTITY_LINK_H_
