#include "client/sync/syncer.h"

#include <algorithm>
#include <cstddef>
#include <deque>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/reason_word.h"
#include "base/test_hooks.h"
#include "client/replica/sync_lock.h"
#include "client/sync/replica_target.h"
#include "client/transport/push_limits.h"
#include "domain/policy/policy.h"
#include "domain/rules/org_tree.h"

namespace bangfu::client {
namespace {

// Batches that were read and wait, and batches of one transaction: of limits::kMaxPullPageBytes
// each. What several change of one page of the file is written once.
constexpr size_t kMaxBatchesAhead = 4;
constexpr size_t kMaxBatchesPerTransaction = 4;

// The next batches that one transaction takes.
std::vector<PreparedBatch> NextBatches(std::deque<PreparedBatch>& waiting) {
  std::vector<PreparedBatch> batches;
  while (!waiting.empty() && batches.size() < kMaxBatchesPerTransaction) {
    batches.push_back(std::move(waiting.front()));
    waiting.pop_front();
  }
  return batches;
}

// Comparisons of one Verify that only looks.
constexpr int kMaxComparisons = 3;

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

bool NeedsAttention(EntryState state) {
  return state == EntryState::kConflict || state == EntryState::kRefused ||
         state == EntryState::kParked;
}

// What a server would answer that took everything: for a seeded bug.
std::vector<v1::Outcome> AcceptedAll(absl::Span<const v1::Change> changes) {
  std::vector<v1::Outcome> outcomes;
  for (const v1::Change& change : changes) {
    v1::Outcome& outcome = outcomes.emplace_back();
    outcome.set_change_id(change.change_id());
    outcome.set_verdict(v1::VERDICT_ACCEPTED);
    outcome.set_revision(change.base_revision() + 1);
  }
  return outcomes;
}

}  // namespace

void Syncer::Progress(SyncPhase phase, int64_t done, int64_t total) const {
  if (on_progress_) on_progress_(phase, done, total);
}

absl::Status Syncer::Push(SyncReport& report) {
  return Locked(false, [&] {
    if (absl::Status status = Begin(report); !status.ok()) return status;
    if (absl::Status status = PushPending(report); !status.ok()) return status;
    return ReportReads();
  });
}

absl::Status Syncer::Pull(SyncReport& report) {
  return Locked(true, [&] {
    if (absl::Status status = Begin(report); !status.ok()) return status;
    return PullAll(report);
  });
}

absl::Status Syncer::Sync(SyncReport& report) {
  return Locked(true, [&] {
    if (absl::Status status = Begin(report); !status.ok()) return status;
    if (absl::Status status = PushPending(report); !status.ok()) return status;
    if (absl::Status status = PullAll(report); !status.ok()) return status;
    if (absl::Status status = AskReceipts(); !status.ok()) return status;
    if (absl::Status status = ReportReads(); !status.ok()) return status;
    return replica_.PurgeAnswered(clock_.Now() - limits::kReofferLife);
  });
}

absl::StatusOr<ReconcileReport> Syncer::Verify(ReconcileMode mode, SyncReport& report) {
  absl::StatusOr<ReconcileReport> found = ReconcileReport();
  absl::Status status = Locked(true, [&] {
    if (absl::Status begun = Begin(report); !begun.ok()) return begun;
    for (int tries = 1;; ++tries) {
      if (absl::Status pulled = PullAll(report); !pulled.ok()) return pulled;
      found = Compare(mode, report);
      if (!found.ok()) return found.status();
      // What was written while we compared is no difference: the feed brings it.
      const bool may_be_new = found->differences() > found->unknown;
      if (mode == ReconcileMode::kRepair || !may_be_new || tries == kMaxComparisons) {
        return absl::OkStatus();
      }
    }
  });
  if (!status.ok()) return status;
  return found;
}

absl::Status Syncer::Locked(bool complete, absl::FunctionRef<absl::Status()> body) {
  auto lock = SyncLock::Acquire(replica_.path());
  if (!lock.ok()) return lock.status();
  absl::Status status = body();
  // What cannot be noted is no reason to tell of another error than the one that happened.
  if (!status.ok()) {
    if (!absl::IsCancelled(status)) {
      replica_.NoteSyncFailure(ReasonWord(status), clock_.Now()).IgnoreError();
    }
    return status;
  }
  return complete ? replica_.NoteSyncFailure("", clock_.Now()) : status;
}

bool Syncer::Can(v1::Capability capability) const {
  const auto& capabilities = handshake_.capabilities();
  return std::find(capabilities.begin(), capabilities.end(), capability) != capabilities.end();
}

absl::Status Syncer::Greet(const ReplicaIdentity& identity) {
  auto backlog = replica_.GetBacklog();
  if (!backlog.ok()) return backlog.status();
  auto records = replica_.PendingRecords(limits::kMaxPendingIds);
  if (!records.ok()) return records.status();
  v1::HandshakeRequest about_us;
  about_us.set_pending_changes(backlog->pending);
  for (std::string& id : *records) about_us.add_pending_record_ids(std::move(id));
  auto handshake = link_.Handshake(about_us);
  if (!handshake.ok()) return handshake.status();
  handshake_ = *std::move(handshake);
  return CheckIdentity(identity, handshake_);
}

absl::Status Syncer::Begin(SyncReport& report) {
  auto identity = replica_.Identity();
  if (!identity.ok()) return identity.status();
  replica_id_ = identity->replica_id;
  unsigned_.clear();
  if (absl::Status status = Greet(*identity); !status.ok()) return status;
  if (handshake_.has_server_time()) {
    report.clock_ahead = clock_.Now() - ServerTime(handshake_);
  }
  if (absl::Status status = RefreshOrgTree(report); !status.ok()) return status;
  if (absl::Status status = RefreshPolicy(report); !status.ok()) return status;
  if (absl::Status status = RefreshDirectory(); !status.ok()) return status;
  if (absl::Status status = replica_.FollowFeed(handshake_.epoch(), handshake_.scope());
      !status.ok()) {
    return status;
  }
  auto state = replica_.GetSyncState();
  if (!state.ok()) return state.status();
  if (!state->resyncing) return absl::OkStatus();
  // What is pending speaks of revisions of the feed before: those are restated first.
  return Can(v1::CAPABILITY_DIGEST) ? CatchUp(report) : PullAll(report);
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
    auto parcel = NextParcel(push_limits.changes);
    if (!parcel.ok()) return parcel.status();
    std::vector<v1::Change>& changes = parcel->changes;
    if (changes.empty()) break;
    auto outcomes = PushFirst(link_, changes, parcel->note, push_limits);
    if (!outcomes.ok() && BANGFU_SEEDED_BUG("lose_change")) outcomes = AcceptedAll(changes);
    if (!outcomes.ok()) return outcomes.status();
    BANGFU_STEP("syncer.pushed");
    changes.resize(std::min(changes.size(), outcomes->size()));
    done += static_cast<int64_t>(changes.size());
    absl::Status taken = TakeAnswers(std::move(changes), *std::move(outcomes), report);
    if (!taken.ok()) return taken;
    Progress(SyncPhase::kPush, done, backlog->pending);
  }
  return CountHeldBack(report);
}

