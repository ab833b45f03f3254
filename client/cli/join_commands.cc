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
#include "client/sync/syncer.h"
#include "client/transport/enroll.h"
#include "client/transport/grpc_server_link.h"
#include "server/tls/bundle.h"
#include "server/tls/credential_folder.h"

namespace bangfu::client {
namespace {

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

absl::StatusOr<ExitStatus> Join(const CommonOptions& common, const JoinCommandOptions& options,
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
  if (absl::Status status = MakeFolder(folder->path); !status.ok()) return status;
  absl::StatusOr<std::unique_ptr<Replica>> replica = nullptr;
  if (options.update) {
    replica = ReplicaToUpdate(*handshake, *folder);
    if (!replica.ok()) return replica.status();
  }
  // A folder counts as joined when it has its replica, so that comes last.
  if (absl::Status status = KeepCredentials(options.tls, *folder); !status.ok()) return status;
  if (options.update) {
    if (absl::Status status = (*replica)->SaveServerAddress(options.server); !status.ok())
      return status;
  } else {
    replica = bangfu::client::Join(**link, options.server, folder->replica());
    if (!replica.ok()) return replica.status();
  }
  auto identity = (*replica)->Identity();
  if (!identity.ok()) return identity.status();
  out.Line({absl::StrCat("已加入节点 ", identity->server_node, "（", identity->server_org,
                         "），本机 ", identity->node, "，管辖范围 ", identity->scope,
                         "。下一步：bangfu login <账号>，再 bangfu sync。"),
            absl::StrCat("Joined ", identity->server_node, " (", identity->server_org, ") as ",
                         identity->node, ", scope ", identity->scope,
                         ". Next: bangfu login <account>, then bangfu sync.")});
  out.Print(Json{{"server_node", identity->server_node},
                 {"server_org", identity->server_org},
                 {"node", identity->node},
                 {"org", identity->org},
                 {"scope", identity->scope}});
  return kDone;
}

absl::StatusOr<ExitStatus> Enroll(const CommonOptions& common, const EnrollCommandOptions& options,
                                  const Output& out) {
  auto folder = FolderOf(common);
  if (!folder.ok()) return folder.status();
  if (absl::Status status = CheckNotJoined(*folder); !status.ok()) return status;
  auto invitation = ReadInvitation(options.invitation);
  if (!invitation.ok()) return invitation.status();
  if (absl::Status status = MakeFolder(folder->path); !status.ok()) return status;
  JoinOptions how;
  how.tls_dir = folder->tls();
  how.wait = absl::Minutes(options.wait_minutes);
  std::string fingerprint;
  const auto joined = bangfu::client::Join(*invitation, how, [&](const v1::Enrollment& enrollment) {
    fingerprint = enrollment.key_fingerprint();
    out.Line({absl::StrCat("已申请入网，本机密钥指纹：", fingerprint, "；请批准人核对后批准。"),
              absl::StrCat("Asked to join; fingerprint of this desktop's key: ", fingerprint,
                           "; whoever approves compares it first.")});
  });
  if (!joined.ok()) return joined.status();
  if (*joined == JoinResult::kWaiting) {
    out.Line({"还没有人批准；批准后再次运行同一命令。",
              "Nobody has approved yet; run the same command again afterwards."});
    out.Print(Json{{"state", "waiting"}, {"key_fingerprint", fingerprint}});
    return kSomeRefused;
  }
  JoinCommandOptions join;
  join.server = options.server;
  join.tls = folder->tls();
  return Join(common, join, out);
}

}  // namespace bangfu::client
