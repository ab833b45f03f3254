#include <CLI/CLI.hpp>
#include <functional>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "client/cli/command_groups.h"
#include "client/cli/commands.h"
#include "client/cli/output.h"
#include "client/cli/session.h"
#include "client/transport/grpc_log.h"

namespace {

using bangfu::client::CommonOptions;
using bangfu::client::ExitStatus;
using bangfu::client::Output;
using bangfu::client::Session;
namespace client = bangfu::client;

using Result = absl::StatusOr<ExitStatus>;

constexpr int kMaxWaitMinutes = 24 * 60;  // for the approval of an enrollment

// The command line: each command sets `run` to what it does.
class CommandLine {
 public:
  CommandLine() : app_("bangfu: 困难职工档案客户端 / archives of workers in hardship") {
    app_.require_subcommand(1);
    app_.fallthrough();  // common options may follow the command too
    app_.set_version_flag("--version", BANGFU_VERSION);
    app_.add_option("--data", common_.data, "数据目录 / data folder (or $BANGFU_DATA)");
    app_.add_option("--output", common_.output, "table 或 json / table or json")
        ->check(CLI::IsMember({"table", "json"}))
        ->capture_default_str();
    app_.add_option("--lang", common_.lang, "zh 或 en / language")
        ->check(CLI::IsMember({"zh", "en"}));
    app_.add_option("--user", common_.user,
                    "办理人账号（须在本机登录过），默认最近登录的 / account of who does this, "
                    "signed in here; the last who did if none");
    app_.add_option("--clock", common_.clock,
                    "演示用起始时间（RFC 3339） / start of a shifted clock, demonstrations only")
        ->envname("BANGFU_CLOCK");
    AddJoin();
    AddImport();
    AddCheck();
    AddRules();
    AddPolicy();
    const client::BindSession bind = [this](CLI::App* command, client::SessionAction action) {
      OnSession(command, std::move(action));
    };
    client::AddArchiveCommands(app_, bind);
    client::AddEventCommands(app_, bind);
    client::AddTimerCommands(app_, bind);
    client::AddSyncCommands(app_, bind);
    client::AddConflictCommands(app_, bind);
    client::AddNodeCommands(app_, bind);
    client::AddPeopleCommands(app_, bind);
  }

  int Run(int argc, char** argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::Success& help_or_version) {
      return app_.exit(help_or_version);
    } catch (const CLI::ParseError& error) {
      return SpokenTo(argc, argv).Fail(WrongUsage(error));
    }
    const Output output(client::WantsEnglish(common_.lang), common_.output == "json");
    const Result result = run_(output);
    return result.ok() ? *result : output.Fail(result.status());
  }

 private:
  // How to answer a command line that could not be read as a whole.
  static Output SpokenTo(int argc, char** argv) {
    std::string output;
    std::string lang;
    for (int i = 1; i < argc; ++i) {
      const std::string word = argv[i];
      const std::string next = i + 1 < argc ? argv[i + 1] : "";
      if (word == "--output") output = next;
      if (word == "--lang") lang = next;
      if (word == "--output=json") output = "json";
      if (word == "--lang=en") lang = "en";
    }
    return Output(client::WantsEnglish(lang), output == "json");
  }

  absl::Status WrongUsage(const CLI::ParseError& error) const {
    const std::vector<std::string> rest = app_.remaining(/*recurse=*/true);
    const bool unexpected =
        !rest.empty() && (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr ||
                          dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr);
    const bangfu::Text wrong =
        unexpected ? bangfu::Text{absl::StrCat("不认识“", rest.front(), "”"),
                                  absl::StrCat("unexpected \"", rest.front(), "\"")}
                   : bangfu::Text{absl::StrCat("用法有误（", error.what(), "）"), error.what()};
    return bangfu::UserError(absl::StatusCode::kInvalidArgument,
                             {absl::StrCat(wrong.zh, "；用法见 bangfu --help。"),
                              absl::StrCat(wrong.en, "; see bangfu --help.")});
  }

  // A command that works on the opened replica.
  void OnSession(CLI::App* command, std::function<Result(Session&)> action) {
    command->callback([this, action = std::move(action)] {
      run_ = [this, action](const Output& output) -> Result {
        auto session = Session::Open(common_, output);
        if (!session.ok()) return session.status();
        return action(**session);
      };
    });
  }