absl::Status Syncer::TakeAnswers(std::vector<v1::Change> changes, std::vector<v1::Outcome> outcomes,
                                 SyncReport& report) {
  DropUnsigned(changes, outcomes);
  if (absl::Status status = replica_.ApplyOutcomes(changes, outcomes); !status.ok()) return status;
  for (const v1::Outcome& outcome : outcomes) {
    Count(outcome, report);
    if (outcome.verdict() == v1::VERDICT_ACCEPTED) continue;
    auto entry = replica_.GetEntry(outcome.change_id());
    if (!entry.ok()) return entry.status();
    if (NeedsAttention(entry->state)) report.attention.push_back(*std::move(entry));
  }
  return absl::OkStatus();
}

absl::Status Syncer::AskReceipts() {
  if (!Can(v1::CAPABILITY_RECEIPT)) return absl::OkStatus();
  for (;;) {
    auto changes = replica_.UnsettledChanges(limits::kMaxReceipts);
    if (!changes.ok()) return changes.status();
    if (changes->empty()) return absl::OkStatus();
    auto receipts = link_.GetReceipts(*changes);
    if (!receipts.ok()) return receipts.status();
    if (absl::Status status = replica_.SaveReceipts(*receipts); !status.ok()) return status;
    const auto settled =
        std::count_if(receipts->begin(), receipts->end(),
                      [](const v1::Receipt& receipt) { return receipt.settled(); });
    // The next ones are asked for only when none of these would come again.
    if (static_cast<size_t>(settled) < changes->size()) return absl::OkStatus();
  }
}

