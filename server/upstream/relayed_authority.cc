#include "server/upstream/relayed_authority.h"

#include <string>
#include <utility>

#include "base/error.h"
#include "domain/rules/org_tree.h"

namespace bangfu::server {
namespace {

// The operator of this node asks as the node itself; a person asks from their desk.
client::OnBehalf BehalfOf(const Asker& asker) {
  client::OnBehalf who;
  who.session = asker.session;
  if (!asker.is_operator) who.desk = asker.desk;
  return who;
}

absl::Status NotPermitted() {
  return ErrorBuilder(
             absl::StatusCode::kPermissionDenied, v1::ERROR_REASON_NOT_PERMITTED,
             {"您的角色或所在单位不允许此操作。", "Neither your roles nor your org allow this."})
      .Build();
}

// Org of a node's name, "hz.fuyang/fuyang".
std::string OrgOf(const std::string& node) { return node.substr(0, node.find('/')); }

}  // namespace

absl::Status RelayedAuthority::Check(const Asker& asker, absl::string_view org) const {
  if (!domain::IsWithin(asker.node.org, self_.org)) return NotPermitted();
  if (!org.empty() && !domain::IsWithin(org, self_.org)) return NotPermitted();
  return absl::OkStatus();
}

absl::StatusOr<v1::SignInResponse> RelayedAuthority::SignIn(const Asker& asker,
                                                            const v1::SignInRequest& request) {
  if (absl::Status status = Check(asker); !status.ok()) return status;
  return parent_.SignIn(BehalfOf(asker), request);
}

absl::Status RelayedAuthority::SignOut(const Asker& asker) {
  if (absl::Status status = Check(asker); !status.ok()) return status;
  return parent_.SignOut(BehalfOf(asker));
}

absl::Status RelayedAuthority::ChangePassword(const Asker& asker,
                                              const v1::ChangePasswordRequest& request) {
  if (absl::Status status = Check(asker); !status.ok()) return status;
  return parent_.ChangePassword(BehalfOf(asker), request);
}

absl::StatusOr<v1::CreateAccountResponse> RelayedAuthority::CreateAccount(
    const Asker& asker, const v1::CreateAccountRequest& request) {
  if (absl::Status status = Check(asker, request.person().org()); !status.ok()) return status;
  return parent_.CreateAccount(BehalfOf(asker), request);
}

absl::StatusOr<v1::UpdateAccountResponse> RelayedAuthority::UpdateAccount(
    const Asker& asker, const v1::UpdateAccountRequest& request) {
  if (absl::Status status = Check(asker, request.person().org()); !status.ok()) return status;
  return parent_.UpdateAccount(BehalfOf(asker), request);
}

absl::StatusOr<v1::ResetCredentialsResponse> RelayedAuthority::ResetCredentials(
    const Asker& asker, const v1::ResetCredentialsRequest& request) {
  if (absl::Status status = Check(asker); !status.ok()) return status;
  return parent_.ResetCredentials(BehalfOf(asker), request);
}

absl::StatusOr<v1::ListAccountsResponse> RelayedAuthority::ListAccounts(
    const Asker& asker, const v1::ListAccountsRequest& request) {
  if (absl::Status status = Check(asker, request.org()); !status.ok()) return status;
  return parent_.ListAccounts(BehalfOf(asker), request);
}

absl::StatusOr<v1::IssueCertificateResponse> RelayedAuthority::IssueCertificate(
    const Asker& asker, const v1::IssueCertificateRequest& request) {
  if (absl::Status status = Check(asker, request.node().org()); !status.ok()) return status;
  return parent_.IssueCertificate(BehalfOf(asker), request);
}

absl::Status RelayedAuthority::RevokeNode(const Asker& asker,
                                          const v1::RevokeNodeRequest& request) {
  if (absl::Status status = Check(asker, OrgOf(request.node())); !status.ok()) return status;
  return parent_.RevokeNode(BehalfOf(asker), request);
}

}  // namespace bangfu::server
