#include "client/transport/grpc_identity_link.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "bangfu/v1/account_service.grpc.pb.h"
#include "bangfu/v1/archive_service.grpc.pb.h"
#include "bangfu/v1/audit_service.grpc.pb.h"
#include "bangfu/v1/conflict_service.grpc.pb.h"
#include "bangfu/v1/enrollment_service.grpc.pb.h"
#include "bangfu/v1/org_service.grpc.pb.h"

namespace bangfu::client {
namespace {

constexpr char kBearer[] = "Bearer ";

void Introduce(const OnBehalf& who, grpc::ClientContext& context) {
  if (!who.session.empty()) {
    context.AddMetadata(kSessionMetadata, absl::StrCat(kBearer, who.session));
  }
  if (!who.desk.empty()) context.AddMetadata(kDeskMetadata, who.desk);
}

}  // namespace

absl::StatusOr<std::unique_ptr<GrpcIdentityLink>> GrpcIdentityLink::Connect(
    absl::string_view address, LinkCredentials credentials,
    std::optional<std::string> name_override) {
  auto line = GrpcLine::Open(address, std::move(credentials), std::move(name_override));
  if (!line.ok()) return line.status();
  return std::unique_ptr<GrpcIdentityLink>(new GrpcIdentityLink(*std::move(line)));
}

template <typename Service, typename Request, typename Response>
absl::StatusOr<Response> GrpcIdentityLink::Send(
    Tries tries, const OnBehalf& who, const Request& request,
    grpc::Status (Service::StubInterface::*method)(grpc::ClientContext*, const Request&,
                                                   Response*)) {
  const auto stub = Service::NewStub(line_->channel());
  return line_->Call<Response>(tries, [&](grpc::ClientContext* context, Response* answer) {
    Introduce(who, *context);
    return (stub.get()->*method)(context, request, answer);
  });
}

absl::StatusOr<v1::SignInResponse> GrpcIdentityLink::SignIn(const OnBehalf& who,
                                                            const v1::SignInRequest& request) {
  return Send<v1::AccountService>(Tries::kOnce, who, request,
                                  &v1::AccountService::StubInterface::SignIn);
}

absl::Status GrpcIdentityLink::SignOut(const OnBehalf& who) {
  return Send<v1::AccountService>(Tries::kOnce, who, v1::SignOutRequest(),
                                  &v1::AccountService::StubInterface::SignOut)
      .status();
}

absl::Status GrpcIdentityLink::ChangePassword(const OnBehalf& who,
                                              const v1::ChangePasswordRequest& request) {
  return Send<v1::AccountService>(Tries::kOnce, who, request,
                                  &v1::AccountService::StubInterface::ChangePassword)
      .status();
}

absl::StatusOr<v1::CreateAccountResponse> GrpcIdentityLink::CreateAccount(
    const OnBehalf& who, const v1::CreateAccountRequest& request) {
  return Send<v1::AccountService>(Tries::kOnce, who, request,
                                  &v1::AccountService::StubInterface::CreateAccount);
}

absl::StatusOr<v1::UpdateAccountResponse> GrpcIdentityLink::UpdateAccount(
    const OnBehalf& who, const v1::UpdateAccountRequest& request) {
  return Send<v1::AccountService>(Tries::kOnce, who, request,
                                  &v1::AccountService::StubInterface::UpdateAccount);
}

absl::StatusOr<v1::ResetCredentialsResponse> GrpcIdentityLink::ResetCredentials(
    const OnBehalf& who, const v1::ResetCredentialsRequest& request) {
  return Send<v1::AccountService>(Tries::kOnce, who, request,
                                  &v1::AccountService::StubInterface::ResetCredentials);
}

absl::StatusOr<v1::ListAccountsResponse> GrpcIdentityLink::ListAccounts(
    const OnBehalf& who, const v1::ListAccountsRequest& request) {
  return Send<v1::AccountService>(Tries::kPassing, who, request,
                                  &v1::AccountService::StubInterface::ListAccounts);
}

absl::StatusOr<v1::IssueCertificateResponse> GrpcIdentityLink::IssueCertificate(
    const OnBehalf& who, const v1::IssueCertificateRequest& request) {
  return Send<v1::EnrollmentService>(Tries::kOnce, who, request,
                                     &v1::EnrollmentService::StubInterface::IssueCertificate);
}

absl::StatusOr<v1::RenewCertificateResponse> GrpcIdentityLink::RenewCertificate(
    const v1::RenewCertificateRequest& request) {
  return Send<v1::EnrollmentService>(Tries::kPassing, {}, request,
                                     &v1::EnrollmentService::StubInterface::RenewCertificate);
}

absl::StatusOr<v1::InviteNodeResponse> GrpcIdentityLink::InviteNode(
    const OnBehalf& who, const v1::InviteNodeRequest& request) {
  return Send<v1::EnrollmentService>(Tries::kOnce, who, request,
                                     &v1::EnrollmentService::StubInterface::InviteNode);
}

absl::StatusOr<v1::ListEnrollmentsResponse> GrpcIdentityLink::ListEnrollments(
    const OnBehalf& who, const v1::ListEnrollmentsRequest& request) {
  return Send<v1::EnrollmentService>(Tries::kPassing, who, request,
                                     &v1::EnrollmentService::StubInterface::ListEnrollments);
}

absl::StatusOr<v1::DecideEnrollmentResponse> GrpcIdentityLink::DecideEnrollment(
    const OnBehalf& who, const v1::DecideEnrollmentRequest& request) {
  return Send<v1::EnrollmentService>(Tries::kOnce, who, request,
                                     &v1::EnrollmentService::StubInterface::DecideEnrollment);
}

absl::Status GrpcIdentityLink::RevokeNode(const OnBehalf& who,
                                          const v1::RevokeNodeRequest& request) {
  return Send<v1::EnrollmentService>(Tries::kOnce, who, request,
                                     &v1::EnrollmentService::StubInterface::RevokeNode)
      .status();
}

absl::StatusOr<v1::ListAuditResponse> GrpcIdentityLink::ListAudit(
    const OnBehalf& who, const v1::ListAuditRequest& request) {
  return Send<v1::AuditService>(Tries::kPassing, who, request,
                                &v1::AuditService::StubInterface::ListAudit);
}

absl::Status GrpcIdentityLink::ReportReads(const v1::ReportReadsRequest& request) {
  return Send<v1::AuditService>(Tries::kPassing, {}, request,
                                &v1::AuditService::StubInterface::ReportReads)
      .status();
}

absl::StatusOr<v1::ReplaceOrgTreeResponse> GrpcIdentityLink::ReplaceOrgTree(
    const OnBehalf& who, const v1::ReplaceOrgTreeRequest& request) {
  return Send<v1::OrgService>(Tries::kOnce, who, request,
                              &v1::OrgService::StubInterface::ReplaceOrgTree);
}

absl::StatusOr<v1::GetArchiveResponse> GrpcIdentityLink::GetArchive(
    const OnBehalf& who, const v1::GetArchiveRequest& request) {
  return Send<v1::ArchiveService>(Tries::kPassing, who, request,
                                  &v1::ArchiveService::StubInterface::GetArchive);
}

absl::StatusOr<v1::ListArchivesResponse> GrpcIdentityLink::ListArchives(
    const OnBehalf& who, const v1::ListArchivesRequest& request) {
  return Send<v1::ArchiveService>(Tries::kPassing, who, request,
                                  &v1::ArchiveService::StubInterface::ListArchives);
}

absl::StatusOr<v1::GetConflictResponse> GrpcIdentityLink::GetConflict(
    const OnBehalf& who, const v1::GetConflictRequest& request) {
  return Send<v1::ConflictService>(Tries::kPassing, who, request,
                                   &v1::ConflictService::StubInterface::GetConflict);
}

absl::StatusOr<v1::ListConflictsResponse> GrpcIdentityLink::ListConflicts(
    const OnBehalf& who, const v1::ListConflictsRequest& request) {
  return Send<v1::ConflictService>(Tries::kPassing, who, request,
                                   &v1::ConflictService::StubInterface::ListConflicts);
}

absl::StatusOr<v1::PreviewMoveResponse> GrpcIdentityLink::PreviewMove(
    const OnBehalf& who, const v1::PreviewMoveRequest& request) {
  return Send<v1::OrgService>(Tries::kPassing, who, request,
                              &v1::OrgService::StubInterface::PreviewMove);
}

}  // namespace bangfu::client
