#include "server/upstream/relayed_authority.h"

#include <algorithm>
#include <string>
#include <utility>

#include "domain/rules/org_tree.h"
#include "server/identity/account_rights.h"
#include "server/identity/identity_errors.h"

namespace bangfu::server {
namespace {

// Whom the parent takes for the one who asks: the person at their desk, else this node.
client::OnBehalf BehalfOf(const Asker& asker) {
  client::OnBehalf who;
  if (asker.session.empty()) return who;
  who.session = asker.session;
  who.desk = asker.desk;
  return who;
}

bool IsAdministrator(const v1::Person& person) {
  return std::count(person.roles().begin(), person.roles().end(), v1::ROLE_ADMINISTRATOR) > 0;
}

}  // namespace

RelayedAuthority::RelayedAuthority(client::IdentityLink& parent, Principal self)
    : parent_(parent), self_(std::move(self)) {}

bool RelayedAuthority::IsSelf(const Asker& asker) const {
  return asker.is_operator || asker.node.Key() == self_.Key();
}

bool RelayedAuthority::IsBelow(const Asker& asker) const {
  return domain::IsWithin(asker.node.org, self_.org) &&
         domain::IsWithin(OrgOfNode(asker.desk), asker.node.org);
}

absl::Status RelayedAuthority::CheckSession(const Asker& asker) const {
  if (!IsBelow(asker)) return MayNotManage();
  return asker.person && !asker.session.empty() ? absl::OkStatus() : NoSession();
}

absl::Status RelayedAuthority::CheckManages(const Asker& asker, absl::string_view org) const {
  if (!IsBelow(asker) || !domain::IsWithin(org, self_.org)) return MayNotManage();
  if (asker.person) {
    const bool allowed =
        IsAdministrator(*asker.person) && domain::IsWithin(org, asker.person->org());
    return allowed ? absl::OkStatus() : MayNotManage();
  }
  // A session that is not good makes nobody an operator.
  const bool by_itself = asker.session.empty() && !IsRelayed(asker);
  if (!by_itself || asker.node.kind != v1::NODE_KIND_SERVER) return NoSession();
  return domain::IsWithin(org, asker.node.org) ? absl::OkStatus() : MayNotManage();
}

absl::StatusOr<v1::SignInResponse> RelayedAuthority::SignIn(const Asker& asker,
                                                            const v1::SignInRequest& request) {
  if (!IsBelow(asker)) return MayNotManage();
  // The session that comes back is bound to the desk.
  return parent_.SignIn({"", asker.desk}, request);
}

absl::Status RelayedAuthority::SignOut(const Asker& asker) {
  if (absl::Status status = CheckSession(asker); !status.ok()) return status;
  return parent_.SignOut(BehalfOf(asker));
}

absl::Status RelayedAuthority::ChangePassword(const Asker& asker,
                                              const v1::ChangePasswordRequest& request) {
  if (absl::Status status = CheckSession(asker); !status.ok()) return status;
  return parent_.ChangePassword(BehalfOf(asker), request);
}

absl::StatusOr<v1::CreateAccountResponse> RelayedAuthority::CreateAccount(
    const Asker& asker, const v1::CreateAccountRequest& request) {
  if (absl::Status status = CheckManages(asker, request.person().org()); !status.ok())
    return status;
  return parent_.CreateAccount(BehalfOf(asker), request);
}

absl::StatusOr<v1::UpdateAccountResponse> RelayedAuthority::UpdateAccount(
    const Asker& asker, const v1::UpdateAccountRequest& request) {
  if (absl::Status status = CheckManages(asker, request.person().org()); !status.ok())
    return status;
  if (!asker.person && !IsSelf(asker)) return MayNotManage();
  return parent_.UpdateAccount(BehalfOf(asker), request);
}

absl::StatusOr<v1::ResetCredentialsResponse> RelayedAuthority::ResetCredentials(
    const Asker& asker, const v1::ResetCredentialsRequest& request) {
  const std::string& own = asker.person ? asker.person->org() : asker.node.org;
  if (absl::Status status = CheckManages(asker, own); !status.ok()) return status;
  if (!asker.person && !IsSelf(asker)) return MayNotManage();
  return parent_.ResetCredentials(BehalfOf(asker), request);
}

absl::StatusOr<v1::ListAccountsResponse> RelayedAuthority::ListAccounts(
    const Asker& asker, const v1::ListAccountsRequest& request) {
  v1::ListAccountsRequest onward = request;
  if (onward.org().empty()) onward.set_org(asker.person ? asker.person->org() : asker.node.org);
  if (absl::Status status = CheckManages(asker, onward.org()); !status.ok()) return status;
  return parent_.ListAccounts(BehalfOf(asker), onward);
}

absl::StatusOr<v1::IssueCertificateResponse> RelayedAuthority::IssueCertificate(
    const Asker& asker, const v1::IssueCertificateRequest& request) {
  const v1::NodeDescription& node = request.node();
  const bool renewal = request.approved_by().empty() && !IsRelayed(asker) &&
                       asker.node.org == node.org() && asker.node.node == node.node() &&
                       asker.node.kind == node.kind();
  const absl::Status status =
      renewal && IsBelow(asker) ? absl::OkStatus() : CheckManages(asker, node.org());
  if (!status.ok()) return status;
  return parent_.IssueCertificate(BehalfOf(asker), request);
}

absl::Status RelayedAuthority::RevokeNode(const Asker& asker,
                                          const v1::RevokeNodeRequest& request) {
  if (absl::Status status = CheckManages(asker, OrgOfNode(request.node())); !status.ok())
    return status;
  return parent_.RevokeNode(BehalfOf(asker), request);
}

}  // namespace bangfu::server
