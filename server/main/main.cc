#include <CLI/CLI.hpp>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "base/error.h"
#include "server/main/account_commands.h"
#include "server/main/audit_commands.h"
#include "server/main/config_file.h"
#include "server/main/database_commands.h"
#include "server/main/enroll_commands.h"
#include "server/main/grpc_log.h"
#include "server/main/key_commands.h"
#include "server/main/node_options.h"
#include "server/main/org_commands.h"
#include "server/main/serve.h"
#include "server/tls/certificate_authority.h"

// Read by jemalloc (its manual, "TUNING"): few arenas, and what nobody needs goes back to the
// system after some seconds, so that a node is as small as its work.
extern "C" const char* malloc_conf;
const char* malloc_conf = "narenas:4,dirty_decay_ms:5000,muzzy_decay_ms:0";

namespace {

constexpr char kServe[] = "serve";
constexpr char kMigrate[] = "migrate";
constexpr char kEpoch[] = "epoch";

// Exit statuses, the same for all commands of bangfu.
enum ExitStatus { kDone = 0, kFindings = 1, kUsage = 2, kNotReachable = 3, kDefect = 4 };

int Report(const absl::Status& status) {
  if (status.ok()) return kDone;
  const bangfu::Text text = bangfu::TextOf(status);
  std::cerr << text.zh << "\n" << text.en << "\n";
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kFailedPrecondition:
      return kUsage;
    case absl::StatusCode::kDataLoss:
      return kFindings;
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
      return kDefect;
    default:
      return kNotReachable;
  }
}

// Options of a node. All its commands take all of them, so that they can read one file.
void AddNodeCommand(CLI::App& app, const std::string& name, const std::string& description,
                    bangfu::server::NodeOptions& node) {
  const CLI::Validator filled(
      [](const std::string& value) {
        return value.empty() ? "不能为空 / must not be empty" : std::string();
      },
      "");
  CLI::App* command = app.add_subcommand(name, description);
  command->add_option("--data", node.data_dir, "数据目录 / data folder")->required()->check(filled);
  command->add_option("--database", node.database,
                      "自备 PostgreSQL 的连接串；不给则在数据目录内自建 / connection string of a "
                      "PostgreSQL of your own");
  command->add_option("--listen", node.listen, "监听地址 / address to listen on")
      ->check(filled)
      ->capture_default_str();
  CLI::Option* tls = command->add_option("--tls", node.tls,
                                         "证书目录：ca.pem node.pem node.key / certificate folder");
  tls->check(filled);
  if (name == kServe) tls->required();
  command->add_option(
      "--enroll-listen", node.enroll_listen,
      "节点入网的监听地址；不给则不受理 / address for nodes that want to join; none "
      "if left out");
  command->add_option("--enroll-address", node.enroll_address,
                      "写入邀请的入网地址，主机:端口 / that address as they dial it, host:port");
  command->add_option(
      "--ca", node.ca,
      "证书机构目录，仅市级节点：签发与更新证书 / folder of the authority, at the root "
      "only: to sign certificates");
  command->add_option(
      "--master-key", node.master_key,
      "主密钥文件；不给则在数据目录内 / file of the master key; in the data folder if "
      "left out");
  command->add_option("--orgs", node.orgs, "组织字典（JSON） / org tree");
  command->add_option("--policy", node.policy, "政策文件（JSON） / policy data");
  command->add_option("--upstream", node.upstream, "上级节点地址 / address of the parent node");
  command
      ->add_option("--upstream-interval", node.upstream_interval_seconds,
                   "与上级同步的间隔（秒） / seconds between syncs")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  command
      ->add_option("--verify-interval", node.verify_interval_seconds,
                   "与上级全量核对的间隔（秒），0 为不核对 / seconds between comparisons with the "
                   "parent, 0: never")
      ->check(CLI::Range(0, 7 * 24 * 3600))
      ->capture_default_str();
  command
      ->add_option("--stall-after", node.stall_after_seconds,
                   "积压多少秒不动即报告 / seconds until a backlog that does not move is reported")
      ->check(CLI::Range(1, 24 * 3600))
      ->capture_default_str();
  command->add_option("--metrics", node.metrics,
                      "运行指标（Prometheus）监听地址，主机:端口；不给则不提供 / host:port for "
                      "Prometheus; none if left out");
  command->add_option("--clock", node.clock,
                      "演示用起始时间（RFC 3339） / start of a shifted clock, demonstrations only");
}

