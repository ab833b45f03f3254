#ifndef BANGFU_SERVER_UPSTREAM_RELAYED_AUTHORITY_H_
#define BANGFU_SERVER_UPSTREAM_RELAYED_AUTHORITY_H_

#include "absl/strings/string_view.h"
#include "client/transport/identity_link.h"
#include "server/authz/principal.h"
#include "server/identity/authority.h"

namespace bangfu::server {

// The authority of a node with a parent: hands calls on to it, which decides.
//
// A person's call goes on with their session and the name of their desk. What the operator of this
// node, or a server below it, asks without a session goes on as this node's own: the parent then
// knows nothing of whoever asked first, so what they may is checked here, and nothing that lies
// outside their own org goes on. Beside the errors of the interface: PERMISSION_DENIED
// NOT_PERMITTED · UNAUTHENTICATED SIGN_IN_REQUIRED without asking the parent.
class RelayedAuthority final : public IdentityAuthority {
 public:
  RelayedAuthority(client::IdentityLink& parent, Principal self);

  absl::StatusOr<v1::SignInResponse> SignIn(const Asker& asker,
                                            const v1::SignInRequest& request) override;
  absl::Status SignOut(const Asker& asker) override;
  absl::Status ChangePassword(const Asker& asker,
                              const v1::ChangePasswordRequest& request) override;
  absl::StatusOr<v1::CreateAccountResponse> CreateAccount(
      const Asker& asker, const v1::CreateAccountRequest& request) override;
  // Accounts by their id alone: not for the operators of servers below, whose org the account may
  // not be of.
  absl::StatusOr<v1::UpdateAccountResponse> UpdateAccount(
      const Asker& asker, const v1::UpdateAccountRequest& request) override;
  absl::StatusOr<v1::ResetCredentialsResponse> ResetCredentials(
      const Asker& asker, const v1::ResetCredentialsRequest& request) override;
  absl::StatusOr<v1::ListAccountsResponse> ListAccounts(
      const Asker& asker, const v1::ListAccountsRequest& request) override;
  absl::StatusOr<v1::IssueCertificateResponse> IssueCertificate(
      const Asker& asker, const v1::IssueCertificateRequest& request) override;
  absl::Status RevokeNode(const Asker& asker, const v1::RevokeNodeRequest& request) override;

 private:
  bool IsSelf(const Asker& asker) const;
  // Whether the call comes from this node or below it.
  bool IsBelow(const Asker& asker) const;
  // Whether the asker manages what belongs to `org`, as far as this node can tell.
  absl::Status CheckManages(const Asker& asker, absl::string_view org) const;
  absl::Status CheckSession(const Asker& asker) const;

  client::IdentityLink& parent_;
  const Principal self_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_UPSTREAM_RELAYED_AUTHORITY_H_
