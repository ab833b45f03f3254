// Who people are: signing in and out, and the own password.
#include <optional>
#include <utility>

#include "base/limits.h"
#include "domain/rules/org_tree.h"
#include "server/identity/account_check.h"
#include "server/identity/account_rights.h"
#include "server/identity/identity_errors.h"
#include "server/identity/local_authority.h"
#include "server/identity/session_tokens.h"
#include "server/identity/totp.h"

namespace bangfu::server {
namespace {

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  google::protobuf::Timestamp stamp;
  stamp.set_seconds(absl::ToUnixSeconds(time));
  return stamp;
}

absl::Status NotAFirstPassword() {
  return BadAccountField("new_password", {"只有初始密码在登录时更换；请不要填写新密码。",
                                          "Only a first password is replaced at the sign-in; "
                                          "leave the new one out."});
}

absl::Status SamePassword() {
  return BadAccountField("new_password", {"新密码不能与原密码相同；请换一个。",
                                          "The new password must be another one."});
}

// Sets a new password that was checked; the account is as after a right sign-in.
void Replace(StoredAccount& account, const std::string& new_hash) {
  account.password_hash = new_hash;
  account.first_password = false;
}

}  // namespace

absl::Status LocalAuthority::Prove(
    const Asker& asker, v1::Action action, absl::string_view scope, const Proof& proof,
    absl::FunctionRef<absl::Status(StoredAccount& account, const std::string& new_hash)> use) {
  const SignInSlots::Slot slot(slots_);
  if (!slot.taken()) return TooManySignIns();
  const auto may_be_proved = [&](const std::optional<StoredAccount>& account) {
    return account && !account->person.disabled() && domain::IsWithin(account->person.org(), scope);
  };
  const std::string id = IsAccountId(proof.person_id) ? proof.person_id : std::string();
  const auto seen = store_.GetAccount(id);
  if (!seen.ok()) return seen.status();
  const std::string hash = may_be_proved(*seen) ? (*seen)->password_hash : std::string();
  // What takes long is done before the account is locked, and the same for every try: right or
  // wrong, there or not.
  const absl::StatusOr<bool> right_password = hasher_.Verify(proof.password, hash);
  if (!right_password.ok()) return right_password.status();
  std::string new_hash;
  if (!proof.new_password.empty()) {
    absl::StatusOr<std::string> made = hasher_.Hash(proof.new_password);
    if (!made.ok()) return made.status();
    new_hash = *std::move(made);
  }

  const AccountAct act{action};
  absl::Status counted;  // a refusal that leaves something in the account
  const absl::Status changed = store_.ChangeAccount(
      id, [&](std::optional<StoredAccount>& account, v1::AuditEntry& audit) -> absl::Status {
        const absl::Time now = clock_.Now();
        counted = absl::OkStatus();
        const auto ends = [&](const absl::Status& outcome) {
          const bool is_known = account.has_value();
          audit = EntryOf(asker, act, is_known ? account->person.id() : "",
                          is_known ? account->person.org() : "", outcome, now);
          if (outcome.ok()) audit.set_person_id(account->person.id());
          return outcome;
        };
        if (!may_be_proved(account)) {
          // What cannot be an account is never one: nothing to hide.
          const WrongTries before = id.empty() ? WrongTries() : guessed_.Try(id, now);
          return ends(before.IsLocked(now) ? LockedOut(before.locked_until - now)
                                           : WrongCredentials());
        }
        WrongTries tries{account->failures, account->locked_until};
        if (tries.IsLocked(now)) return ends(LockedOut(tries.locked_until - now));
        const auto step =
            FindTotpStep(account->totp_secret, proof.code, now, account->last_totp_step);
        if (!step.ok()) return ends(step.status());
        // The password that was verified may have been replaced meanwhile.
        if (!*right_password || account->password_hash != hash || !step->has_value()) {
          tries.Count(now);
          account->failures = tries.failures;
          account->locked_until = tries.locked_until;
          counted = ends(WrongCredentials());
          return absl::OkStatus();
        }
        if (absl::Status used = use(*account, new_hash); !used.ok()) return ends(used);
        account->failures = 0;
        account->locked_until = absl::InfinitePast();
        account->last_totp_step = **step;
        return ends(absl::OkStatus());
      });
  return changed.ok() ? counted : changed;
}

absl::StatusOr<v1::SignInResponse> LocalAuthority::SignIn(const Asker& asker,
                                                          const v1::SignInRequest& request) {
  if (!request.new_password().empty()) {
    const absl::Status good = CheckNewPassword(request.new_password(), request.person_id());
    if (!good.ok()) return good;
    if (request.new_password() == request.password()) return SamePassword();
  }
  const absl::StatusOr<Standing> standing = current_();
  if (!standing.ok()) return standing.status();
  const absl::StatusOr<StoredTokenKey> key = token_keys_.Current();
  if (!key.ok()) return key.status();
  v1::SignInResponse response;
  const absl::Status proved = Prove(
      asker, v1::ACTION_SIGN_IN, SignInScope(*standing->orgs, asker),
      {request.person_id(), request.password(), request.totp_code(), request.new_password()},
      [&](StoredAccount& account, const std::string& new_hash) -> absl::Status {
        if (account.first_password) {
          if (new_hash.empty()) return NewPasswordRequired();
          // No session is older than a first password, so none has to end.
          Replace(account, new_hash);
        } else if (!new_hash.empty()) {
          return NotAFirstPassword();
        }
        const absl::Time now = clock_.Now();
        absl::StatusOr<std::string> session = SignSession(*key, account.person, asker.desk, now);
        if (!session.ok()) return session.status();
        response.set_session(*std::move(session));
        *response.mutable_expire_time() = ToTimestamp(now + limits::kSessionLife);
        *response.mutable_person() = account.person;
        return absl::OkStatus();
      });
  if (!proved.ok()) return proved;
  return response;
}

absl::Status LocalAuthority::SignOut(const Asker& asker) {
  const AccountAct act{v1::ACTION_MANAGE_ACCOUNTS, v1::ACTION_SIGN_IN};
  if (!asker.person) return Refuse(asker, act, NoSession());
  const absl::Status ended = store_.ChangeAccount(
      asker.person->id(),
      [&](std::optional<StoredAccount>& account, v1::AuditEntry& audit) -> absl::Status {
        const absl::Status outcome = account ? absl::OkStatus() : NoSession();
        audit = EntryOf(asker, act, asker.person->id(), asker.person->org(), outcome, clock_.Now());
        if (account) account->person.set_sessions_version(account->person.sessions_version() + 1);
        return outcome;
      });
  if (ended.ok()) Announce();
  return ended;
}

absl::Status LocalAuthority::ChangePassword(const Asker& asker,
                                            const v1::ChangePasswordRequest& request) {
  const AccountAct act{v1::ACTION_CHANGE_PASSWORD};
  if (!asker.person) return Refuse(asker, act, NoSession());
  const absl::Status good = CheckNewPassword(request.new_password(), asker.person->id());
  if (!good.ok()) return good;
  if (request.new_password() == request.password()) return SamePassword();
  const absl::Status proved =
      Prove(asker, v1::ACTION_CHANGE_PASSWORD, asker.person->org(),
            {asker.person->id(), request.password(), request.totp_code(), request.new_password()},
            [](StoredAccount& account, const std::string& new_hash) -> absl::Status {
              Replace(account, new_hash);
              account.person.set_sessions_version(account.person.sessions_version() + 1);
              return absl::OkStatus();
            });
  if (proved.ok()) Announce();
  return proved;
}

}  // namespace bangfu::server
