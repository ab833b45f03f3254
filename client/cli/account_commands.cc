#include <unistd.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "client/cli/credentials_file.h"
#include "client/cli/instant_text.h"
#include "client/cli/people_commands.h"
#include "client/cli/role_words.h"

namespace bangfu::client {
namespace {

// A line in the name of the administrator at the desk.
struct Desk {
  OnBehalf who;
  std::unique_ptr<IdentityLink> link;
};

absl::StatusOr<Desk> AtDesk(Session& session) {
  auto who = session.Behalf();
  if (!who.ok()) return who.status();
  auto link = session.ConnectPeople();
  if (!link.ok()) return link.status();
  return Desk{*std::move(who), *std::move(link)};
}

// Takes the accounts of `org` (empty: all that the person keeps) until `take` says no.
absl::Status ForEachAccount(const Desk& desk, const std::string& org,
                            absl::FunctionRef<bool(const v1::Account&)> take) {
  v1::ListAccountsRequest request;
  request.set_org(org);
  request.set_page_size(limits::kMaxPageSize);
  for (;;) {
    auto page = desk.link->ListAccounts(desk.who, request);
    if (!page.ok()) return page.status();
    for (const v1::Account& account : page->accounts()) {
      if (!take(account)) return absl::OkStatus();
    }
    // A server that repeats itself is not asked for ever.
    if (page->next_page_token().empty() || page->next_page_token() == request.page_token()) {
      return absl::OkStatus();
    }
    request.set_page_token(page->next_page_token());
  }
}

absl::StatusOr<v1::Person> FindPerson(const Desk& desk, const std::string& id) {
  std::optional<v1::Person> found;
  absl::Status status = ForEachAccount(desk, "", [&](const v1::Account& account) {
    if (account.person().id() == id) found = account.person();
    return !found.has_value();
  });
  if (!status.ok()) return status;
  if (found.has_value()) return *std::move(found);
  return UserError(absl::StatusCode::kNotFound,
                   {absl::StrCat("您管理的范围内没有账号 ", id, "；见 bangfu account list。"),
                    absl::StrCat("There is no account ", id,
                                 " among those that you keep; see bangfu account list.")});
}

Text StateOf(const v1::Account& account) {
  if (account.person().disabled()) return {"已停用", "disabled"};
  if (account.has_locked_until()) return {"已锁定", "locked"};
  if (account.first_password()) return {"初始密码", "first password"};
  return {"", ""};
}

absl::Status CheckCanKeep(const AccountOptions& options) {
  const std::string& path = options.credentials_out;
  if (path.empty()) return absl::OkStatus();
  if (access(path.c_str(), F_OK) == 0) {
    return UserError(absl::StatusCode::kAlreadyExists,
                     {absl::StrCat(path, " 已存在；请另选文件，以免覆盖他人的凭据。"),
                      absl::StrCat(path,
                                   " is there already; choose another file, so that nobody's "
                                   "credentials are overwritten.")});
  }
  // Looked at before anything is asked for: credentials are told once.
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  if (access(folder.c_str(), W_OK) == 0) return absl::OkStatus();
  return UserError(absl::StatusCode::kPermissionDenied,
                   {absl::StrCat("目录 ", folder, " 不存在或无法写入，凭据无处存放。"),
                    absl::StrCat("The folder ", folder,
                                 " is not there or not writable, so the credentials could not be "
                                 "kept.")});
}

// Shows new credentials, or keeps them in the file that was asked for.
absl::Status HandOver(const Output& out, const AccountOptions& options,
                      const v1::Credentials& credentials) {
  if (!options.credentials_out.empty()) {
    CredentialsFile file;
    file.path = options.credentials_out;
    file.person_id = options.person;
    file.first_password = credentials.first_password();
    file.totp_secret = credentials.totp_secret();
    if (absl::Status status = WriteCredentialsFile(file); !status.ok()) return status;
    out.Line({absl::StrCat("初始密码和动态码密钥已写入 ", options.credentials_out, "。"),
              absl::StrCat("The first password and the secret of the one-time codes are in ",
                           options.credentials_out, ".")});
    out.Print(Json{{"person_id", options.person}, {"credentials", options.credentials_out}});
    return absl::OkStatus();
  }
  out.Line({absl::StrCat("初始密码：", credentials.first_password()),
            absl::StrCat("first password: ", credentials.first_password())});
  out.Line({absl::StrCat("动态码密钥：", credentials.totp_secret()),
            absl::StrCat("secret of the one-time codes: ", credentials.totp_secret())});
  out.Line({credentials.totp_uri(), credentials.totp_uri()});
  out.Line({"只显示这一次，请当面交给本人；首次登录须更换密码。",
            "Shown only this once: hand them over; the first sign-in replaces the password."});
  Json document = ToJson(credentials);
  document["person_id"] = options.person;
  out.Print(document);
  return absl::OkStatus();
}

// Changes an account from what it is now: it is replaced as a whole.
absl::StatusOr<ExitStatus> Update(Session& session, const AccountOptions& options,
                                  absl::FunctionRef<absl::Status(v1::Person&)> change) {
  auto desk = AtDesk(session);
  if (!desk.ok()) return desk.status();
  auto person = FindPerson(*desk, options.person);
  if (!person.ok()) return person.status();
  if (absl::Status status = change(*person); !status.ok()) return status;
  v1::UpdateAccountRequest request;
  *request.mutable_person() = *std::move(person);
  request.set_reason(options.reason);
  auto answer = desk->link->UpdateAccount(desk->who, request);
  if (!answer.ok()) return answer.status();
  const Output& out = session.out();
  const Text roles = RoleWords(answer->person());
  const bool disabled = answer->person().disabled();
  out.Line({absl::StrCat("已更改：", answer->person().id(), " ", answer->person().name(),
                         "，角色：", roles.zh, disabled ? "，已停用。" : "。"),
            absl::StrCat("Changed: ", answer->person().id(), " ", answer->person().name(),
                         ", roles: ", roles.en, disabled ? ", disabled." : ".")});
  out.Print(ToJson(answer->person()));
  return kDone;
}

}  // namespace

absl::StatusOr<ExitStatus> ListAccounts(Session& session, const AccountOptions& options) {
  auto desk = AtDesk(session);
  if (!desk.ok()) return desk.status();
  const Output& out = session.out();
  Table table(out.english() ? std::vector<std::string>{"account", "name", "org", "roles", "state"}
                            : std::vector<std::string>{"账号", "姓名", "单位", "角色", "状态"});
  Json list = Json::array();
  absl::Status status = ForEachAccount(*desk, options.org, [&](const v1::Account& account) {
    const v1::Person& person = account.person();
    table.Add({person.id(), person.name(), person.org(), out.Say(RoleWords(person)),
               out.Say(StateOf(account))});
    list.push_back(ToJson(account));
    return true;
  });
  if (!status.ok()) return status;
  out.Print(table);
  out.Line(
      {absl::StrCat("共 ", list.size(), " 个账号。"), absl::StrCat(list.size(), " accounts.")});
  out.Print(list);
  return kDone;
}

absl::StatusOr<ExitStatus> AddAccount(Session& session, const AccountOptions& options) {
  v1::CreateAccountRequest request;
  v1::Person& person = *request.mutable_person();
  person.set_id(options.person);
  person.set_name(options.name);
  person.set_org(options.org);
  if (absl::Status status = SetRoles(options.roles, person); !status.ok()) return status;
  auto desk = AtDesk(session);
  if (!desk.ok()) return desk.status();
  if (absl::Status status = CheckCanKeep(options); !status.ok()) return status;
  auto answer = desk->link->CreateAccount(desk->who, request);
  if (!answer.ok()) return answer.status();
  absl::Status told = HandOver(session.out(), options, answer->credentials());
  if (!told.ok()) return told;
  return kDone;
}

absl::StatusOr<ExitStatus> UpdateAccount(Session& session, const AccountOptions& options) {
  return Update(session, options, [&](v1::Person& person) {
    if (!options.name.empty()) person.set_name(options.name);
    if (options.enable) person.set_disabled(false);
    return options.roles.empty() ? absl::OkStatus() : SetRoles(options.roles, person);
  });
}

absl::StatusOr<ExitStatus> DisableAccount(Session& session, const AccountOptions& options) {
  return Update(session, options, [](v1::Person& person) {
    person.set_disabled(true);
    return absl::OkStatus();
  });
}

absl::StatusOr<ExitStatus> ResetAccount(Session& session, const AccountOptions& options) {
  auto desk = AtDesk(session);
  if (!desk.ok()) return desk.status();
  if (absl::Status status = CheckCanKeep(options); !status.ok()) return status;
  v1::ResetCredentialsRequest request;
  request.set_person_id(options.person);
  request.set_reason(options.reason);
  auto answer = desk->link->ResetCredentials(desk->who, request);
  if (!answer.ok()) return answer.status();
  absl::Status told = HandOver(session.out(), options, answer->credentials());
  if (!told.ok()) return told;
  return kDone;
}

}  // namespace bangfu::client
