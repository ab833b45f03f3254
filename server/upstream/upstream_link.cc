#include "server/upstream/upstream_link.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/limits.h"
#include "client/transport/push_limits.h"

namespace bangfu::server {

UpstreamLink::UpstreamLink(client::ServerLink& parent, Store& store, const Clock& clock,
                           PersonKeyer keyer, OrgDirectory& orgs, EventLog& log,
                           absl::Duration interval)
    : parent_(parent),
      store_(store),
      apply_(store, clock, std::move(keyer)),
      orgs_(orgs),
      log_(log),
      interval_(interval),
      thread_([this] { Run(); }) {}

UpstreamLink::~UpstreamLink() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void UpstreamLink::Wake() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    woken_ = true;
  }
  wake_.notify_all();
}

void UpstreamLink::Run() {
  absl::Duration backoff = limits::kFirstBackoff;
  bool reachable = true;
  while (!Stopping()) {
    const absl::Status status = SyncOnce();
    if (status.ok()) {
      if (!reachable) log_.Info("upstream_back");
      reachable = true;
      backoff = limits::kFirstBackoff;
      Sleep(interval_);
    } else {
      if (reachable) log_.Error("upstream_away", status);  // once, not at every try
      reachable = false;
      Sleep(backoff);
      backoff = std::min(backoff * 2, std::max(interval_, limits::kFirstBackoff));
    }
  }
}

absl::Status UpstreamLink::SyncOnce() {
  auto handshake = parent_.Handshake();
  if (!handshake.ok()) return handshake.status();
  auto tree = parent_.GetOrgTree(orgs_.Tree()->version());
  if (!tree.ok()) return tree.status();
  if (tree->has_value()) {
    if (absl::Status status = orgs_.Replace(**tree); !status.ok()) return status;
    log_.Info("org_tree_updated", {{"version", absl::StrCat(orgs_.Tree()->version())}});
  }
  if (absl::Status status = Push(*handshake); !status.ok()) return status;
  return Pull();
}

absl::Status UpstreamLink::Push(const v1::HandshakeResponse& handshake) {
  const client::PushLimits push_limits = client::PushLimitsOf(handshake);
  while (!Stopping()) {
    auto line = store_.ReadUpstream(push_limits.changes);
    if (!line.ok()) return line.status();
    if (line->empty()) return absl::OkStatus();
    std::vector<v1::Change> changes;
    for (const UpstreamChange& waiting : *line) changes.push_back(waiting.change);
    auto outcomes = client::PushFirst(parent_, changes, push_limits);
    if (!outcomes.ok()) return outcomes.status();
    const size_t count = std::min(changes.size(), outcomes->size());
    line->resize(count);
    if (absl::Status status = apply_.ApplyOutcomes(*line, *outcomes); !status.ok()) return status;
    log_.Info("pushed_upstream", {{"changes", absl::StrCat(count)}});
  }
  return absl::OkStatus();
}

absl::Status UpstreamLink::Pull() {
  auto state = store_.GetUpstreamState();
  if (!state.ok()) return state.status();
  int64_t records = 0;
  const auto take = [&](const v1::PullResponse& batch) -> absl::Status {
    if (Stopping()) return absl::CancelledError("The node is stopping.");
    if (batch.records().empty() && batch.left_record_ids().empty() &&
        batch.next_cursor() == state->cursor) {
      return absl::OkStatus();
    }
    records += batch.records_size();
    return apply_.ApplyBatch(batch);
  };
  absl::Status status = parent_.Pull(state->cursor, take);
  const v1::ErrorReason reason = ReasonOf(status);
  if (reason == v1::ERROR_REASON_EPOCH_CHANGED || reason == v1::ERROR_REASON_BAD_CURSOR) {
    log_.Warning("upstream_from_start");
    status = parent_.Pull("", take);
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