  void AddJoin() {
    CLI::App* join = app_.add_subcommand("join", "加入上级节点 / join a server");
    join->add_option("--server", join_.server, "上级节点地址 / address of the server, host:port")
        ->required();
    join->add_option("--tls", join_.tls, "证书目录 / certificate folder")->required();
    join->add_flag("--update", join_.update,
                   "已加入：更换上级地址或证书 / joined already: new address or certificate");
    join->callback([this] {
      run_ = [this](const Output& output) { return client::Join(common_, join_, output); };
    });
    CLI::App* enroll = app_.add_subcommand(
        "enroll", "凭邀请函申请证书并加入 / get a certificate with an invitation and join");
    enroll->add_option("invitation", enroll_.invitation, "邀请函文件 / invitation")->required();
    enroll
        ->add_option("--server", enroll_.server, "上级节点地址 / address of the server, host:port")
        ->required();
    enroll
        ->add_option("--wait", enroll_.wait_minutes,
                     "最多等待批准的分钟数 / minutes to wait for approval")
        ->check(CLI::Range(0, kMaxWaitMinutes));
    enroll->callback([this] {
      run_ = [this](const Output& output) { return client::Enroll(common_, enroll_, output); };
    });
  }

  void AddImport() {
    CLI::App* import = app_.add_subcommand("import", "导入登记表（xlsx、csv） / import a register");
    import->add_option("file", import_.file, "文件 / file")->required();
    import->add_flag("--dry-run", import_.dry_run, "只检查，不导入 / check only");
    import->add_option("--org", import_.org, "填报单位路径 / org path that files");
    OnSession(import, [this](Session& session) { return client::Import(session, import_); });
  }

  // A command that needs no replica.
  void OnOutput(CLI::App* command, std::function<Result(const Output&)> action) {
    command->callback([this, action = std::move(action)] { run_ = action; });
  }

  void AddBasis(CLI::App* command, client::BasisOptions& basis) {
    command->add_option("--as-of", basis.as_of,
                        "检查日，默认今天 / day as of which, today if none");
    command->add_option("--orgs", basis.orgs, "组织字典（JSON） / dictionary of orgs");
    command->add_option("--policy", basis.policy, "政策数据（JSON） / policy data");
  }

  void AddCheck() {
    CLI::App* check = app_.add_subcommand(
        "check", "按通知检查登记表或记录文件，无须联网 / check files against the rules");
    check->add_option("files", check_.files, "文件（xlsx、csv、json） / files")->required();
    AddBasis(check, check_.basis);
    check->add_option("--org", check_.org, "填报单位路径 / org path that files the register");
    check->add_flag("--timers", check_.timers, "列出各项期限 / list the timers too");
    OnOutput(check, [this](const Output& out) { return client::Check(common_, check_, out); });
  }

  void AddRules() {
    CLI::App* rules = app_.add_subcommand("rules", "通知的各条规则 / the rules of the notice");
    rules->add_option("number", rules_.number, "编号，如 R14 / number");
    rules->add_option("--kind", rules_.kind, "类别 / kind")
        ->check(CLI::IsMember(client::RuleKinds()));
    OnOutput(rules, [this](const Output& out) { return client::Rules(rules_, out); });
  }

  void AddPolicy() {
    CLI::App* policy = app_.add_subcommand("policy", "政策数据 / policy data");
    policy->require_subcommand(1);
    CLI::App* check = policy->add_subcommand("check", "检查政策文件 / check a policy file");
    check->add_option("file", policy_check_.file, "文件 / file")->required();
    check->add_option("--orgs", policy_check_.orgs, "组织字典（JSON） / dictionary of orgs");
    OnOutput(check, [this](const Output& out) {
      return client::CheckPolicy(common_, policy_check_, out);
    });
    CLI::App* show = policy->add_subcommand("show", "现行值及依据 / values in force");
    AddBasis(show, policy_show_.basis);
    show->add_option("--org", policy_show_.org, "单位路径 / org path");
    OnOutput(show,
             [this](const Output& out) { return client::ShowPolicy(common_, policy_show_, out); });
    CLI::App* preview =
        policy->add_subcommand("preview", "政策变动对档案的影响 / what a change does to archives");
    preview->add_option("new", policy_preview_.next, "新的政策文件 / policy file to come")
        ->required();
    preview->add_option("files", policy_preview_.files,
                        "登记表或记录文件，不给则为本机档案 / files, else the archives here");
    AddBasis(preview, policy_preview_.basis);
    preview->add_option("--org", policy_preview_.org,
                        "填报单位路径 / org path that files the register");
    OnOutput(preview, [this](const Output& out) {
      return client::PreviewPolicyChange(common_, policy_preview_, out);
    });
  }

  CLI::App app_;
  CommonOptions common_;
  client::JoinCommandOptions join_;
  client::EnrollCommandOptions enroll_;
  client::ImportOptions import_;
  client::CheckOptions check_;
  client::RulesOptions rules_;
  client::PolicyCheckOptions policy_check_;
  client::PolicyShowOptions policy_show_;
  client::PolicyPreviewOptions policy_preview_;
  std::function<Result(const Output&)> run_;
};

}  // namespace

int main(int argc, char** argv) {
  client::SilenceGrpcLog();
  const int status = CommandLine().Run(argc, argv);
  if (std::cout.flush()) return status;
  std::cerr
      << "输出无法写出（磁盘已满或管道已断），结果不完整 / the output could not be written (disk "
         "full or pipe broken) and is not complete\n";
  return client::kDefect;
}
