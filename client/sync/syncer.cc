#include "client/sync/syncer.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "base/error.h"
#include "client/replica/sync_lock.h"
#include "client/transport/push_limits.h"
#include "domain/policy/policy.h"
#include "domain/rules/finding.h"
#include "domain/rules/org_tree.h"

namespace bangfu::client {
namespace {

absl::Status CheckIdentity(const ReplicaIdentity& ours, const v1::HandshakeResponse& handshake) {
  if (handshake.server_node() != ours.server_node) {
    return UserError(
        absl::StatusCode::kFailedPrecondition,
        {absl::StrCat("该地址是服务器 ", handshake.server_node(), "，而本地副本属于服务器 ",
                      ours.server_node, "；请检查服务器地址，或另选文件夹加入新服务器"),
         absl::StrCat("this address is server ", handshake.server_node(),
                      " but the replica is of server ", ours.server_node,
                      "; check the address, or join the new server in another folder")});
  }
  if (handshake.node() != ours.node || handshake.org() != ours.org) {
    return UserError(
        absl::StatusCode::kFailedPrecondition,
        {absl::StrCat("证书属于节点 ", handshake.node(), "（", handshake.org(),
                      "），而本地副本属于 ", ours.node, "（", ours.org,
                      "）；请使用原节点的证书，或另选文件夹重新加入"),
         absl::StrCat("the certificate is for node ", handshake.node(), " (", handshake.org(),
                      ") but the replica is of ", ours.node, " (", ours.org,
                      "); use that node's certificate, or join again in another folder")});
  }
  return absl::OkStatus();
}

absl::Time ServerTime(const v1::HandshakeResponse& handshake) {
  return absl::FromUnixSeconds(handshake.server_time().seconds()) +
         absl::Nanoseconds(handshake.server_time().nanos());
}

void Count(const v1::Outcome& outcome, SyncReport& report) {
  switch (outcome.verdict()) {
    case v1::VERDICT_ACCEPTED:
      ++report.accepted;
      break;
    case v1::VERDICT_MERGED:
      ++report.merged;
      break;
    case v1::VERDICT_CONFLICT:
      ++report.conflicts;
      break;
    case v1::VERDICT_REFUSED:
      ++report.refused;
      break;
    case v1::VERDICT_PARKED:
      ++report.parked;
      break;
    default:
      break;
  }
  if (outcome.replayed()) ++report.replayed;
}

bool NeedsAttention(v1::Verdict verdict) {
  return verdict == v1::VERDICT_CONFLICT || verdict == v1::VERDICT_REFUSED ||
         verdict == v1::VERDICT_PARKED;
}

}  // namespace

void Syncer::Progress(SyncPhase phase, int64_t done, int64_t total) const {
  if (on_progress_) on_progress_(phase, done, total);
}

absl::Status Syncer::Push(SyncReport& report) {
  auto lock = SyncLock::Acquire(replica_.path());
  if (!lock.ok()) return lock.status();
  if (absl::Status status = Begin(report); !status.ok()) return status;
  return PushPending(report);
}

absl::Status Syncer::Pull(SyncReport& report) {
  auto lock = SyncLock::Acquire(replica_.path());
  if (!lock.ok()) return lock.status();
  if (absl::Status status = Begin(report); !status.ok()) return status;
  return PullAll(report);
}

absl::Status Syncer::Sync(SyncReport& report) {
  auto lock = SyncLock::Acquire(replica_.path());
  if (!lock.ok()) return lock.status();
  if (absl::Status status = Begin(report); !status.ok()) return status;
  if (absl::Status status = PushPending(report); !status.ok()) return status;
  return PullAll(report);
}

absl::Status Syncer::Begin(SyncReport& report) {
  auto handshake = link_.Handshake();
  if (!handshake.ok()) return handshake.status();
  handshake_ = *std::move(handshake);
  auto identity = replica_.Identity();
  if (!identity.ok()) return identity.status();
  if (absl::Status status = CheckIdentity(*identity, handshake_); !status.ok()) return status;
  if (handshake_.has_server_time()) {
    report.clock_ahead = clock_.Now() - ServerTime(handshake_);
  }
  if (absl::Status status = RefreshOrgTree(report); !status.ok()) return status;
  if (absl::Status status = RefreshPolicy(report); !status.ok()) return status;
  if (absl::Status status = replica_.FollowFeed(handshake_.epoch(), handshake_.scope());
      !status.ok()) {
    return status;
  }
  auto state = replica_.GetSyncState();
  if (!state.ok()) return state.status();
  // What is pending speaks of revisions of the feed before: those are restated first.
  return state->resyncing ? PullAll(report) : absl::OkStatus();
}

absl::Status Syncer::RefreshOrgTree(SyncReport& report) {
  auto ours = replica_.OrgTree();
  if (!ours.ok()) return ours.status();
  if (handshake_.org_tree_version() <= ours->version()) return absl::OkStatus();
  auto theirs = link_.GetOrgTree(ours->version());
  if (!theirs.ok()) return theirs.status();
  if (!theirs->has_value()) return absl::OkStatus();
  if (auto built = domain::OrgTree::Build(**theirs); !built.ok()) return built.status();
  report.org_tree_updated = true;
  return replica_.SaveOrgTree(**theirs);
}

absl::Status Syncer::RefreshPolicy(SyncReport& report) {
  auto ours = replica_.PolicySet();
  if (!ours.ok()) return ours.status();
  if (handshake_.policy_version() <= ours->version()) return absl::OkStatus();
  auto theirs = link_.GetPolicySet(ours->version());
  if (!theirs.ok()) return theirs.status();
  if (!theirs->has_value()) return absl::OkStatus();
  // Records go on with the policy of yesterday: families wait for them.
  if (!domain::PolicyBook::Build(**theirs, domain::OrgTree()).ok()) {
    report.policy_unreadable = true;
    return absl::OkStatus();
  }
  report.policy_updated = true;
  return replica_.SavePolicySet(**theirs);
}

absl::Status Syncer::PushPending(SyncReport& report) {
  auto backlog = replica_.GetBacklog();
  if (!backlog.ok()) return backlog.status();
  const PushLimits push_limits = PushLimitsOf(handshake_);
  for (int64_t done = 0; done < backlog->pending;) {
    auto pending = replica_.Pending(push_limits.changes);
    if (!pending.ok()) return pending.status();
    if (pending->empty()) break;
    auto outcomes = PushFirst(link_, *pending, push_limits);
    if (!outcomes.ok()) return outcomes.status();
    pending->resize(std::min(pending->size(), outcomes->size()));
    if (absl::Status status = TakeAnswers(*pending, *outcomes, report); !status.ok()) return status;
    done += static_cast<int64_t>(pending->size());
    Progress(SyncPhase::kPush, done, backlog->pending);
  }
  return absl::OkStatus();
}

absl::Status Syncer::TakeAnswers(const std::vector<v1::Change>& changes,
                                 const std::vector<v1::Outcome>& outcomes, SyncReport& report) {
  if (absl::Status status = replica_.ApplyOutcomes(changes, outcomes); !status.ok()) return status;
  for (const v1::Outcome& outcome : outcomes) {
    Count(outcome, report);
    if (!NeedsAttention(outcome.verdict())) continue;
    auto entry = replica_.GetEntry(outcome.change_id());
    if (!entry.ok()) return entry.status();
    report.attention.push_back(*std::move(entry));
  }
  return absl::OkStatus();
}

absl::Status Syncer::PullAll(SyncReport& report) {
  absl::Status pulled = PullFromCursor(report);
  const v1::ErrorReason reason = ReasonOf(pulled);
  if (reason == v1::ERROR_REASON_EPOCH_CHANGED || reason == v1::ERROR_REASON_BAD_CURSOR) {
    auto handshake = link_.Handshake();
    if (!handshake.ok()) return handshake.status();
    handshake_ = *std::move(handshake);
    absl::Status followed = replica_.FollowFeed(handshake_.epoch(), handshake_.scope());
    if (!followed.ok()) return followed;
    // The epoch may be the one we know and still the server does not know our cursor.
    if (absl::Status status = replica_.RestartFeed(); !status.ok()) return status;
    pulled = PullFromCursor(report);
  }
  if (!pulled.ok()) return pulled;
  auto unconfirmed = replica_.FinishPull(clock_.Now());
  if (!unconfirmed.ok()) return unconfirmed.status();
  report.unconfirmed = *unconfirmed;
  return absl::OkStatus();
}

absl::Status Syncer::PullFromCursor(SyncReport& report) {
  auto state = replica_.GetSyncState();
  if (!state.ok()) return state.status();
  if (state->resyncing) report.restarted = true;
  return link_.Pull(state->cursor, [&](const v1::PullResponse& batch) {
    absl::Status status = replica_.ApplyBatch(batch);
    if (!status.ok()) return status;
    report.pulled += batch.records_size();
    report.left += batch.left_record_ids_size();
    Progress(SyncPhase::kPull, report.pulled, 0);
    return absl::OkStatus();
  });
}

absl::StatusOr<std::unique_ptr<Replica>> Join(ServerLink& link, absl::string_view server_address,
                                              const std::string& replica_path) {
  auto handshake = link.Handshake();
  if (!handshake.ok()) return handshake.status();
  auto orgs = link.GetOrgTree(0);
  if (!orgs.ok()) return orgs.status();
  if (!orgs->has_value()) {
    return UserError(
        absl::StatusCode::kFailedPrecondition,
        {"服务器还没有工会组织目录；请管理员先导入目录，再加入",
         "the server has no org tree yet; have its administrator load one, then join"});
  }
  if (auto built = domain::OrgTree::Build(**orgs); !built.ok()) return built.status();
  ReplicaIdentity identity;
  identity.server_address = std::string(server_address);
  identity.server_node = handshake->server_node();
  identity.server_org = handshake->server_org();
  identity.node = handshake->node();
  identity.org = handshake->org();
  identity.scope = handshake->scope();
  return Replica::Create(replica_path, identity, **orgs);
}

}  // namespace bangfu::client
