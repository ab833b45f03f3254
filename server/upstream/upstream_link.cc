#include "server/upstream/upstream_link.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/limits.h"
#include "client/transport/push_limits.h"
#include "server/sync/pull.h"
#include "server/upstream/placement.h"

namespace bangfu::server {

UpstreamLink::UpstreamLink(client::ServerLink& parent, Principal self, Store& store,
                           const Clock& clock, PersonKeyer keyer, OrgDirectory& orgs,
                           PolicyDirectory& policy, EventLog& log, absl::Duration interval)
    : parent_(parent),
      self_(std::move(self)),
      store_(store),
      apply_(store, clock, std::move(keyer)),
      orgs_(orgs),
      policy_(policy),
      log_(log),
      interval_(interval),
      thread_([this] { Run(); }) {}

UpstreamLink::~UpstreamLink() {
  Stop();
  {
    std::unique_lock<std::mutex> lock(mutex_);
    if (!wake_.wait_for(lock, absl::ToChronoNanoseconds(limits::kLinkStopTimeout),
                        [this] { return ended_; })) {
      log_.Warning("upstream_ends_slowly");  // its last transaction has limits::kStatementTimeout
    }
  }
  thread_.join();
}

void UpstreamLink::Wake() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    woken_ = true;
  }
  wake_.notify_all();
}

void UpstreamLink::Stop() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  parent_.Cancel();
}

void UpstreamLink::Run() {
  absl::Duration backoff = limits::kFirstBackoff;
  while (!Stopping()) {
    const absl::Status status = SyncOnce();
    if (Stopping()) break;
    if (status.ok()) {
      if (!last_failure_.ok()) log_.Info("upstream_back");
      last_failure_ = absl::OkStatus();
      backoff = limits::kFirstBackoff;
      Sleep(interval_);
    } else {
      LogFailure(status);
      Sleep(backoff);
      backoff = std::min(backoff * 2, std::max(interval_, limits::kFirstBackoff));
    }
  }
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ended_ = true;
  }
  wake_.notify_all();
}

// Once for every new cause, not at every try.
void UpstreamLink::LogFailure(const absl::Status& status) {
  if (status.code() != last_failure_.code() || ReasonOf(status) != ReasonOf(last_failure_))
    log_.Error("upstream_away", status);
  last_failure_ = status;
}

absl::Status UpstreamLink::SyncOnce() {
  auto handshake = parent_.Handshake();
  if (!handshake.ok()) return handshake.status();
  if (absl::Status status = CheckParent(self_, *handshake); !status.ok()) return status;
  if (absl::Status status = TakeOrgTree(); !status.ok()) return status;
  TakePolicy(*handshake);
  auto state = store_.GetUpstreamState();
  if (!state.ok()) return state.status();
  if (BeganAnew(*handshake, state->cursor)) {
    // Before pushing: what the waiting changes are based on must be compared with what is there.
    log_.Warning("upstream_from_start");
    if (absl::Status status = Pull("", ParentSync::Feed::kFromStart); !status.ok()) return status;
  }
  const absl::Status pushed = Push(*handshake);
  if (Stopping()) return pushed;
  state = store_.GetUpstreamState();
  if (!state.ok()) return state.status();
  // What the parent decided comes down even when nothing goes up.
  const absl::Status pulled = Pull(state->cursor, ParentSync::Feed::kNext);
  return pushed.ok() ? pulled : pushed;
}

absl::Status UpstreamLink::TakeOrgTree() {
  auto tree = parent_.GetOrgTree(orgs_.Tree()->version());
  if (!tree.ok()) return tree.status();
  if (!tree->has_value()) return absl::OkStatus();
  if (absl::Status status = orgs_.Replace(**tree); !status.ok()) return status;
  log_.Info("org_tree_updated", {{"version", absl::StrCat(orgs_.Tree()->version())}});
  return absl::OkStatus();
}

