#include "server/service/sync_service.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/limits.h"
#include "server/service/call.h"
#include "server/sync/conflict_entry.h"
#include "server/sync/pull.h"

namespace bangfu::server {
namespace {

absl::Status HandleHandshake(Node& node, Call& call, const v1::HandshakeRequest& request,
                             v1::HandshakeResponse& response) {
  if (request.protocol_version() != limits::kProtocolVersion) {
    return ErrorBuilder(absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_PROTOCOL_VERSION,
                        {absl::StrCat("协议版本不一致：本节点支持 ", limits::kProtocolVersion,
                                      "；请升级较旧的一方。"),
                         absl::StrCat("Protocol versions differ: this node speaks ",
                                      limits::kProtocolVersion, "; update the older side.")})
        .With("supported", absl::StrCat(limits::kProtocolVersion))
        .Build();
  }
  auto feed = node.store.GetFeedState();
  if (!feed.ok()) return feed.status();
  response.set_protocol_version(limits::kProtocolVersion);
  response.set_server_org(node.self.org);
  response.set_server_node(node.self.node);
  response.set_org(call.principal.org);
  response.set_scope(call.scope());
  response.set_node(call.principal.node);
  *response.mutable_server_time() = ToProto(node.clock.Now());
  response.set_epoch(feed->epoch);
  response.set_max_changes_per_push(limits::kMaxChangesPerPush);
  response.set_max_push_bytes(static_cast<int32_t>(limits::kMaxPushBytes));
  response.set_org_tree_version(call.orgs->version());
  response.set_policy_version(node.policy.SavedVersion());
  return absl::OkStatus();
}

absl::Status HandlePush(Node& node, Call& call, const v1::PushRequest& request,
                        v1::PushResponse& response) {
  const std::vector<v1::Change> changes(request.changes().begin(), request.changes().end());
  auto outcomes = node.push.Push(call.principal, *call.orgs, *node.policy.Book(), changes);
  if (!outcomes.ok()) return outcomes.status();
  for (v1::Outcome& outcome : *outcomes) *response.add_outcomes() = std::move(outcome);
  if (node.on_push) node.on_push();
  return absl::OkStatus();
}

absl::Status HandlePull(Node& node, Call& call, const v1::PullRequest& request,
                        grpc::ServerWriter<v1::PullResponse>& writer) {
  std::string cursor = request.cursor();
  const absl::Time deadline = absl::Now() + limits::kPullTimeout;
  while (!call.context.IsCancelled() && !node.draining && absl::Now() < deadline) {
    auto batch =
        ReadBatch(node.store, *call.orgs, call.principal, cursor, request.max_batch_records());
    if (!batch.ok()) return batch.status();
    if (!writer.Write(*batch)) return absl::CancelledError("The caller is gone.");
    if (batch->caught_up()) return absl::OkStatus();
    cursor = batch->next_cursor();
  }
  return ErrorBuilder(
             absl::StatusCode::kUnavailable, v1::ERROR_REASON_SHUTTING_DOWN,
             {"拉取中断；请从当前位置继续。", "The pull was interrupted; resume at your cursor."})
      .Build();
}

}  // namespace

grpc::Status SyncService::Handshake(grpc::ServerContext* context,
                                    const v1::HandshakeRequest* request,
                                    v1::HandshakeResponse* response) {
  return Answer(node_, *context, "Handshake",
                [&](Call& call) { return HandleHandshake(node_, call, *request, *response); });
}

grpc::Status SyncService::Push(grpc::ServerContext* context, const v1::PushRequest* request,
                               v1::PushResponse* response) {
  return Answer(node_, *context, "Push",
                [&](Call& call) { return HandlePush(node_, call, *request, *response); });
}

grpc::Status SyncService::Pull(grpc::ServerContext* context, const v1::PullRequest* request,
                               grpc::ServerWriter<v1::PullResponse>* writer) {
  return Answer(node_, *context, "Pull",
                [&](Call& call) { return HandlePull(node_, call, *request, *writer); });
}

}  // namespace bangfu::server
