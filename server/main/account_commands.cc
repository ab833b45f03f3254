#include "server/main/account_commands.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "base/limits.h"
#include "domain/codes/code_list.h"
#include "server/main/credential_slip.h"
#include "server/main/operator_call.h"

namespace bangfu::server {
namespace {

struct AccountOptions {
  OperatorOptions line;
  std::string id;
  std::string name;
  std::string org;
  std::vector<std::string> roles;
  std::string reason;
  std::string credentials_out;
};
using Options = std::shared_ptr<AccountOptions>;

const v1::ValueSpec& SpecOf(int role) { return domain::SpecOfCode(*v1::Role_descriptor(), role); }

// A role by its label in either language. INVALID_ARGUMENT names those that there are.
absl::StatusOr<v1::Role> RoleOf(const std::string& word) {
  std::vector<std::string> known;
  for (int role = v1::Role_MIN + 1; role <= v1::Role_MAX; ++role) {
    const v1::ValueSpec& spec = SpecOf(role);
    if (word == spec.label_en() || word == spec.label_zh()) return static_cast<v1::Role>(role);
    known.push_back(spec.label_en());
  }
  const std::string roles = absl::StrJoin(known, ", ");
  return UserError(absl::StatusCode::kInvalidArgument,
                   {absl::StrCat("没有角色“", word, "”；可用：", roles, "。"),
                    absl::StrCat("There is no role \"", word, "\"; there are: ", roles, ".")});
}

absl::Status SetRoles(const std::vector<std::string>& words, v1::Person& person) {
  person.clear_roles();
  for (const std::string& word : words) {
    const absl::StatusOr<v1::Role> role = RoleOf(word);
    if (!role.ok()) return role.status();
    person.add_roles(*role);
  }
  return absl::OkStatus();
}

std::string LineOf(const v1::Account& account) {
  const v1::Person& person = account.person();
  std::vector<std::string> words;
  for (const int role : person.roles()) words.push_back(SpecOf(role).label_en());
  if (person.disabled()) words.emplace_back("[disabled]");
  if (account.has_locked_until()) words.emplace_back("[locked]");
  if (account.first_password()) words.emplace_back("[first password]");
  return absl::StrCat(person.id(), "\t", person.org(), "\t", person.name(), "\t",
                      absl::StrJoin(words, " "));
}

// Opens the file for new credentials first, when one is asked for.
absl::StatusOr<std::optional<CredentialSlip>> SlipFor(const AccountOptions& options) {
  if (options.credentials_out.empty()) return std::optional<CredentialSlip>();
  absl::StatusOr<CredentialSlip> slip = CredentialSlip::Open(options.credentials_out);
  if (!slip.ok()) return slip.status();
  return std::optional<CredentialSlip>(*std::move(slip));
}

absl::Status HandOver(std::optional<CredentialSlip>& slip, const AccountOptions& options,
                      const v1::Credentials& credentials) {
  if (slip) {
    if (absl::Status written = slip->Publish(options.id, credentials); !written.ok()) {
      return written;
    }
    std::cout << "初始密码和动态码密钥已写入 " << options.credentials_out
              << "；请当面交给本人后删除该文件。\n"
              << "First password and secret are in " << options.credentials_out
              << "; hand them over, then delete the file.\n";
    return absl::OkStatus();
  }
  std::cout << "初始密码 / first password: " << credentials.first_password() << "\n"
            << "动态码密钥 / secret of the codes: " << credentials.totp_secret() << "\n"
            << credentials.totp_uri() << "\n"
            << "只显示这一次；首次登录须更换密码。\n"
               "Shown only this once; the first sign-in replaces the password.\n";
  return absl::OkStatus();
}

// Calls `take` with each account of `org` (empty: all that the operator keeps) until it returns
// false.
absl::Status ForEachAccount(client::IdentityLink& line, const std::string& org,
                            const std::function<bool(const v1::Account&)>& take) {
  v1::ListAccountsRequest query;
  query.set_org(org);
  query.set_page_size(limits::kMaxPageSize);
  while (true) {
    const auto page = line.ListAccounts({}, query);
    if (!page.ok()) return page.status();
    for (const v1::Account& account : page->accounts()) {
      if (!take(account)) return absl::OkStatus();
    }
    // The same page would be asked for again and again.
    if (page->next_page_token().empty() || page->next_page_token() == query.page_token()) {
      return absl::OkStatus();
    }
    query.set_page_token(page->next_page_token());
  }
}

absl::StatusOr<v1::Person> FindPerson(client::IdentityLink& line, const std::string& id) {
  std::optional<v1::Person> found;
  const absl::Status listed = ForEachAccount(line, "", [&](const v1::Account& account) {
    if (account.person().id() == id) found = account.person();
    return !found.has_value();
  });
  if (!listed.ok()) return listed;
  if (found) return *std::move(found);
  return UserError(absl::StatusCode::kNotFound,
                   {absl::StrCat("本节点管辖范围内没有账号 ", id, "。"),
                    absl::StrCat("There is no account ", id, " in the scope of this node.")});
}

absl::Status Add(const AccountOptions& options) {
  v1::CreateAccountRequest request;
  v1::Person& person = *request.mutable_person();
  person.set_id(options.id);
  person.set_name(options.name);
  person.set_org(options.org);
  if (absl::Status roles = SetRoles(options.roles, person); !roles.ok()) return roles;
  auto slip = SlipFor(options);
  if (!slip.ok()) return slip.status();
  const auto line = ConnectAsOperator(options.line);
  if (!line.ok()) return line.status();
  const auto made = (*line)->CreateAccount({}, request);
  if (!made.ok()) return made.status();
  return HandOver(*slip, options, made->credentials());
}

absl::Status List(const AccountOptions& options) {
  const auto line = ConnectAsOperator(options.line);
  if (!line.ok()) return line.status();
  return ForEachAccount(**line, options.org, [](const v1::Account& account) {
    std::cout << LineOf(account) << "\n";
    return true;
  });
}

// Changes an account from what it is now; an account is replaced as a whole.
absl::Status Update(const AccountOptions& options,
                    const std::function<absl::Status(v1::Person&)>& change) {
  const auto line = ConnectAsOperator(options.line);
  if (!line.ok()) return line.status();
  absl::StatusOr<v1::Person> person = FindPerson(**line, options.id);
  if (!person.ok()) return person.status();
  if (absl::Status changed = change(*person); !changed.ok()) return changed;
  v1::UpdateAccountRequest request;
  *request.mutable_person() = *std::move(person);
  request.set_reason(options.reason);
  const auto updated = (*line)->UpdateAccount({}, request);
  if (!updated.ok()) return updated.status();
  v1::Account shown;
  *shown.mutable_person() = updated->person();
  std::cout << LineOf(shown) << "\n";
  return absl::OkStatus();
}

absl::Status Rename(const AccountOptions& options) {
  return Update(options, [&](v1::Person& person) {
    if (!options.name.empty()) person.set_name(options.name);
    return options.roles.empty() ? absl::OkStatus() : SetRoles(options.roles, person);
  });
}

absl::Status SetDisabled(const AccountOptions& options, bool disabled) {
  return Update(options, [disabled](v1::Person& person) {
    person.set_disabled(disabled);
    return absl::OkStatus();
  });
}

absl::Status Reset(const AccountOptions& options) {
  auto slip = SlipFor(options);
  if (!slip.ok()) return slip.status();
  const auto line = ConnectAsOperator(options.line);
  if (!line.ok()) return line.status();
  v1::ResetCredentialsRequest request;
  request.set_person_id(options.id);
  request.set_reason(options.reason);
  const auto reset = (*line)->ResetCredentials({}, request);
  if (!reset.ok()) return reset.status();
  return HandOver(*slip, options, reset->credentials());
}

CLI::App* AddCommand(CLI::App& account, const std::string& name, const std::string& description,
                     const Options& options) {
  CLI::App* command = account.add_subcommand(name, description);
  AddOperatorOptions(*command, options->line);
  return command;
}

void AddId(CLI::App& command, const Options& options) {
  command.add_option("--id", options->id, "账号 / account")->required();
}

void AddReason(CLI::App& command, const Options& options) {
  command.add_option("--reason", options->reason, "理由，记入审计 / why, for the audit log")
      ->required();
}

void AddCredentialsOut(CLI::App& command, const Options& options) {
  command.add_option("--credentials-out", options->credentials_out,
                     "把初始密码等写入新文件，不显示 / write the credentials to a new file instead "
                     "of showing them");
}

}  // namespace

void AddAccountCommands(CLI::App& app, std::function<absl::Status()>& run) {
  const auto options = std::make_shared<AccountOptions>();
  CLI::App* account = app.add_subcommand("account", "人员账号 / accounts of people");
  account->require_subcommand(1);
  const std::string roles = "角色，可多次给出 / role, may be repeated";

  CLI::App* add = AddCommand(*account, "add", "建立账号 / make an account", options);
  AddId(*add, options);
  add->add_option("--name", options->name, "姓名 / name")->required();
  add->add_option("--org", options->org, "单位路径，如 hz.fuyang / org path")->required();
  add->add_option("--role", options->roles, roles)->required();
  AddCredentialsOut(*add, options);
  add->callback([options, &run] { run = [options] { return Add(*options); }; });

  CLI::App* list = AddCommand(*account, "list", "列出账号 / list accounts", options);
  list->add_option("--org", options->org, "只列此单位及下级 / only this org and below");
  list->callback([options, &run] { run = [options] { return List(*options); }; });

  CLI::App* update =
      AddCommand(*account, "update", "更改姓名或角色 / change name or roles", options);
  AddId(*update, options);
  update->add_option("--name", options->name, "姓名 / name");
  update->add_option("--role", options->roles, roles);
  AddReason(*update, options);
  update->callback([options, &run] { run = [options] { return Rename(*options); }; });

  CLI::App* reset = AddCommand(
      *account, "reset",
      "重置密码和动态码，解除锁定 / new first password and secret, ends a lock-out", options);
  AddId(*reset, options);
  AddReason(*reset, options);
  AddCredentialsOut(*reset, options);
  reset->callback([options, &run] { run = [options] { return Reset(*options); }; });

  for (const bool disabled : {true, false}) {
    CLI::App* state = AddCommand(*account, disabled ? "disable" : "enable",
                                 disabled ? "停用账号 / nobody can use the account any more"
                                          : "恢复账号 / the account can be used again",
                                 options);
    AddId(*state, options);
    AddReason(*state, options);
    state->callback([options, &run, disabled] {
      run = [options, disabled] { return SetDisabled(*options, disabled); };
    });
  }
}

}  // namespace bangfu::server
