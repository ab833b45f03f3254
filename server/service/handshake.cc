#include "server/service/handshake.h"

#include "base/limits.h"
#include "domain/text/uuid.h"
#include "server/service/protocol_version.h"
#include "server/sync/conflict_entry.h"

namespace bangfu::server {
namespace {

constexpr v1::Capability kCapabilities[] = {v1::CAPABILITY_WATCH,   v1::CAPABILITY_DIGEST,
                                            v1::CAPABILITY_RECEIPT, v1::CAPABILITY_CONFLICT_FEED,
                                            v1::CAPABILITY_REOFFER, v1::CAPABILITY_PEOPLE};

absl::Status CheckRequest(const v1::HandshakeRequest& request) {
  if (request.oldest_protocol_version() < 0 ||
      request.oldest_protocol_version() > request.protocol_version()) {
    return BadField("oldest_protocol_version", "最低协议版本不能高于最高协议版本。",
                    "The lowest version must not be above the highest.");
  }
  if (request.pending_changes() < 0)
    return BadField("pending_changes", "待上传变更数不能为负。", "The count must not be negative.");
  if (request.pending_record_ids_size() > limits::kMaxPendingIds) {
    return BadField("pending_record_ids", "记录标识过多。", "There are too many ids.");
  }
  for (const std::string& id : request.pending_record_ids()) {
    if (!domain::IsUuid(id))
      return BadField("pending_record_ids", "记录标识须为 UUID。", "Ids are UUIDs.");
  }
  return absl::OkStatus();
}

// A program that names no capability is older than the count and does not say what waits.
absl::Status NoteCaller(Node& node, const Call& call, const v1::HandshakeRequest& request) {
  ChildContact contact;
  contact.key = call.principal.Key();
  contact.scope = call.scope();
  contact.seen = node.clock.Now();
  if (!request.capabilities().empty()) {
    contact.pending = request.pending_changes();
    contact.pending_records.assign(request.pending_record_ids().begin(),
                                   request.pending_record_ids().end());
  }
  return node.store.NoteChild(contact);
}

}  // namespace

absl::Status HandleHandshake(Node& node, Call& call, const v1::HandshakeRequest& request,
                             v1::HandshakeResponse& response) {
  if (absl::Status status = CheckRequest(request); !status.ok()) return status;
  VersionRange caller;
  caller.highest = request.protocol_version();
  caller.oldest = request.oldest_protocol_version() == 0 ? request.protocol_version()
                                                         : request.oldest_protocol_version();
  const auto version = HighestCommonVersion(caller);
  if (!version.ok()) return version.status();
  const auto feed = node.store.GetFeedState();
  if (!feed.ok()) return feed.status();
  if (absl::Status status = NoteCaller(node, call, request); !status.ok()) return status;

  response.set_protocol_version(*version);
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
  response.set_directory_version(call.people->version());
  for (const v1::Capability capability : kCapabilities) response.add_capabilities(capability);
  response.set_is_root(!node.has_upstream);
  return absl::OkStatus();
}

}  // namespace bangfu::server
