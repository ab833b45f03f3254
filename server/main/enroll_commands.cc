#include "server/main/enroll_commands.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/limits.h"
#include "client/transport/enroll.h"
#include "server/main/operator_call.h"

namespace bangfu::server {
namespace {

constexpr int kMaxWaitMinutes = 24 * 60;
constexpr int kMaxListPages = 1000;

struct EnrollOptions {
  OperatorOptions line;
  std::string org;
  std::string node;
  std::string kind = "server";
  std::vector<std::string> dns_names;
  std::vector<std::string> ip_addresses;
  int code_hours = static_cast<int>(absl::ToInt64Hours(limits::kEnrollmentCodeLife));
  std::string out;
  std::string id;
  std::string serial;
  std::string reason;
  std::string invitation;
  std::string tls;
  int wait_minutes = 0;
};
using Options = std::shared_ptr<EnrollOptions>;

const char* WordOf(v1::EnrollmentState state) {
  switch (state) {
    case v1::ENROLLMENT_STATE_INVITED:
      return "已邀请 invited";
    case v1::ENROLLMENT_STATE_REQUESTED:
      return "待批准 waits for approval";
    case v1::ENROLLMENT_STATE_APPROVED:
      return "已批准 approved";
    case v1::ENROLLMENT_STATE_REJECTED:
      return "已拒绝 refused";
    default:
      return "?";
  }
}

const char* WordOf(v1::NodeKind kind) {
  return kind == v1::NODE_KIND_DESK ? "终端 desk" : "服务器 server";
}

std::string Moment(const google::protobuf::Timestamp& time) {
  return absl::FormatTime("%Y-%m-%d %H:%M", absl::FromUnixSeconds(time.seconds()),
                          absl::LocalTimeZone());
}

void Show(const v1::Enrollment& enrollment) {
  std::cout << enrollment.id() << "  " << enrollment.node().org() << "/" << enrollment.node().node()
            << "  " << WordOf(enrollment.node().kind()) << "  " << WordOf(enrollment.state())
            << "\n";
  if (enrollment.state() == v1::ENROLLMENT_STATE_INVITED) {
    std::cout << "    入网码有效至 / code until: " << Moment(enrollment.code_expire_time()) << "\n";
  }
  if (!enrollment.key_fingerprint().empty()) {
    std::cout << "    密钥指纹 / key fingerprint: " << enrollment.key_fingerprint() << "\n";
  }
  if (!enrollment.serial().empty()) {
    std::cout << "    证书 / certificate: " << enrollment.serial() << "  "
              << Moment(enrollment.certificate_expire_time()) << "\n";
  }
}

absl::Status Invite(const EnrollOptions& options) {
  auto link = ConnectAsOperator(options.line);
  if (!link.ok()) return link.status();
  v1::InviteNodeRequest request;
  v1::NodeDescription& node = *request.mutable_node();
  node.set_org(options.org);
  node.set_node(options.node);
  node.set_kind(options.kind == "desk" ? v1::NODE_KIND_DESK : v1::NODE_KIND_SERVER);
  for (const std::string& name : options.dns_names) node.add_dns_names(name);
  for (const std::string& address : options.ip_addresses) node.add_ip_addresses(address);
  request.mutable_code_life()->set_seconds(int64_t{options.code_hours} * 3600);
  const auto invited = (*link)->InviteNode({}, request);
  if (!invited.ok()) return invited.status();
  if (const absl::Status kept = client::WriteInvitation(options.out, *invited); !kept.ok()) {
    return kept;
  }
  std::cout << "邀请已写入 " << options.out
            << "（含一次性入网码，请当面或加密交给该节点）\nThe invitation is in " << options.out
            << "; it holds a one-time code: hand it over in person or encrypted.\n";
  if (invited->address().empty()) {
    std::cout << "注意：本节点没有开放入网地址（--enroll-listen）。\n"
                 "Note: this node has no address for enrollment open (--enroll-listen).\n";
  }
  Show(invited->enrollment());
  return absl::OkStatus();
}

absl::Status List(const EnrollOptions& options) {
  auto link = ConnectAsOperator(options.line);
  if (!link.ok()) return link.status();
  v1::ListEnrollmentsRequest request;
  for (int page = 0; page < kMaxListPages; ++page) {
    const auto listed = (*link)->ListEnrollments({}, request);
    if (!listed.ok()) return listed.status();
    for (const v1::Enrollment& enrollment : listed->enrollments()) Show(enrollment);
    request.set_page_token(listed->next_page_token());
    if (listed->next_page_token().empty()) break;
  }
  return absl::OkStatus();
}

absl::Status Decide(const EnrollOptions& options, bool approve) {
  auto link = ConnectAsOperator(options.line);
  if (!link.ok()) return link.status();
  v1::DecideEnrollmentRequest request;
  request.set_id(options.id);
  request.set_approve(approve);
  request.set_reason(options.reason);
  const auto decided = (*link)->DecideEnrollment({}, request);
  if (!decided.ok()) return decided.status();
  Show(decided->enrollment());
  return absl::OkStatus();
}

absl::Status Revoke(const EnrollOptions& options) {
  auto link = ConnectAsOperator(options.line);
  if (!link.ok()) return link.status();
  v1::RevokeNodeRequest request;
  request.set_node(options.node);
  request.set_serial(options.serial);
  request.set_reason(options.reason);
  const absl::Status revoked = (*link)->RevokeNode({}, request);
  if (revoked.ok()) std::cout << "已吊销 / revoked: " << options.node << "\n";
  return revoked;
}

absl::Status JoinCity(const EnrollOptions& options) {
  const auto invitation = client::ReadInvitation(options.invitation);
  if (!invitation.ok()) return invitation.status();
  client::JoinOptions join;
  join.tls_dir = options.tls;
  join.wait = absl::Minutes(options.wait_minutes);
  const auto joined = client::Join(*invitation, join, [](const v1::Enrollment& enrollment) {
    std::cout << "已申请入网；请管理员核对指纹后批准。\n"
                 "Asked to join; the administrator compares the fingerprint and approves.\n";
    Show(enrollment);
    std::cout << std::flush;
  });
  if (!joined.ok()) return joined.status();
  if (*joined == client::JoinResult::kWaiting) {
    return UserError(absl::StatusCode::kUnavailable,
                     {"尚未批准；批准后再运行一次同样的命令即可。",
                      "Not approved yet; run the same command again once it is."});
  }
  std::cout << "已入网，证书在 " << options.tls << "\nJoined; the certificate is in " << options.tls
            << "\n";
  return absl::OkStatus();
}

void AddReason(CLI::App& command, EnrollOptions& options) {
  command.add_option("--reason", options.reason, "原因 / why")->required();
}

CLI::Option* AddNode(CLI::App& command, EnrollOptions& options, const char* words) {
  return command.add_option("--node", options.node, words)->required();
}

void AddInvite(CLI::App& enroll, const Options& options, std::function<absl::Status()>& run) {
  CLI::App* invite = enroll.add_subcommand("invite", "邀请节点入网 / invite a node");
  AddOperatorOptions(*invite, options->line);
  invite->add_option("--org", options->org, "单位路径，如 hz.fuyang / org path")->required();
  AddNode(*invite, *options, "节点名称 / name of the node");
  invite->add_option("--kind", options->kind, "server 服务器 | desk 终端")
      ->check(CLI::IsMember({"server", "desk"}))
      ->capture_default_str();
  invite->add_option("--dns", options->dns_names,
                     "下级拨号用的主机名 / host names it is dialled by");
  invite->add_option("--ip", options->ip_addresses, "IP 地址 / IP addresses");
  invite
      ->add_option("--hours", options->code_hours, "入网码有效小时数 / hours the code is good for")
      ->check(CLI::Range(int64_t{1}, absl::ToInt64Hours(limits::kMaxEnrollmentCodeLife)))
      ->capture_default_str();
  invite->add_option("--out", options->out, "邀请文件 / file to write the invitation to")
      ->check(CLI::NonexistentPath)
      ->required();
  invite->callback([&run, options] { run = [options] { return Invite(*options); }; });
}

void AddDecisions(CLI::App& enroll, const Options& options, std::function<absl::Status()>& run) {
  CLI::App* list = enroll.add_subcommand("list", "列出邀请与申请 / list invitations and requests");
  AddOperatorOptions(*list, options->line);
  list->callback([&run, options] { run = [options] { return List(*options); }; });

  CLI::App* approve = enroll.add_subcommand("approve", "核对指纹后批准 / approve a request");
  AddOperatorOptions(*approve, options->line);
  approve->add_option("id", options->id, "入网记录编号 / id of the enrollment")->required();
  approve->callback([&run, options] { run = [options] { return Decide(*options, true); }; });

  CLI::App* reject =
      enroll.add_subcommand("reject", "拒绝申请或撤回邀请 / refuse, or take an invitation back");
  AddOperatorOptions(*reject, options->line);
  reject->add_option("id", options->id, "入网记录编号 / id of the enrollment")->required();
  AddReason(*reject, *options);
  reject->callback([&run, options] { run = [options] { return Decide(*options, false); }; });

  CLI::App* revoke = enroll.add_subcommand("revoke", "吊销节点或一张证书 / revoke a node");
  AddOperatorOptions(*revoke, options->line);
  AddNode(*revoke, *options, "节点，如 hz.fuyang/fuyang-1 / node, org path/name");
  revoke->add_option("--serial", options->serial,
                     "只吊销这张证书；不给则吊销该节点至今的全部证书 / only this certificate");
  AddReason(*revoke, *options);
  revoke->callback([&run, options] { run = [options] { return Revoke(*options); }; });
}

void AddJoin(CLI::App& enroll, const Options& options, std::function<absl::Status()>& run) {
  CLI::App* join = enroll.add_subcommand("join", "凭邀请入网 / join with an invitation");
  join->add_option("invitation", options->invitation, "邀请文件 / the invitation")->required();
  join->add_option("--tls", options->tls, "写入证书的文件夹 / folder to write the certificate to")
      ->required();
  join->add_option("--wait", options->wait_minutes,
                   "等待批准的分钟数；到时未批准可再次运行 / minutes to wait for the approval")
      ->check(CLI::Range(0, kMaxWaitMinutes))
      ->capture_default_str();
  join->callback([&run, options] { run = [options] { return JoinCity(*options); }; });
}

}  // namespace

void AddEnrollCommands(CLI::App& app, std::function<absl::Status()>& run) {
  const Options options = std::make_shared<EnrollOptions>();
  CLI::App* enroll = app.add_subcommand(
      "enroll", "节点入网：邀请、批准、吊销、加入 / nodes: invite, approve, revoke, join");
  enroll->require_subcommand(1);
  AddInvite(*enroll, options, run);
  AddDecisions(*enroll, options, run);
  AddJoin(*enroll, options, run);
}

}  // namespace bangfu::server