// Records go on with the policy of yesterday when that of today cannot be had or not be read.
void UpstreamLink::TakePolicy(const v1::HandshakeResponse& handshake) {
  if (handshake.policy_version() <= policy_.SavedVersion()) return;
  auto set = parent_.GetPolicySet(policy_.SavedVersion());
  if (set.ok() && !set->has_value()) return;
  const absl::Status status = set.ok() ? policy_.Replace(**set, *orgs_.Tree()) : set.status();
  if (!status.ok()) {
    log_.Error("policy_not_updated", status);
    return;
  }
  log_.Info("policy_updated", {{"version", absl::StrCat(policy_.SavedVersion())}});
}

bool UpstreamLink::BeganAnew(const v1::HandshakeResponse& handshake,
                             const std::string& cursor) const {
  if (cursor.empty()) return false;
  const auto decoded = DecodeCursor(cursor);
  return !decoded.ok() || decoded->epoch != handshake.epoch();
}

absl::Status UpstreamLink::Push(const v1::HandshakeResponse& handshake) {
  const client::PushLimits push_limits = client::PushLimitsOf(handshake);
  while (!Stopping()) {
    auto line = store_.ReadUpstream(push_limits.changes);
    if (!line.ok()) return line.status();
    if (line->empty()) return absl::OkStatus();
    std::vector<v1::Change> changes;
    for (const UpstreamChange& waiting : *line) changes.push_back(waiting.change);
    auto push = client::PushFirstOrSetAside(parent_, changes, push_limits);
    if (!push.ok()) return push.status();
    std::vector<v1::Outcome>& outcomes = push->outcomes;
    const size_t count = std::min(changes.size(), outcomes.size());
    line->resize(count);
    outcomes.resize(count);
    if (absl::Status status = apply_.ApplyOutcomes(*line, outcomes); !status.ok()) return status;
    const auto refused = std::count_if(
        outcomes.begin(), outcomes.end(),
        [](const v1::Outcome& outcome) { return outcome.verdict() == v1::VERDICT_REFUSED; });
    log_.Info("pushed_upstream", {{"changes", absl::StrCat(count)}});
    if (refused > 0) log_.Warning("refused_upstream", {{"changes", absl::StrCat(refused)}});
    if (!push->set_aside.ok()) {
      log_.Error("set_aside", push->set_aside, {{"change_id", changes.front().change_id()}});
      // One at each try: if the fault is the parent's, it gets time, and not the whole line is
      // lost.
      return push->set_aside;
    }
  }
  return absl::OkStatus();
}

absl::Status UpstreamLink::Pull(std::string cursor, ParentSync::Feed feed) {
  int64_t records = 0;
  const auto take = [&](const v1::PullResponse& batch) -> absl::Status {
    if (Stopping()) return absl::CancelledError("The node is stopping.");
    if (batch.records().empty() && batch.left_record_ids().empty() &&
        batch.next_cursor() == cursor) {
      return absl::OkStatus();
    }
    records += batch.records_size();
    return apply_.ApplyBatch(batch, feed);
  };
  absl::Status status = parent_.Pull(cursor, take);
  const v1::ErrorReason reason = ReasonOf(status);
  if (reason == v1::ERROR_REASON_EPOCH_CHANGED || reason == v1::ERROR_REASON_BAD_CURSOR) {
    log_.Warning("upstream_from_start");
    cursor.clear();
    feed = ParentSync::Feed::kFromStart;
    status = parent_.Pull(cursor, take);
  }
  if (status.ok() && records > 0)
    log_.Info("pulled_from_upstream", {{"records", absl::StrCat(records)}});
  return status;
}

void UpstreamLink::Sleep(absl::Duration duration) {
  std::unique_lock<std::mutex> lock(mutex_);
  wake_.wait_for(lock, absl::ToChronoNanoseconds(duration), [this] { return stop_ || woken_; });
  woken_ = false;
}

bool UpstreamLink::Stopping() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return stop_;
}

}  // namespace bangfu::server