absl::StatusOr<ReconcileReport> Syncer::Compare(ReconcileMode mode, SyncReport& report) {
  ReplicaTarget target(replica_);
  auto found = Reconcile(link_, target, mode);
  report.pulled += target.taken();
  report.left += target.left();
  if (!found.ok()) return found;
  if (mode == ReconcileMode::kRepair) {
    if (absl::Status status = replica_.ConfirmAllBut(target.unknown()); !status.ok()) return status;
    if (Can(v1::CAPABILITY_CONFLICT_FEED)) {
      if (absl::Status status = CompareConflicts(report); !status.ok()) return status;
    }
  }
  if (absl::Status status = replica_.NoteVerified(clock_.Now()); !status.ok()) return status;
  return found;
}

absl::Status Syncer::CatchUp(SyncReport& report) {
  report.restarted = true;
  auto found = Compare(ReconcileMode::kRepair, report);
  if (!found.ok()) return found.status();
  if (absl::Status status = OfferAgain(); !status.ok()) return status;
  return replica_.SetCursor(found->cursor);
}

absl::Status Syncer::OfferAgain() {
  if (!Can(v1::CAPABILITY_REOFFER)) return absl::OkStatus();
  return replica_.RequeueAnswered().status();
}

absl::Status Syncer::BeginAnew(v1::ErrorReason reason, SyncReport& report) {
  if (reason != v1::ERROR_REASON_CURSOR_TOO_OLD) {
    auto identity = replica_.Identity();
    if (!identity.ok()) return identity.status();
    if (absl::Status status = Greet(*identity); !status.ok()) return status;
    absl::Status followed = replica_.FollowFeed(handshake_.epoch(), handshake_.scope());
    if (!followed.ok()) return followed;
  }
  // The epoch may be the one we know and still the server does not know our cursor.
  if (absl::Status status = replica_.RestartFeed(); !status.ok()) return status;
  return Can(v1::CAPABILITY_DIGEST) ? CatchUp(report) : absl::OkStatus();
}

absl::Status Syncer::PullAll(SyncReport& report) {
  absl::Status pulled = PullFromCursor(report);
  const v1::ErrorReason reason = ReasonOf(pulled);
  if (reason == v1::ERROR_REASON_EPOCH_CHANGED || reason == v1::ERROR_REASON_BAD_CURSOR ||
      reason == v1::ERROR_REASON_CURSOR_TOO_OLD) {
    if (absl::Status status = BeginAnew(reason, report); !status.ok()) return status;
    pulled = PullFromCursor(report);
  }
  if (!pulled.ok()) return pulled;
  auto state = replica_.GetSyncState();
  if (!state.ok()) return state.status();
  if (state->resyncing) {
    if (absl::Status status = OfferAgain(); !status.ok()) return status;
  }
  auto unconfirmed = replica_.FinishPull(clock_.Now());
  if (!unconfirmed.ok()) return unconfirmed.status();
  report.unconfirmed = *unconfirmed;
  return absl::OkStatus();
}

absl::Status Syncer::PullFromCursor(SyncReport& report) {
  auto state = replica_.GetSyncState();
  if (!state.ok()) return state.status();
  if (state->resyncing) report.restarted = true;
  // A stream that goes on after a break tells the server that we have what we were sent, so only a
  // replica that begins, and could begin again, is ahead of what it has written.
  ApplyQueue<PreparedBatch> batches(state->cursor.empty() ? paging_ : Paging::kOneByOne,
                                    kMaxBatchesAhead, NextBatches,
                                    [&](std::vector<PreparedBatch>& taken) {
                                      absl::Status status = replica_.ApplyBatches(taken);
                                      if (!status.ok()) return status;
                                      for (const PreparedBatch& batch : taken) {
                                        report.pulled += batch.response.records_size();
                                        report.left += batch.response.left_record_ids_size();
                                      }
                                      Progress(SyncPhase::kPull, report.pulled, 0);
                                      return absl::OkStatus();
                                    });
  absl::Status pulled = link_.Pull(state->cursor, [&](v1::PullResponse& batch) {
    return batches.Add(replica_.Prepare(std::move(batch)));
  });
  // What came before a line broke is kept.
  if (absl::Status applied = batches.Finish(); !applied.ok()) return applied;
  return pulled;
}

}  // namespace bangfu::client
