#ifndef BANGFU_SERVER_IDENTITY_LOCAL_AUTHORITY_H_
#define BANGFU_SERVER_IDENTITY_LOCAL_AUTHORITY_H_

#include <memory>
#include <mutex>
#include <string>

#include "absl/functional/function_ref.h"
#include "base/clock.h"
#include "server/authz/principal.h"
#include "server/identity/account_audit.h"
#include "server/identity/authority.h"
#include "server/identity/certificate_issuer.h"
#include "server/identity/guessed_accounts.h"
#include "server/identity/password.h"
#include "server/identity/sign_in_slots.h"
#include "server/identity/standing.h"
#include "server/identity/token_keys.h"
#include "server/store/audit_store.h"
#include "server/store/identity_store.h"

namespace bangfu::server {

// The authority of the city over its accounts, at the root: it alone has the credentials. Every
// call is audited, refusals too; what it is asked with (passwords, codes, sessions) is in no entry
// and no message.
class LocalAuthority final : public IdentityAuthority {
 public:
  struct Options {
    Principal self{};  // the root
    PasswordCost password_cost{};
  };

  // The clock is the machine's, not a shifted one: codes, lock-outs and sessions are about real
  // time. Everything outlives the authority. INTERNAL: no memory for a hash.
  static absl::StatusOr<std::unique_ptr<LocalAuthority>> Create(
      IdentityStore& store, AuditStore& audit, CertificateIssuer& certificates,
      CurrentStanding current, const Clock& clock, Options options);

  // Makes the key of sessions, or the next one when it is time: at the start and now and then, so
  // that the nodes below know a key before a session comes that it has signed.
  absl::Status KeepTokenKeys();

  // Beside the errors of the interface: five wrong tries in a row lock the account, right or wrong,
  // for limits::kLockOut. A first password and its code come back as NEW_PASSWORD_REQUIRED; the
  // code may then be used once more, with new_password.
  absl::StatusOr<v1::SignInResponse> SignIn(const Asker& asker,
                                            const v1::SignInRequest& request) override;
  absl::Status SignOut(const Asker& asker) override;
  // Wrong tries count as those of SignIn.
  absl::Status ChangePassword(const Asker& asker,
                              const v1::ChangePasswordRequest& request) override;
  absl::StatusOr<v1::CreateAccountResponse> CreateAccount(
      const Asker& asker, const v1::CreateAccountRequest& request) override;
  // Nobody changes their own roles or state; the city keeps one administrator.
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
  // A new first password and secret, with what the store keeps of them.
  struct FirstCredentials {
    v1::Credentials shown;
    std::string password_hash;
    std::string totp_secret;
  };
  // Which accounts the asker may touch, and by what that was judged.
  struct Managed {
    Standing standing;
    std::string scope;  // org path
  };
  // What somebody proves who they are with.
  struct Proof {
    std::string person_id;
    std::string password;
    std::string code;
    std::string new_password;
  };

  LocalAuthority(IdentityStore& store, AuditStore& audit, CertificateIssuer& certificates,
                 CurrentStanding current, const Clock& clock, Options options,
                 PasswordHasher hasher);

  // Checks a proof of an account within `scope` and lets `use` act on it when it is right, with the
  // hash of the new password. Counts wrong tries; audits. An error of `use` leaves the account as
  // it was.
  absl::Status Prove(
      const Asker& asker, v1::Action action, absl::string_view scope, const Proof& proof,
      absl::FunctionRef<absl::Status(StoredAccount& account, const std::string& new_hash)> use);
  // What the asker manages; audits when that is nothing. Errors as ManagedScope.
  absl::StatusOr<Managed> Resolve(const Asker& asker, const AccountAct& act);
  // Changes an account that is managed, in one transaction with its entry; `change` is not asked
  // for one that is absent or out of scope. Makes the change known.
  absl::Status ChangeManaged(const Asker& asker, const AccountAct& act, const Managed& managed,
                             absl::string_view person_id,
                             absl::FunctionRef<absl::Status(StoredAccount& account)> change);
  // Audits what was refused before there was a transaction; returns `refusal`, or why it could not
  // be audited.
  absl::Status Refuse(const Asker& asker, const AccountAct& act, const absl::Status& refusal);
  absl::StatusOr<FirstCredentials> MakeFirstCredentials(absl::string_view person_id);
  absl::Status CheckUpdate(const Asker& asker, const Standing& standing, const v1::Person& before,
                           const v1::Person& after) const;
  // The directory has changed: whoever watches it hears of it.
  void Announce();

  IdentityStore& store_;
  AuditStore& audit_;
  CertificateIssuer& certificates_;
  const CurrentStanding current_;
  const Clock& clock_;
  const PasswordHasher hasher_;
  TokenKeys token_keys_;
  SignInSlots slots_;
  GuessedAccounts guessed_;
  std::mutex updating_;  // one update at a time: two of them must not take the last administrators
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_IDENTITY_LOCAL_AUTHORITY_H_
