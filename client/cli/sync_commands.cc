#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/cli/commands.h"
#include "client/cli/outbox_text.h"
#include "client/cli/progress.h"
#include "client/sync/syncer.h"
#include "client/transport/grpc_server_link.h"
#include "server/tls/bundle.h"
#include "server/tls/credential_folder.h"

namespace bangfu::client {
namespace {

Json ToJson(const SyncReport& report) {
  Json attention = Json::array();
  for (const OutboxEntry& entry : report.attention) attention.push_back(ToJson(entry));
  return {{"accepted", report.accepted},
          {"merged", report.merged},
          {"conflicts", report.conflicts},
          {"refused", report.refused},
          {"parked", report.parked},
          {"replayed", report.replayed},
          {"pulled", report.pulled},
          {"left", report.left},
          {"policy_updated", report.policy_updated},
          {"policy_unreadable", report.policy_unreadable},
          {"attention", attention}};
}

// Whether anything happened that is worth telling when the sync ended early.
bool DidSomething(const SyncReport& report) {
  return report.accepted + report.merged + report.conflicts + report.refused + report.parked +
             report.pulled + report.left >
         0;
}

void PrintReport(const Output& out, const SyncReport& report) {
  out.Line(
      {absl::StrCat("上送：接受 ", report.accepted, "，合并 ", report.merged, "，冲突 ",
                    report.conflicts, "，拒绝 ", report.refused, "，待裁定 ", report.parked,
                    "；下载：", report.pulled, " 条，移出 ", report.left, " 条。"),
       absl::StrCat("up: accepted ", report.accepted, ", merged ", report.merged, ", conflicts ",
                    report.conflicts, ", refused ", report.refused, ", parked ", report.parked,
                    "; down: ", report.pulled, " records, ", report.left, " left the scope.")});
  PrintAttention(out, report.attention);
  if (report.unconfirmed > 0) {
    out.Line(
        {absl::StrCat("上级数据已重建，有 ", report.unconfirmed, " 条本机记录上级暂无，已保留。"),
         absl::StrCat("The server began anew; ", report.unconfirmed,
                      " records here are not there and were kept.")});
  }
  if (report.policy_updated) {
    out.Line({"政策数据已更新；内容见 bangfu policy show。",
              "The policy data were updated; see bangfu policy show."});
  }
  if (report.policy_unreadable) {
    out.Line({"上级有更新的政策数据，但本程序无法使用，检查仍按原有的进行；请升级本程序后再同步。",
              "The server has newer policy data that this program cannot use, so checks go by "
              "those of before; update this program and sync again."});
  }
}

bool SameFolder(const std::string& a, const std::string& b) {
  std::error_code error;
  return std::filesystem::equivalent(a, b, error) && !error;
}

// Makes `fresh` stand where `folder` stands, at once where the file system can.
absl::Status SwapFolders(const std::string& fresh, const std::string& folder) {
  std::error_code error;
  if (renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, folder.c_str(), RENAME_EXCHANGE) == 0) {
    std::filesystem::remove_all(fresh, error);
    return absl::OkStatus();
  }
  std::filesystem::remove_all(folder, error);
  if (!error) std::filesystem::rename(fresh, folder, error);
  if (!error) return absl::OkStatus();
  return UserError(
      absl::StatusCode::kPermissionDenied,
      {absl::StrCat("无法更换证书目录 ", folder, "；请检查权限。"),
       absl::StrCat("Cannot replace the certificate folder ", folder, "; check its permissions.")});
}

// Copies the certificates into the data folder, so that it is all a desktop needs. Those that are
// there stay until the new ones are complete.
absl::Status KeepCredentials(const std::string& from, const DataFolder& folder) {
  if (SameFolder(from, folder.tls())) return absl::OkStatus();
  std::vector<server::CredentialFile> files;
  for (const char* name :
       {server::kAuthorityCertificateFile, server::kNodeCertificateFile, server::kNodeKeyFile}) {
    auto content = server::ReadCredential(from, name);
    if (!content.ok()) return content.status();
    files.push_back({name, std::move(*content), std::string(name) == server::kNodeKeyFile});
  }
  const std::string fresh = absl::StrCat(folder.tls(), ".new");
  std::error_code error;
  std::filesystem::remove_all(fresh, error);  // of an attempt that was cut off
  if (absl::Status status = server::PublishFolder(fresh, files); !status.ok()) return status;
  return SwapFolders(fresh, folder.tls());
}

// Whether the server that answers is the one of the replica and knows us as before.
// FAILED_PRECONDITION when not.
absl::Status CheckSameServer(const v1::HandshakeResponse& handshake,
                             const ReplicaIdentity& identity) {
  if (handshake.server_org() == identity.server_org &&
      handshake.server_node() == identity.server_node && handshake.org() == identity.org) {
    return absl::OkStatus();
  }
  return UserError(
      absl::StatusCode::kFailedPrecondition,
      {absl::StrCat("该地址上是节点 ", handshake.server_node(), "（", handshake.server_org(),
                    "），不是本机的上级 ", identity.server_node, "，或证书属于另一单位；未更改。"),
       absl::StrCat("The node there is ", handshake.server_node(), " (", handshake.server_org(),
                    "), not ", identity.server_node,
                    ", or the certificate is of another org; nothing was changed.")});
}

// The replica that --update is about, when the server fits it.
absl::StatusOr<std::unique_ptr<Replica>> ReplicaToUpdate(const v1::HandshakeResponse& handshake,
                                                         const DataFolder& folder) {
  auto replica = Replica::Open(folder.replica());
  if (!replica.ok()) return replica.status();
  auto identity = (*replica)->Identity();
  if (!identity.ok()) return identity.status();
  if (absl::Status status = CheckSameServer(handshake, *identity); !status.ok()) return status;
  return replica;
}

absl::Status CheckNotJoined(const DataFolder& folder) {
  std::error_code error;
  if (!std::filesystem::exists(folder.replica(), error)) return absl::OkStatus();
  return UserError(
      absl::StatusCode::kAlreadyExists,
      {absl::StrCat(folder.path,
                    " 已加入过节点；上级换了地址或证书时请用 join --update，"
                    "加入别的节点请另选 --data。"),
       absl::StrCat(folder.path,
                    " has joined already; when the address or the certificate is new, "
                    "use join --update; to join another node choose another --data.")});
}

// The person of --user, of our org unless --user-org names one within it.
absl::StatusOr<v1::Actor> UserOf(const CommonOptions& common, ServerLink& link,
                                 const std::string& own_org) {
  v1::Actor user;
  user.set_person_id(common.user);
  user.set_person_name(common.user_name.empty() ? common.user : common.user_name);
  user.set_org(common.user_org.empty() ? own_org : common.user_org);
  if (common.user_org.empty()) return user;
  auto tree = link.GetOrgTree(0);
  if (!tree.ok()) return tree.status();
  if (!tree->has_value()) return user;  // a server without a tree is not joined anyway
  auto orgs = domain::OrgTree::Build(**tree);
  if (!orgs.ok()) return orgs.status();
  if (absl::Status status = CheckOrg(*orgs, common.user_org, own_org, "--user-org"); !status.ok())
    return status;
  return user;
}

absl::Status MakeFolder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (!error && chmod(path.c_str(), S_IRWXU) == 0) return absl::OkStatus();
  return UserError(absl::StatusCode::kPermissionDenied,
                   {absl::StrCat("无法建立数据目录 ", path, "；请换一个目录或检查权限。"),
                    absl::StrCat("Cannot make the data folder ", path,
                                 "; choose another or check its permissions.")});
}

}  // namespace

