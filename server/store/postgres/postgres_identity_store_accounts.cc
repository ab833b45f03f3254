// Accounts with their credentials.
#include <stdexcept>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "domain/rules/org_tree.h"
#include "server/store/postgres/audit_statements.h"
#include "server/store/postgres/identity_queries.h"
#include "server/store/postgres/people_statements.h"
#include "server/store/postgres/postgres_identity_store.h"
#include "server/store/postgres/rows.h"

namespace bangfu::server {
namespace {

std::string PlaceOfAccount(absl::string_view id) { return absl::StrCat("account/", id); }

// PostgreSQL has no text with a NUL, so no account is called like that.
bool CanBeAccount(absl::string_view id) { return !absl::StrContains(id, '\0'); }

}  // namespace

StoredAccount PostgresIdentityStore::AccountFrom(const pqxx::row& row) const {
  StoredAccount account;
  Parse(row[0], account.person);
  account.password_hash = TextOf(row[1]);
  account.totp_secret = OpenedBytes(*sealer_, PlaceOfAccount(account.person.id()), row[2]);
  account.first_password = BoolOf(row[3]);
  account.failures = static_cast<int>(IntOf(row[4]));
  account.locked_until = TimeOf(row[5]);
  account.last_totp_step = IntOf(row[6]);
  return account;
}

void PostgresIdentityStore::WriteAccount(pqxx::transaction_base& work,
                                         const StoredAccount& account) const {
  const std::string& id = account.person.id();
  const bool locked = account.locked_until != absl::InfinitePast();
  work.exec_params(queries::kWriteAccount, id, account.password_hash,
                   absl::BytesToHexString(sealer_->Seal(PlaceOfAccount(id), account.totp_secret)),
                   account.first_password ? "t" : "f", absl::StrCat(account.failures),
                   locked ? TimestampText(account.locked_until) : "",
                   absl::StrCat(account.last_totp_step));
}

std::optional<StoredAccount> PostgresIdentityStore::LockAccount(pqxx::transaction_base& work,
                                                                const std::string& id) const {
  if (!CanBeAccount(id)) return std::nullopt;
  work.exec_params(queries::kLockAccountId, id);
  const pqxx::result rows = work.exec_params(queries::kLockAccount, id);
  return rows.empty() ? std::nullopt : std::optional(AccountFrom(rows[0]));
}

void PostgresIdentityStore::WriteChange(pqxx::transaction_base& work,
                                        const std::optional<v1::Person>& before,
                                        const std::optional<StoredAccount>& account) const {
  if (account.has_value()) {
    const bool same_person =
        before.has_value() && account->person.SerializeAsString() == before->SerializeAsString();
    if (!same_person) WritePeople(work, {account->person});
    WriteAccount(work, *account);
    if (!same_person) work.exec(queries::kNextDirectory);
  } else if (before.has_value()) {
    work.exec_params(queries::kRemoveAccount, before->id());
    work.exec_params(queries::kRemovePerson, before->id());
    work.exec(queries::kNextDirectory);
  }
}

absl::StatusOr<std::optional<StoredAccount>> PostgresIdentityStore::GetAccount(
    absl::string_view person_id) {
  using Found = std::optional<StoredAccount>;
  if (!CanBeAccount(person_id)) return Found();
  return statements_.Read<Found>("GetAccount", [&](pqxx::transaction_base& session) {
    const pqxx::result rows = session.exec_params(queries::kGetAccount, std::string(person_id));
    return rows.empty() ? Found() : Found(AccountFrom(rows[0]));
  });
}

absl::StatusOr<std::vector<StoredAccount>> PostgresIdentityStore::ListAccounts(
    absl::string_view scope, absl::string_view after_id, int limit) {
  using Accounts = std::vector<StoredAccount>;
  if (!domain::IsOrgPath(scope) || !CanBeAccount(after_id)) return Accounts();
  return statements_.Read<Accounts>("ListAccounts", [&](pqxx::transaction_base& session) {
    Accounts accounts;
    for (const auto& row : session.exec_params(queries::kListAccounts, std::string(scope),
                                               std::string(after_id), absl::StrCat(limit))) {
      accounts.push_back(AccountFrom(row));
    }
    return accounts;
  });
}

absl::Status PostgresIdentityStore::ChangeAccount(
    absl::string_view person_id,
    absl::FunctionRef<absl::Status(std::optional<StoredAccount>& account, v1::AuditEntry& audit)>
        change) {
  const std::string id(person_id);
  absl::Status result;
  const absl::StatusOr<bool> done =
      statements_.Change<bool>("ChangeAccount", [&](pqxx::transaction_base& work) {
        std::optional<StoredAccount> account = LockAccount(work, id);
        const std::optional<v1::Person> before =
            account.has_value() ? std::optional(account->person) : std::nullopt;
        v1::AuditEntry audit;
        result = change(account, audit);
        if (result.ok()) {
          if (account.has_value() && account->person.id() != id)
            throw std::logic_error("another account than was locked");
          WriteChange(work, before, account);
        }
        if (audit.action() != v1::ACTION_UNSPECIFIED) AppendAudit(work, {audit});
        return true;
      });
  return done.ok() ? result : done.status();
}

absl::StatusOr<int64_t> PostgresIdentityStore::MoveAccounts(absl::string_view from,
                                                            absl::string_view to) {
  if (!domain::IsOrgPath(from)) return 0;
  return statements_.Change<int64_t>("MoveAccounts", [&](pqxx::transaction_base& work) {
    std::vector<v1::Person> people;
    for (const auto& row : work.exec_params(queries::kLockPeopleOf, std::string(from))) {
      people.push_back(MessageOf<v1::Person>(row[0]));
      people.back().set_org(std::string(to));
    }
    if (!people.empty()) {
      WritePeople(work, people);
      work.exec(queries::kNextDirectory);
    }
    return static_cast<int64_t>(people.size());
  });
}

}  // namespace bangfu::server
