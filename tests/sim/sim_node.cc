#include "tests/sim/sim_node.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "server/sync/conflict_entry.h"
#include "server/sync/org_move.h"
#include "server/sync/pull.h"
#include "server/sync/receipts.h"
#include "server/sync/scope_digest.h"
#include "tests/sim/sim_link.h"

namespace bangfu::sim {

using server::Principal;

SimNode::SimNode(Principal self, bool is_root, const WorldTime& time, absl::Duration skew,
                 std::function<std::string()> next_epoch)
    : self_(std::move(self)),
      is_root_(is_root),
      clock_(time, skew),
      keyer_(kPersonSecret),
      store_(clock_, std::move(next_epoch)),
      orgs_(store_),
      policy_(store_),
      people_(directory_),
      push_(store_, clock_, keyer_, server::NodeRole{!is_root, self_}) {}

SimNode::~SimNode() = default;

void SimNode::ConnectTo(SimNode& parent) {
  up_ = std::make_unique<SimLink>(parent, self_);
  MakeRound();
}

void SimNode::MakeRound() {
  stalls_ = std::make_unique<server::StallDetector>(clock_, log_);
  round_ = std::make_unique<server::UpstreamRound>(*up_, self_, store_, clock_, keyer_, orgs_,
                                                   policy_, people_, log_, *stalls_);
}

std::string SimNode::ScopeOf(const Principal& child) const { return orgs().ReadScope(child.org); }

absl::Status SimNode::TakeEdition(const v1::OrgTree& tree) {
  if (absl::Status status = orgs_.Replace(tree); !status.ok()) return status;
  NodeEvent event;
  event.edition = std::make_shared<v1::OrgTree>(tree);
  event.time = clock_.Now();
  events_.push_back(std::move(event));
  return server::MoveFormerOrgs(store_, clock_, keyer_, orgs()).status();
}

absl::Status SimNode::TakePeople(v1::Directory directory) {
  directory.set_version(People()->version() + 1);
  if (absl::Status status = people_.Replace(directory); !status.ok()) return status;
  NodeEvent event;
  event.people = std::make_shared<v1::Directory>(std::move(directory));
  event.time = clock_.Now();
  events_.push_back(std::move(event));
  return absl::OkStatus();
}

v1::Directory SimNode::GetDirectory(const Principal& caller) const {
  return People()->Within(ScopeOf(caller), caller.org);
}

void SimNode::Restart() {
  // What begins with a program: a new epoch when the database is another one, what the store holds.
  if (!store_.BeginEpochIfMoved().ok() || !orgs_.Load().ok()) return;
  if (is_root_ && !server::MoveFormerOrgs(store_, clock_, keyer_, orgs()).ok()) return;
  if (up_ != nullptr) MakeRound();
}

void SimNode::Restore(const MemoryState& backup) {
  store_.Restore(backup);
  was_restored_ = true;
  Restart();
}

void SimNode::Sequence() {
  auto session = store_.OpenSequencer();
  if (!session.ok() || !(*session)->Lead().value_or(false)) return;
  while ((*session)->Sequence(limits::kSequencerBatch).value_or(0) > 0) {
  }
}

absl::Status SimNode::Compact() {
  return store_.CompactFeed(clock_.Now() - limits::kChildLife, limits::kCompactBatch).status();
}

absl::Status SimNode::Round() {
  if (round_ == nullptr) return absl::OkStatus();
  return round_->Run([] { return false; });
}

absl::StatusOr<client::ReconcileReport> SimNode::Verify() {
  if (round_ == nullptr) return client::ReconcileReport();
  return round_->Verify();
}

absl::StatusOr<v1::HandshakeResponse> SimNode::Handshake(const Principal& caller,
                                                         const v1::HandshakeRequest& request) {
  server::ChildContact contact;
  contact.key = caller.Key();
  contact.scope = ScopeOf(caller);
  contact.seen = clock_.Now();
  contact.pending = request.pending_changes();
  contact.pending_records = {request.pending_record_ids().begin(),
                             request.pending_record_ids().end()};
  if (absl::Status status = store_.NoteChild(contact); !status.ok()) return status;
  auto feed = store_.GetFeedState();
  if (!feed.ok()) return feed.status();
  v1::HandshakeResponse response;
  response.set_protocol_version(limits::kProtocolVersion);
  response.set_server_org(self_.org);
  response.set_server_node(self_.node);
  response.set_org(caller.org);
  response.set_scope(ScopeOf(caller));
  response.set_node(caller.node);
  *response.mutable_server_time() = server::ToProto(clock_.Now());
  response.set_epoch(feed->epoch);
  response.set_max_changes_per_push(limits::kMaxChangesPerPush);
  response.set_max_push_bytes(static_cast<int32_t>(limits::kMaxPushBytes));
  response.set_org_tree_version(orgs_.Tree()->version());
  response.set_directory_version(People()->version());
  for (const auto capability : {v1::CAPABILITY_WATCH, v1::CAPABILITY_DIGEST, v1::CAPABILITY_RECEIPT,
                                v1::CAPABILITY_CONFLICT_FEED, v1::CAPABILITY_REOFFER}) {
    response.add_capabilities(capability);
  }
  // Nodes have one name; nobody signs in at the desktops of a simulation, which vouch as nodes do.
  if (caller.node == self_.node) response.add_capabilities(v1::CAPABILITY_PEOPLE);
  response.set_is_root(is_root_);
  return response;
}

absl::StatusOr<std::vector<v1::Outcome>> SimNode::Push(const Principal& caller,
                                                       const std::vector<v1::Change>& changes,
                                                       const std::vector<v1::Reoffer>& reoffers) {
  AnsweredPush push{caller, {}, {}, clock_.Now(), orgs_.Tree()->version()};
  for (const v1::Change& change : changes) {
    if (state().changes.count(change.change_id()) == 0) push.changes.push_back(change);
  }
  push.reoffers = reoffers;
  auto outcomes = push_.Push(caller, orgs(), *policy_.Book(), *People(), changes, reoffers);
  // Also when the answer is that nobody knows: what counts is what the store holds.
  const bool took =
      !push.changes.empty() && state().changes.count(push.changes.back().change_id()) > 0;
  if (took) {
    NodeEvent event;
    event.time = push.received;
    event.push = std::move(push);
    events_.push_back(std::move(event));
  }
  return outcomes;
}

absl::StatusOr<v1::PullResponse> SimNode::Pull(const Principal& caller, absl::string_view cursor,
                                               int max_records) {
  return server::ReadBatch(store_, orgs(), caller, cursor, max_records);
}

void SimNode::NoteCursor(const Principal& caller, absl::string_view cursor) {
  server::ChildContact contact;
  contact.key = caller.Key();
  contact.scope = ScopeOf(caller);
  contact.seen = clock_.Now();
  const auto decoded = server::DecodeCursor(cursor);
  contact.acknowledged = decoded.ok() && decoded->epoch == state().epoch ? decoded->feed_seq : 0;
  store_.NoteChild(contact).IgnoreError();
}

absl::StatusOr<v1::GetDigestResponse> SimNode::GetDigest(const Principal& caller,
                                                         const v1::GetDigestRequest& request) {
  return server::ReadDigest(store_, orgs(), caller, request);
}

absl::StatusOr<v1::GetRecordsResponse> SimNode::GetRecords(const Principal& caller,
                                                           const v1::GetRecordsRequest& request) {
  return server::ReadRecords(store_, orgs(), caller, request);
}

absl::StatusOr<v1::GetReceiptsResponse> SimNode::GetReceipts(
    const Principal& caller, const v1::GetReceiptsRequest& request) {
  return server::ReadReceipts(store_, self_, caller, request);
}

absl::StatusOr<v1::Conflict> SimNode::GetConflict(const Principal& caller, absl::string_view id) {
  auto conflict = store_.GetConflict(ScopeOf(caller), id);
  if (!conflict.ok()) return conflict.status();
  if (!conflict->has_value()) return absl::NotFoundError("no such entry");
  return **std::move(conflict);
}

absl::StatusOr<v1::ListConflictsResponse> SimNode::ListConflicts(
    const Principal& caller, const v1::ListConflictsRequest& request) {
  constexpr int kPage = 3;  // few, so that small worlds have several pages
  server::ConflictQuery query;
  query.scope = ScopeOf(caller);
  query.record_id = request.record_id();
  query.state = request.state();
  query.limit = kPage;
  if (!absl::SimpleAtoi(request.page_token(), &query.before)) query.before = 0;
  auto page = store_.ListConflicts(query);
  if (!page.ok()) return page.status();
  v1::ListConflictsResponse response;
  for (v1::Conflict& conflict : page->conflicts) *response.add_conflicts() = std::move(conflict);
  if (page->next_before > 0) {
    response.set_next_page_token(absl::StrCat(page->next_before));
  }
  return response;
}

}  // namespace bangfu::sim