absl::StatusOr<ExitStatus> Join(const CommonOptions& common, const JoinOptions& options,
                                const Output& out) {
  auto folder = FolderOf(common);
  if (!folder.ok()) return folder.status();
  auto bundle = server::LoadBundle(options.tls, absl::Now());
  if (!bundle.ok()) return bundle.status();
  auto link =
      GrpcServerLink::Connect(options.server, {bundle->ca_pem, bundle->cert_pem, bundle->key_pem});
  if (!link.ok()) return link.status();
  if (!options.update) {
    if (absl::Status status = CheckNotJoined(*folder); !status.ok()) return status;
  }
  auto handshake = (*link)->Handshake({});
  if (!handshake.ok()) return handshake.status();
  auto user = UserOf(common, **link, handshake->org());
  if (!user.ok()) return user.status();
  if (absl::Status status = MakeFolder(folder->path); !status.ok()) return status;
  absl::StatusOr<std::unique_ptr<Replica>> replica = nullptr;
  if (options.update) {
    replica = ReplicaToUpdate(*handshake, *folder);
    if (!replica.ok()) return replica.status();
  }
  // A folder counts as joined when it has its replica, so that comes last.
  if (absl::Status status = KeepCredentials(options.tls, *folder); !status.ok()) return status;
  if (!common.user.empty()) {
    if (absl::Status status = SaveUser(*folder, *user); !status.ok()) return status;
  }
  if (options.update) {
    if (absl::Status status = (*replica)->SaveServerAddress(options.server); !status.ok())
      return status;
  } else {
    replica = bangfu::client::Join(**link, options.server, folder->replica());
    if (!replica.ok()) return replica.status();
  }
  auto identity = (*replica)->Identity();
  if (!identity.ok()) return identity.status();
  out.Line(
      {absl::StrCat("已加入节点 ", identity->server_node, "（", identity->server_org, "），本机 ",
                    identity->node, "，管辖范围 ", identity->scope, "。下一步：bangfu sync。"),
       absl::StrCat("Joined ", identity->server_node, " (", identity->server_org, ") as ",
                    identity->node, ", scope ", identity->scope, ". Next: bangfu sync.")});
  out.Print(Json{{"server_node", identity->server_node},
                 {"server_org", identity->server_org},
                 {"node", identity->node},
                 {"org", identity->org},
                 {"scope", identity->scope}});
  return kDone;
}

absl::StatusOr<ExitStatus> Sync(Session& session, SyncPart part) {
  auto link = session.Connect();
  if (!link.ok()) return link.status();
  SyncReport report;
  absl::Status status;
  {
    Progress progress(session.out().Say({"同步", "sync"}));
    Syncer syncer(session.replica(), **link, session.clock(),
                  [&](SyncPhase, int64_t done, int64_t total) { progress.Update(done, total); });
    status = part == SyncPart::kPush   ? syncer.Push(report)
             : part == SyncPart::kPull ? syncer.Pull(report)
                                       : syncer.Sync(report);
  }
  if (!status.ok()) {
    if (!DidSomething(report)) return status;
    PrintReport(session.out(), report);
    return session.out().Fail(status, ToJson(report));
  }
  PrintReport(session.out(), report);
  session.out().Print(ToJson(report));
  return report.refused + report.parked + report.conflicts > 0 ? kSomeRefused : kDone;
}

absl::StatusOr<ExitStatus> Dismiss(Session& session, const std::vector<std::string>& change_ids) {
  for (const std::string& change_id : change_ids) {
    if (absl::Status status = session.replica().Dismiss(change_id); !status.ok()) return status;
  }
  session.out().Line({absl::StrCat("已归置 ", change_ids.size(), " 项。"),
                      absl::StrCat(change_ids.size(), " put away.")});
  session.out().Print(Json{{"dismissed", change_ids.size()}});
  return kDone;
}

}  // namespace bangfu::client
