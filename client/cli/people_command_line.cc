#include <memory>

#include "client/cli/command_groups.h"
#include "client/cli/people_commands.h"

namespace bangfu::client {
namespace {

constexpr char kAccount[] = "账号 / account";
constexpr char kReason[] = "理由 / reason";
constexpr char kRoles[] =
    "角色，可给多个：经办、审核、审批、上报、审计、管理 / roles: handler, reviewer, approver, "
    "reporter, "
    "auditor, administrator";
constexpr char kCredentialsOut[] =
    "把初始密码和动态码密钥写入此文件，不显示 / write the first credentials to this file";

void AddProof(CLI::App& command, SignInOptions& options) {
  command.add_option("--credentials", options.credentials,
                     "无人值守作业的凭据文件（JSON，权限 600） / credentials file of a job");
  command.add_option("--password-file", options.password_file,
                     "密码在此文件的第一行 / file with the password");
  command.add_option("--totp-code", options.totp_code, "动态码 / one-time code");
  command.add_option("--new-password-file", options.new_password_file,
                     "新密码在此文件的第一行 / file with the new password");
}

void AddSigningIn(CLI::App& app, const BindSession& bind) {
  CLI::App* login = app.add_subcommand("login", "登录 / sign in at this desk");
  const auto proof = std::make_shared<SignInOptions>();
  login->add_option("person", proof->person, kAccount);
  AddProof(*login, *proof);
  bind(login, [proof](Session& session) { return SignIn(session, *proof); });

  bind(app.add_subcommand("logout", "退出登录，该账号的登录全部失效 / end all sessions"),
       [](Session& session) { return SignOut(session); });
  bind(app.add_subcommand("whoami", "谁在本机登录 / who is signed in here"),
       [](Session& session) { return Whoami(session); });

  CLI::App* password = app.add_subcommand("password", "修改密码 / change the password");
  const auto change = std::make_shared<SignInOptions>();
  AddProof(*password, *change);
  bind(password, [change](Session& session) { return ChangePassword(session, *change); });
}

}  // namespace

void AddSight(CLI::App& command, Sight& sight) {
  command.add_flag("--unmask", sight.unmask,
                   "显示完整内容，须用 --reason 说明理由 / show sensitive values, with --reason");
  command.add_option("--reason", sight.reason,
                     "查看完整内容的理由，记入审计日志 / why, for the audit log");
}

void AddPeopleCommands(CLI::App& app, const BindSession& bind) {
  AddSigningIn(app, bind);

  CLI::App* account = app.add_subcommand("account", "账号（管理员） / accounts, administrators");
  account->require_subcommand(1);

  CLI::App* list = account->add_subcommand("list", "列表 / list");
  const auto listed = std::make_shared<AccountOptions>();
  list->add_option("--org", listed->org, "单位路径 / org path");
  bind(list, [listed](Session& session) { return ListAccounts(session, *listed); });

  CLI::App* add = account->add_subcommand("add", "新建 / make one");
  const auto added = std::make_shared<AccountOptions>();
  add->add_option("person", added->person, kAccount)->required();
  add->add_option("--name", added->name, "姓名 / name")->required();
  add->add_option("--org", added->org, "单位路径 / org path")->required();
  add->add_option("--role", added->roles, kRoles)->required();
  add->add_option("--credentials-out", added->credentials_out, kCredentialsOut);
  bind(add, [added](Session& session) { return AddAccount(session, *added); });

  CLI::App* update = account->add_subcommand("update", "更改姓名、角色，或重新启用 / change");
  const auto updated = std::make_shared<AccountOptions>();
  update->add_option("person", updated->person, kAccount)->required();
  update->add_option("--name", updated->name, "姓名 / name");
  update->add_option("--role", updated->roles, kRoles);
  update->add_flag("--enable", updated->enable, "重新启用 / not disabled any more");
  update->add_option("--reason", updated->reason, kReason)->required();
  bind(update, [updated](Session& session) { return UpdateAccount(session, *updated); });

  CLI::App* disable = account->add_subcommand("disable", "停用 / disable");
  const auto disabled = std::make_shared<AccountOptions>();
  disable->add_option("person", disabled->person, kAccount)->required();
  disable->add_option("--reason", disabled->reason, kReason)->required();
  bind(disable, [disabled](Session& session) { return DisableAccount(session, *disabled); });

  CLI::App* reset = account->add_subcommand(
      "reset", "重置密码和动态码，解除锁定 / new first password and codes, end of a lock-out");
  const auto renewed = std::make_shared<AccountOptions>();
  reset->add_option("person", renewed->person, kAccount)->required();
  reset->add_option("--reason", renewed->reason, kReason)->required();
  reset->add_option("--credentials-out", renewed->credentials_out, kCredentialsOut);
  bind(reset, [renewed](Session& session) { return ResetAccount(session, *renewed); });
}

}  // namespace bangfu::client
