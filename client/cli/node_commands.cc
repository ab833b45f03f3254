#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/commands.h"
#include "client/cli/instant_text.h"
#include "client/cli/stall_text.h"

namespace bangfu::client {
namespace {

std::string LastSeen(const google::protobuf::Timestamp& timestamp) {
  return timestamp.seconds() == 0 ? std::string("-") : InstantText(timestamp);
}

}  // namespace

absl::StatusOr<ExitStatus> NodeStatus(Session& session) {
  auto link = session.Connect();
  if (!link.ok()) return link.status();
  if (auto handshake = (*link)->Handshake({}); !handshake.ok()) return handshake.status();
  auto status = (*link)->GetNodeStatus();
  if (!status.ok()) return status.status();
  const Output& out = session.out();
  out.Line(
      {absl::StrCat("节点 ", status->node(), "（", status->org(), "）；变更流 ",
                    status->feed_floor(), "–", status->feed_head(), "，待编号 ",
                    status->unsequenced()),
       absl::StrCat("node ", status->node(), " (", status->org(), "); feed ", status->feed_floor(),
                    "–", status->feed_head(), ", ", status->unsequenced(), " unsequenced")});
  out.Line({absl::StrCat("待上送 ", status->upstream_pending(), "，上级未接受 ",
                         status->upstream_refused(), "；上次与上级同步 ",
                         LastSeen(status->upstream_synced_time()), "，比对 ",
                         LastSeen(status->upstream_verified_time())),
            absl::StrCat("for the parent ", status->upstream_pending(), ", not taken ",
                         status->upstream_refused(), "; last sync with it ",
                         LastSeen(status->upstream_synced_time()), ", last comparison ",
                         LastSeen(status->upstream_verified_time()))});
  PrintStalls(out, {status->stalls().begin(), status->stalls().end()});
  Table table(out.english() ? std::vector<std::string>{"child", "last seen", "behind", "unsent"}
                            : std::vector<std::string>{"下级", "上次联系", "未取", "未上送"});
  for (const v1::ChildStatus& child : status->children()) {
    table.Add({child.child(), LastSeen(child.last_seen()), absl::StrCat(child.behind()),
               absl::StrCat(child.pending_changes())});
  }
  out.Print(table);
  out.Print(ToJson(*status));
  return status->stalls().empty() ? kDone : kSomeRefused;
}

absl::StatusOr<ExitStatus> PreviewMove(Session& session, const MoveOptions& options) {
  v1::PreviewMoveRequest request;
  request.set_from_org(options.from);
  request.set_to_org(options.to);
  for (const std::string& reference : options.archives) {
    auto archive = session.FindArchive(reference);
    if (!archive.ok()) return archive.status();
    request.add_archive_ids(std::move(archive->id));
  }
  const auto who = session.Behalf();
  if (!who.ok()) return who.status();
  auto link = session.ConnectPeople();
  if (!link.ok()) return link.status();
  auto preview = (*link)->PreviewMove(*who, request);
  if (!preview.ok()) return preview.status();
  const Output& out = session.out();
  Table table(out.english() ? std::vector<std::string>{"node", "loses", "gains", "unsent edits",
                                                       "as of its last call"}
                            : std::vector<std::string>{"节点", "移出", "移入", "未上送的修改",
                                                       "（其上次联系时）"});
  for (const v1::MovePreview& child : preview->children()) {
    table.Add({child.child(), absl::StrCat(child.loses()), absl::StrCat(child.gains()),
               absl::StrCat(child.unsent()), LastSeen(child.last_seen())});
  }
  out.Print(table);
  out.Line({absl::StrCat("共转移 ", preview->records(),
                         " 条记录；未上送的修改不会丢失，上送后由新单位裁定。"),
            absl::StrCat(preview->records(),
                         " records would move; unsent edits are kept for the new org to decide.")});
  out.Print(ToJson(*preview));
  return kDone;
}

}  // namespace bangfu::client
