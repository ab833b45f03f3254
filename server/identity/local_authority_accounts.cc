// Keeping accounts.
#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/limits.h"
#include "domain/rules/org_tree.h"
#include "server/identity/account_check.h"
#include "server/identity/account_rights.h"
#include "server/identity/identity_errors.h"
#include "server/identity/local_authority.h"
#include "server/identity/totp.h"

namespace bangfu::server {
namespace {

constexpr v1::Action kManage = v1::ACTION_MANAGE_ACCOUNTS;

bool IsAdministrator(const v1::Person& person) {
  return !person.disabled() && std::find(person.roles().begin(), person.roles().end(),
                                         v1::ROLE_ADMINISTRATOR) != person.roles().end();
}

// Whether anybody but `person_id` administers the city.
bool SomebodyElseAdministers(const Standing& standing, absl::string_view person_id) {
  const v1::Org* city = standing.orgs->City();
  const auto& people = standing.people->proto().people();
  return std::any_of(people.begin(), people.end(), [&](const v1::Person& person) {
    return city != nullptr && person.org() == city->id() && person.id() != person_id &&
           IsAdministrator(person);
  });
}

bool SameRoles(const v1::Person& one, const v1::Person& other) {
  std::vector<int> left(one.roles().begin(), one.roles().end());
  std::vector<int> right(other.roles().begin(), other.roles().end());
  std::sort(left.begin(), left.end());
  std::sort(right.begin(), right.end());
  return left == right;
}

v1::Account AccountOf(const StoredAccount& stored, absl::Time now) {
  v1::Account account;
  *account.mutable_person() = stored.person;
  account.set_first_password(stored.first_password);
  if (now < stored.locked_until) {
    account.mutable_locked_until()->set_seconds(absl::ToUnixSeconds(stored.locked_until));
  }
  return account;
}

}  // namespace

absl::StatusOr<LocalAuthority::FirstCredentials> LocalAuthority::MakeFirstCredentials(
    absl::string_view person_id) {
  const SignInSlots::Slot slot(slots_);
  if (!slot.taken()) return TooManySignIns();
  absl::StatusOr<std::string> password = MakeFirstPassword();
  if (!password.ok()) return password.status();
  absl::StatusOr<std::string> hash = hasher_.Hash(*password);
  if (!hash.ok()) return hash.status();
  absl::StatusOr<std::string> secret = MakeTotpSecret();
  if (!secret.ok()) return secret.status();
  absl::StatusOr<std::string> text = TotpSecretText(*secret);
  if (!text.ok()) return text.status();
  FirstCredentials made;
  made.shown.set_first_password(*std::move(password));
  made.shown.set_totp_uri(TotpUri(person_id, *text));
  made.shown.set_totp_secret(*std::move(text));
  made.password_hash = *std::move(hash);
  made.totp_secret = *std::move(secret);
  return made;
}

absl::StatusOr<v1::CreateAccountResponse> LocalAuthority::CreateAccount(
    const Asker& asker, const v1::CreateAccountRequest& request) {
  const AccountAct creating{kManage, v1::ACTION_CREATE};
  const absl::StatusOr<Managed> managed = Resolve(asker, creating);
  if (!managed.ok()) return managed.status();
  const v1::Person& wanted = request.person();
  if (absl::Status good = CheckPerson(wanted); !good.ok()) return good;
  if (!Manages(managed->standing, asker, kManage, managed->scope, wanted.org())) {
    return Refuse(asker, creating, NoSuchAccount());
  }
  absl::StatusOr<FirstCredentials> first = MakeFirstCredentials(wanted.id());
  if (!first.ok()) return first.status();
  v1::Person person;
  person.set_id(wanted.id());
  person.set_name(wanted.name());
  person.set_org(wanted.org());
  *person.mutable_roles() = wanted.roles();
  person.set_sessions_version(1);
  const absl::Status made = store_.ChangeAccount(
      person.id(),
      [&](std::optional<StoredAccount>& account, v1::AuditEntry& audit) -> absl::Status {
        const absl::Status outcome = account ? AccountExists() : absl::OkStatus();
        audit = EntryOf(asker, creating, person.id(), person.org(), outcome, clock_.Now());
        if (!outcome.ok()) return outcome;
        account.emplace();
        account->person = person;
        account->password_hash = first->password_hash;
        account->totp_secret = first->totp_secret;
        return absl::OkStatus();
      });
  if (!made.ok()) return made;
  Announce();
  v1::CreateAccountResponse response;
  *response.mutable_person() = std::move(person);
  *response.mutable_credentials() = std::move(first->shown);
  return response;
}

absl::StatusOr<LocalAuthority::Managed> LocalAuthority::Resolve(const Asker& asker,
                                                                const AccountAct& act) {
  absl::StatusOr<Standing> standing = current_();
  if (!standing.ok()) return standing.status();
  absl::StatusOr<std::string> scope = ManagedScope(*standing, asker, kManage);
  if (!scope.ok()) return Refuse(asker, act, scope.status());
  return Managed{*std::move(standing), *std::move(scope)};
}

absl::Status LocalAuthority::ChangeManaged(
    const Asker& asker, const AccountAct& act, const Managed& managed, absl::string_view person_id,
    absl::FunctionRef<absl::Status(StoredAccount& account)> change) {
  const absl::Status changed = store_.ChangeAccount(
      IsAccountId(person_id) ? person_id : absl::string_view(),
      [&](std::optional<StoredAccount>& account, v1::AuditEntry& audit) -> absl::Status {
        const std::string id = account ? account->person.id() : std::string();
        const std::string org = account ? account->person.org() : std::string();
        const bool is_managed =
            account && Manages(managed.standing, asker, kManage, managed.scope, org);
        const absl::Status outcome = is_managed ? change(*account) : NoSuchAccount();
        audit = EntryOf(asker, act, id, org, outcome, clock_.Now());
        return outcome;
      });
  if (changed.ok()) Announce();
  return changed;
}

absl::StatusOr<v1::UpdateAccountResponse> LocalAuthority::UpdateAccount(
    const Asker& asker, const v1::UpdateAccountRequest& request) {
  const v1::Person& wanted = request.person();
  if (absl::Status good = CheckReason(request.reason()); !good.ok()) return good;
  if (absl::Status good = CheckPerson(wanted); !good.ok()) return good;
  const AccountAct act{kManage, v1::ACTION_EDIT, request.reason()};
  const std::lock_guard<std::mutex> lock(updating_);
  const absl::StatusOr<Managed> managed = Resolve(asker, act);
  if (!managed.ok()) return managed.status();
  v1::UpdateAccountResponse response;
  const absl::Status changed =
      ChangeManaged(asker, act, *managed, wanted.id(), [&](StoredAccount& account) -> absl::Status {
        v1::Person& person = account.person;
        if (absl::Status may = CheckUpdate(asker, managed->standing, person, wanted); !may.ok()) {
          return may;
        }
        if (wanted.disabled() && !person.disabled()) {
          person.set_sessions_version(person.sessions_version() + 1);
        }
        person.set_name(wanted.name());
        *person.mutable_roles() = wanted.roles();
        person.set_disabled(wanted.disabled());
        *response.mutable_person() = person;
        return absl::OkStatus();
      });
  if (!changed.ok()) return changed;
  return response;
}

absl::Status LocalAuthority::CheckUpdate(const Asker& asker, const Standing& standing,
                                         const v1::Person& before, const v1::Person& after) const {
  if (!after.org().empty() && after.org() != before.org()) {
    return BadAccountField("person.org", {"账号的单位不能更改；人员调动请在新单位另建账号。",
                                          "The org of an account never changes: who moves gets a "
                                          "new account there."});
  }
  const bool is_own = asker.person && asker.person->id() == before.id();
  if (is_own && (!SameRoles(before, after) || before.disabled() != after.disabled())) {
    return NotOneself();
  }
  const v1::Org* city = standing.orgs->City();
  const bool of_city = city != nullptr && before.org() == city->id();
  if (of_city && IsAdministrator(before) && !IsAdministrator(after) &&
      !SomebodyElseAdministers(standing, before.id())) {
    return LastAdministrator();
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::ResetCredentialsResponse> LocalAuthority::ResetCredentials(
    const Asker& asker, const v1::ResetCredentialsRequest& request) {
  if (absl::Status good = CheckReason(request.reason()); !good.ok()) return good;
  const AccountAct act{kManage, v1::ACTION_CHANGE_PASSWORD, request.reason()};
  const absl::StatusOr<Managed> managed = Resolve(asker, act);
  if (!managed.ok()) return managed.status();
  absl::StatusOr<FirstCredentials> first = MakeFirstCredentials(request.person_id());
  if (!first.ok()) return first.status();
  const absl::Status changed = ChangeManaged(
      asker, act, *managed, request.person_id(), [&](StoredAccount& account) -> absl::Status {
        // A session that was left open must not become a way to new credentials.
        if (asker.person && asker.person->id() == account.person.id()) return NotOneself();
        account.person.set_sessions_version(account.person.sessions_version() + 1);
        account.password_hash = first->password_hash;
        account.totp_secret = first->totp_secret;
        account.first_password = true;
        account.failures = 0;
        account.locked_until = absl::InfinitePast();
        account.last_totp_step = 0;
        return absl::OkStatus();
      });
  if (!changed.ok()) return changed;
  v1::ResetCredentialsResponse response;
  *response.mutable_credentials() = std::move(first->shown);
  return response;
}

absl::StatusOr<v1::ListAccountsResponse> LocalAuthority::ListAccounts(
    const Asker& asker, const v1::ListAccountsRequest& request) {
  const AccountAct listing{kManage, v1::ACTION_LIST};
  const absl::StatusOr<Managed> managed = Resolve(asker, listing);
  if (!managed.ok()) return managed.status();
  const std::string org = request.org().empty() ? managed->scope : request.org();
  if (!Manages(managed->standing, asker, kManage, managed->scope, org)) {
    return Refuse(asker, listing, NoSuchAccount());
  }
  if (!request.page_token().empty() && !IsAccountId(request.page_token())) {
    return BadPageOfAccounts();
  }
  const int limit = request.page_size() <= 0 ? limits::kDefaultPageSize
                                             : std::min(request.page_size(), limits::kMaxPageSize);
  const auto page = store_.ListAccounts(org, request.page_token(), limit);
  if (!page.ok()) return page.status();
  v1::ListAccountsResponse response;
  for (const StoredAccount& stored : *page) {
    *response.add_accounts() = AccountOf(stored, clock_.Now());
  }
  if (static_cast<int>(page->size()) == limit) {
    response.set_next_page_token(page->back().person.id());
  }
  return response;
}

}  // namespace bangfu::server
