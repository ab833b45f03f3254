#ifndef BANGFU_SERVER_UPSTREAM_RELAYED_AUTHORITY_H_
#define BANGFU_SERVER_UPSTREAM_RELAYED_AUTHORITY_H_

#include <utility>

#include "absl/strings/string_view.h"
#include "client/transport/identity_link.h"
#include "server/authz/principal.h"
#include "server/identity/authority.h"

namespace bangfu::server {

// The authority of a node that is not the root: asks its parent on behalf of whoever asks it, for
// what lies within its own org only; the parent decides. Thread-safe, and holds no lock while it
// asks.
class RelayedAuthority final : public IdentityAuthority {
 public:
  // All outlive the authority.
  RelayedAuthority(client::IdentityLink& parent, Principal self)
      : parent_(parent), self_(std::move(self)) {}

  absl::StatusOr<v1::SignInResponse> SignIn(const Asker& asker,
                                            const v1::SignInRequest& request) override;
  absl::Status SignOut(const Asker& asker) override;
  absl::Status ChangePassword(const Asker& asker,
                              const v1::ChangePasswordRequest& request) override;
  absl::StatusOr<v1::CreateAccountResponse> CreateAccount(
      const Asker& asker, const v1::CreateAccountRequest& request) override;
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
  // PERMISSION_DENIED NOT_PERMITTED unless the asker's node, and `org` where one is named, lie
  // within this node's org.
  absl::Status Check(const Asker& asker, absl::string_view org = "") const;

  client::IdentityLink& parent_;
  const Principal self_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_UPSTREAM_RELAYED_AUTHORITY_H_