struct AuthorityOptions {
  std::string dir;
  std::string name = "bangfu city CA";
  std::string out;
  bangfu::server::NodeCertificateRequest request;
  std::string kind = "server";
  int days = 365;
};

void AddAuthority(CLI::App& app, AuthorityOptions& options) {
  CLI::App* ca = app.add_subcommand("ca", "市级证书机构 / the city's certificate authority");
  ca->require_subcommand(1);
  CLI::App* init = ca->add_subcommand("init", "建立证书机构 / make the authority");
  init->add_option("--dir", options.dir, "目录 / folder")->required();
  init->add_option("--name", options.name, "名称 / name")->capture_default_str();
  CLI::App* issue = ca->add_subcommand("issue", "签发节点证书 / issue the certificate of a node");
  issue->add_option("--dir", options.dir, "证书机构目录 / folder of the authority")->required();
  issue->add_option("--org", options.request.org, "单位路径，如 hz.fuyang / org path")->required();
  issue->add_option("--node", options.request.node_name, "节点名称 / name of the node")->required();
  issue
      ->add_option("--kind", options.kind,
                   "server 为节点，desk 为桌面端 / server of a node, or a desk")
      ->check(CLI::IsMember({"server", "desk"}))
      ->capture_default_str();
  issue->add_option("--dns", options.request.dns_names, "主机名 / DNS names");
  issue->add_option("--ip", options.request.ip_addresses, "IP 地址 / IP addresses");
  issue->add_option("--days", options.days, "有效天数 / days of validity")
      ->check(CLI::Range(1, 1095))
      ->capture_default_str();
  issue->add_option("--out", options.out, "输出目录 / folder to write")->required();
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "bangfu-server: 困难职工档案同步服务器 / sync server for archives of workers in hardship");
  app.require_subcommand(1);
  app.fallthrough();  // --config may follow the command too
  app.set_config("--config", "",
                 "配置文件（TOML，[serve] 一节，名称与选项相同） / configuration file: TOML, "
                 "section [serve], same "
                 "names as the flags");
  app.allow_config_extras(false);
  app.set_version_flag("--version", BANGFU_VERSION);
  app.config_formatter(std::make_shared<bangfu::server::ConfigFile>(app));
  bangfu::server::NodeOptions serve;
  bangfu::server::NodeOptions migrate;
  bangfu::server::NodeOptions epoch;
  AuthorityOptions authority;
  AddNodeCommand(app, kServe, "运行节点（市、区县或产业） / run a node", serve);
  AddNodeCommand(app, kMigrate, "更新数据库结构后退出 / bring the database up to date and end",
                 migrate);
  AddNodeCommand(
      app, kEpoch,
      "拷回或复制数据库文件之后：开始新的时期，下级将重新核对 / after files of the database "
      "were brought back or copied: begin a new epoch, children compare anew",
      epoch);
  AddAuthority(app, authority);
  std::function<absl::Status()> run;
  bangfu::server::AddAccountCommands(app, run);
  bangfu::server::AddAuditCommands(app, run);
  bangfu::server::AddEnrollCommands(app, run);
  bangfu::server::AddKeyCommands(app, run);
  bangfu::server::AddOrgCommands(app, run);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kUsage;
  }

  if (run) return Report(run());
  if (app.got_subcommand(kServe)) {
    bangfu::server::LogGrpcAsEvents();
    return Report(bangfu::server::Serve(serve));
  }
  if (app.got_subcommand(kMigrate)) return Report(bangfu::server::MigrateNode(migrate));
  if (app.got_subcommand(kEpoch)) {
    const int status = Report(bangfu::server::BeginNodeEpoch(epoch));
    if (status == kDone) {
      std::cout << "新的时期已开始；各下级下次同步时会核对全部记录。\n"
                   "A new epoch has begun; children compare all records at their next sync.\n";
    }
    return status;
  }
  if (app.get_subcommand("ca")->got_subcommand("init")) {
    return Report(bangfu::server::InitAuthority(authority.dir, authority.name, absl::Now()));
  }
  authority.request.kind = authority.kind == "desk" ? bangfu::server::NodeKind::kDesk
                                                    : bangfu::server::NodeKind::kServer;
  authority.request.now = absl::Now();
  authority.request.validity = absl::Hours(24 * authority.days);
  return Report(bangfu::server::IssueCertificate(authority.dir, authority.request, authority.out));
}
