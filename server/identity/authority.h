#ifndef BANGFU_SERVER_IDENTITY_AUTHORITY_H_
#define BANGFU_SERVER_IDENTITY_AUTHORITY_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "bangfu/v1/account_service.pb.h"
#include "bangfu/v1/enrollment_service.pb.h"
#include "bangfu/v1/identity.pb.h"
#include "server/authz/principal.h"

namespace bangfu::server {

// Who asks for something about people or nodes.
struct Asker {
  Principal node;                    // at the other end of the line
  std::string desk;                  // name of the desk where the person sits; node.Key() unless
                                     // a server hands the call on
  std::string session;               // as it was sent; to be handed on. Never log it
  std::optional<v1::Person> person;  // of the session, when it is good
  bool is_operator = false;          // the serving node's own certificate
  std::string peer;                  // address, for the audit log

  // Name in the audit log and in "invited by", "decided by".
  std::string Name() const {
    return person ? person->id() : is_operator ? "operator@" + node.Key() : node.Key();
  }
};

// Accounts and certificates. At the root it decides (LocalAuthority); elsewhere it asks the parent
// (RelayedAuthority), whose answers and errors it returns as they are. Rights are checked by
// whoever implements it, at every hop. Thread-safe.
//
// Errors: UNAUTHENTICATED SIGN_IN_REQUIRED, WRONG_CREDENTIALS · PERMISSION_DENIED NOT_PERMITTED,
//         LOCKED_OUT (RetryInfo), NEW_PASSWORD_REQUIRED · ALREADY_EXISTS · NOT_FOUND ·
//         INVALID_ARGUMENT BAD_REQUEST, REASON_REQUIRED · UNAVAILABLE the parent is away ·
//         RESOURCE_EXHAUSTED QUOTA_EXCEEDED
class IdentityAuthority {
 public:
  virtual ~IdentityAuthority() = default;

  virtual absl::StatusOr<v1::SignInResponse> SignIn(const Asker& asker,
                                                    const v1::SignInRequest& request) = 0;
  virtual absl::Status SignOut(const Asker& asker) = 0;
  virtual absl::Status ChangePassword(const Asker& asker,
                                      const v1::ChangePasswordRequest& request) = 0;
  virtual absl::StatusOr<v1::CreateAccountResponse> CreateAccount(
      const Asker& asker, const v1::CreateAccountRequest& request) = 0;
  virtual absl::StatusOr<v1::UpdateAccountResponse> UpdateAccount(
      const Asker& asker, const v1::UpdateAccountRequest& request) = 0;
  virtual absl::StatusOr<v1::ResetCredentialsResponse> ResetCredentials(
      const Asker& asker, const v1::ResetCredentialsRequest& request) = 0;
  virtual absl::StatusOr<v1::ListAccountsResponse> ListAccounts(
      const Asker& asker, const v1::ListAccountsRequest& request) = 0;

  // A certificate for a node within the asker's org (or for the asker's own node: a renewal).
  virtual absl::StatusOr<v1::IssueCertificateResponse> IssueCertificate(
      const Asker& asker, const v1::IssueCertificateRequest& request) = 0;
  virtual absl::Status RevokeNode(const Asker& asker, const v1::RevokeNodeRequest& request) = 0;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_IDENTITY_AUTHORITY_H_
