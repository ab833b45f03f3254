#include "server/service/node_status.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "server/sync/conflict_entry.h"

namespace bangfu::server {
namespace {

void Fill(const ChildContact& contact, const FeedState& feed, absl::Time now,
          v1::ChildStatus& child) {
  child.set_child(contact.key);
  *child.mutable_last_seen() = ToProto(contact.seen);
  child.set_behind(std::max<int64_t>(feed.head - contact.acknowledged.value_or(0), 0));
  child.set_pending_changes(contact.pending.value_or(0));
  child.set_live(contact.seen > now - limits::kChildLife);
}

absl::Status FillUpstream(Store& store, v1::GetNodeStatusResponse& response) {
  const auto upstream = store.GetUpstreamState();
  if (!upstream.ok()) return upstream.status();
  response.set_upstream_pending(upstream->pending);
  response.set_upstream_refused(upstream->refused);
  if (upstream->synced != absl::InfinitePast())
    *response.mutable_upstream_synced_time() = ToProto(upstream->synced);
  if (upstream->verified != absl::InfinitePast())
    *response.mutable_upstream_verified_time() = ToProto(upstream->verified);
  return absl::OkStatus();
}

}  // namespace

absl::Status HandleGetNodeStatus(Node& node, Call& call, v1::GetNodeStatusResponse& response) {
  const auto feed = node.store.GetFeedState();
  if (!feed.ok()) return feed.status();
  const auto children = node.store.ListChildren(call.scope());
  if (!children.ok()) return children.status();
  response.set_node(node.self.node);
  response.set_org(node.self.org);
  response.set_epoch(feed->epoch);
  response.set_feed_head(feed->head);
  response.set_feed_floor(feed->floor);
  response.set_unsequenced(feed->unsequenced);
  if (node.has_upstream) {
    if (absl::Status status = FillUpstream(node.store, response); !status.ok()) return status;
  }
  for (v1::Stall& stall : node.stalls.Stalls()) *response.add_stalls() = std::move(stall);
  for (const ChildContact& contact : *children)
    Fill(contact, *feed, node.clock.Now(), *response.add_children());
  return absl::OkStatus();
}

}  // namespace bangfu::server
