#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/cli/commands.h"
#include "client/cli/progress.h"
#include "client/sync/syncer.h"
#include "client/transport/grpc_server_link.h"
#include "domain/text/civil_date.h"
#include "server/tls/bundle.h"
#include "server/tls/credential_folder.h"

namespace bangfu::client {
namespace {

Text StateText(EntryState state) {
  switch (state) {
    case EntryState::kPending:
      return {"待上送", "pending"};
    case EntryState::kAccepted:
      return {"已接受", "accepted"};
    case EntryState::kMerged:
      return {"已合并", "merged"};
    case EntryState::kConflict:
      return {"有冲突", "conflict"};
    case EntryState::kRefused:
      return {"被拒绝", "refused"};
    case EntryState::kParked:
      return {"待裁定", "parked"};
    case EntryState::kSuperseded:
      return {"已重报", "superseded"};
    case EntryState::kDismissed:
      return {"已归置", "dismissed"};
  }
  return {"未知", "unknown"};
}

Json ToJson(const OutboxEntry& entry) {
  Json findings = Json::array();
  for (const v1::Finding& finding : entry.outcome.findings())
    findings.push_back(bangfu::client::ToJson(finding));
  Json conflicts = Json::array();
  for (const v1::FieldConflict& conflict : entry.outcome.conflicts())
    conflicts.push_back(conflict.field());
  return {{"change_id", entry.change.change_id()}, {"record_id", entry.change.record_id()},
          {"state", StateText(entry.state).en},    {"conflict_id", entry.outcome.conflict_id()},
          {"conflicting_fields", conflicts},       {"findings", findings}};
}

void PrintEntry(const Output& out, const OutboxEntry& entry) {
  const Text state = StateText(entry.state);
  out.Line({absl::StrCat("  ", state.zh, "  变更 ", entry.change.change_id(), "  档案 ",
                         entry.change.record_id()),
            absl::StrCat("  ", state.en, "  change ", entry.change.change_id(), "  record ",
                         entry.change.record_id())});
  for (const v1::Finding& finding : entry.outcome.findings()) {
    const std::string text = absl::StrCat("      ", out.FindingText(finding));
    out.Line({text, text});
  }
  if (!entry.outcome.conflict_id().empty()) {
    out.Line({absl::StrCat("      详见：bangfu conflict show ", entry.outcome.conflict_id()),
              absl::StrCat("      see: bangfu conflict show ", entry.outcome.conflict_id())});
  }
}

void PrintReport(const Output& out, const SyncReport& report) {
  out.Line(
      {absl::StrCat("上送：接受 ", report.accepted, "，合并 ", report.merged, "，冲突 ",
                    report.conflicts, "，拒绝 ", report.refused, "，待裁定 ", report.parked,
                    "；下载：", report.pulled, " 条，移出 ", report.left, " 条。"),
       absl::StrCat("up: accepted ", report.accepted, ", merged ", report.merged, ", conflicts ",
                    report.conflicts, ", refused ", report.refused, ", parked ", report.parked,
                    "; down: ", report.pulled, " records, ", report.left, " left the scope.")});
  for (const OutboxEntry& entry : report.attention) PrintEntry(out, entry);
  if (report.unconfirmed > 0) {
    out.Line(
        {absl::StrCat("上级数据已重建，有 ", report.unconfirmed, " 条本机记录上级暂无，已保留。"),
         absl::StrCat("The server began anew; ", report.unconfirmed,
                      " records here are not there and were kept.")});
  }
  Json attention = Json::array();
  for (const OutboxEntry& entry : report.attention) attention.push_back(ToJson(entry));
  out.Print(Json{{"accepted", report.accepted},
                 {"merged", report.merged},
                 {"conflicts", report.conflicts},
                 {"refused", report.refused},
                 {"parked", report.parked},
                 {"replayed", report.replayed},
                 {"pulled", report.pulled},
                 {"left", report.left},
                 {"attention", attention}});
}

bool SameFolder(const std::string& a, const std::string& b) {
  std::error_code error;
  return std::filesystem::equivalent(a, b, error) && !error;
}

// Copies the certificates into the data folder, so that it is all a desktop needs.
absl::Status KeepCredentials(const std::string& from, const DataFolder& folder) {
  if (SameFolder(from, folder.tls())) return absl::OkStatus();
  std::vector<server::CredentialFile> files;
  for (const char* name :
       {server::kAuthorityCertificateFile, server::kNodeCertificateFile, server::kNodeKeyFile}) {
    auto content = server::ReadCredential(from, name);
    if (!content.ok()) return content.status();
    files.push_back({name, std::move(*content), std::string(name) == server::kNodeKeyFile});
  }
  std::error_code error;
  std::filesystem::remove_all(folder.tls(), error);
  return server::PublishFolder(folder.tls(), files);
}

// Opens the replica and makes it follow its server to a new address. FAILED_PRECONDITION when
// another node answers there.
absl::StatusOr<std::unique_ptr<Replica>> MoveReplica(ServerLink& link, const std::string& address,
                                                     const std::string& path) {
  auto replica = Replica::Open(path);
  if (!replica.ok()) return replica.status();
  auto identity = (*replica)->Identity();
  if (!identity.ok()) return identity.status();
  auto handshake = link.Handshake();
  if (!handshake.ok()) return handshake.status();
  if (handshake->server_org() != identity->server_org ||
      handshake->server_node() != identity->server_node || handshake->org() != identity->org) {
    return UserError(
        absl::StatusCode::kFailedPrecondition,
        {absl::StrCat("该地址上是节点 ", handshake->server_node(), "（", handshake->server_org(),
                      "），不是本机的上级 ", identity->server_node,
                      "，或证书属于另一单位；未更改。"),
         absl::StrCat("The node there is ", handshake->server_node(), " (", handshake->server_org(),
                      "), not ", identity->server_node,
                      ", or the certificate is of another org; nothing was changed.")});
  }
  if (absl::Status status = (*replica)->SaveServerAddress(address); !status.ok()) return status;
  return replica;
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
  if (absl::Status status = MakeFolder(folder->path); !status.ok()) return status;
  auto replica = options.update ? MoveReplica(**link, options.server, folder->replica())
                                : bangfu::client::Join(**link, options.server, folder->replica());
  if (!replica.ok()) return replica.status();
  if (absl::Status status = KeepCredentials(options.tls, *folder); !status.ok()) return status;
  auto identity = (*replica)->Identity();
  if (!identity.ok()) return identity.status();
  if (!common.user.empty()) {
    v1::Actor user;
    user.set_person_id(common.user);
    user.set_person_name(common.user_name.empty() ? common.user : common.user_name);
    user.set_org(common.user_org.empty() ? identity->org : common.user_org);
    if (absl::Status status = SaveUser(*folder, user); !status.ok()) return status;
  }
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
  if (!status.ok()) return status;
  PrintReport(session.out(), report);
  return report.refused + report.parked + report.conflicts > 0 ? kSomeRefused : kDone;
}

absl::StatusOr<ExitStatus> Status(Session& session, const std::string& change_id) {
  const Output& out = session.out();
  if (!change_id.empty()) {
    auto entry = session.replica().GetEntry(change_id);
    if (!entry.ok()) return entry.status();
    PrintEntry(out, *entry);
    out.Print(ToJson(*entry));
    return kDone;
  }
  auto backlog = session.replica().GetBacklog();
  if (!backlog.ok()) return backlog.status();
  auto state = session.replica().GetSyncState();
  if (!state.ok()) return state.status();
  auto archives = session.replica().CountRecords(v1::RECORD_TYPE_ARCHIVE);
  if (!archives.ok()) return archives.status();
  const std::string last_sync =
      state->last_sync == absl::InfinitePast()
          ? out.Say({"从未", "never"})
          : absl::FormatTime("%Y-%m-%d %H:%M:%S", state->last_sync, domain::ShanghaiTimeZone());
  const ReplicaIdentity& identity = session.identity();
  out.Line({absl::StrCat("本机 ", identity.node, "（", identity.org, "），上级 ",
                         identity.server_node, " ", identity.server_address),
            absl::StrCat("this desktop ", identity.node, " (", identity.org, "), server ",
                         identity.server_node, " ", identity.server_address)});
  out.Line({absl::StrCat("档案 ", *archives, " 件；上次同步 ", last_sync),
            absl::StrCat(*archives, " archives; last sync ", last_sync)});
  out.Line({absl::StrCat("待上送 ", backlog->pending, "，被拒绝 ", backlog->refused, "，待裁定 ",
                         backlog->parked, "，有冲突 ", backlog->conflicts),
            absl::StrCat("pending ", backlog->pending, ", refused ", backlog->refused, ", parked ",
                         backlog->parked, ", conflicts ", backlog->conflicts)});
  auto attention =
      session.replica().Outbox({EntryState::kRefused, EntryState::kParked, EntryState::kConflict});
  if (!attention.ok()) return attention.status();
  Json list = Json::array();
  for (const OutboxEntry& entry : *attention) {
    PrintEntry(out, entry);
    list.push_back(ToJson(entry));
  }
  out.Print(Json{{"node", identity.node},
                 {"org", identity.org},
                 {"scope", identity.scope},
                 {"server_node", identity.server_node},
                 {"server_address", identity.server_address},
                 {"archives", *archives},
                 {"pending", backlog->pending},
                 {"refused", backlog->refused},
                 {"parked", backlog->parked},
                 {"conflicts", backlog->conflicts},
                 {"last_sync", last_sync},
                 {"attention", list}});
  return kDone;
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
