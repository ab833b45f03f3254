#include "server/upstream/upstream_link.h"

#include <algorithm>
#include <random>
#include <utility>

#include "absl/time/clock.h"
#include "base/error.h"
#include "base/retry_delay.h"

namespace bangfu::server {

UpstreamLink::UpstreamLink(client::ServerLink& parent, Principal self, Store& store,
                           const Clock& clock, PersonKeyer keyer, OrgDirectory& orgs,
                           PolicyDirectory& policy, PeopleDirectory& people, EventLog& log,
                           StallDetector& stalls, absl::Duration interval, VerifyTimes verify)
    : parent_(parent),
      store_(store),
      round_(parent, std::move(self), store, clock, std::move(keyer), orgs, policy, people, log,
             stalls, Paging::kAhead),
      log_(log),
      interval_(interval),
      verify_(verify),
      rounds_thread_([this] { RunRounds(); }),
      watch_thread_([this] { RunWatch(); }) {}

UpstreamLink::~UpstreamLink() {
  Stop();
  {
    std::unique_lock<std::mutex> lock(mutex_);
    if (!wake_.wait_for(lock, absl::ToChronoNanoseconds(limits::kLinkStopTimeout),
                        [this] { return threads_ == 0; })) {
      log_.Warning("upstream_ends_slowly");  // its last transaction has limits::kStatementTimeout
    }
  }
  rounds_thread_.join();
  watch_thread_.join();
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

void UpstreamLink::RunRounds() {
  absl::Duration backoff = limits::kFirstBackoff;
  while (!Stopping()) {
    const absl::Status status = round_.Run([this] { return Stopping(); });
    if (Stopping()) break;
    if (status.ok()) {
      if (!last_failure_.ok()) log_.Info("upstream_back");
      last_failure_ = absl::OkStatus();
      backoff = limits::kFirstBackoff;
      SetWatchable(round_.ParentCan(v1::CAPABILITY_WATCH));
      VerifyIfDue();
      Sleep(Pause());
    } else {
      LogFailure(status);
      SleepUnlessStopped(RetryDelayOf(status));
      Sleep(backoff);
      backoff = std::min(backoff * 2, std::max(interval_, limits::kFirstBackoff));
    }
  }
  End();
}

void UpstreamLink::VerifyIfDue() {
  if (!round_.ParentCan(v1::CAPABILITY_DIGEST)) return;
  const absl::Time now = absl::Now();
  if (next_verify_ == absl::InfiniteFuture()) next_verify_ = now + verify_.first;
  if (now < next_verify_) return;
  const auto report = round_.Verify();
  if (Stopping()) return;
  if (!report.ok()) log_.Error("digest_not_compared", report.status());
  next_verify_ = now + (report.ok() ? verify_.interval : std::min(verify_.first, verify_.interval));
}

void UpstreamLink::RunWatch() {
  client::Backoff backoff(std::random_device{}());
  while (AwaitWatchable()) {
    const auto state = store_.GetUpstreamState();
    absl::Status status = state.status();
    if (state.ok()) {
      SetWatched(true);
      status = parent_.Watch(state->cursor, [&] {
        backoff.Reset();
        Wake();
        return Stopping() ? absl::CancelledError("The node is stopping.") : absl::OkStatus();
      });
      SetWatched(false);
    }
    if (Stopping()) break;
    SleepUnlessStopped(std::max(RetryDelayOf(status), backoff.Next()));
  }
  End();
}

// Once for every new cause, not at every try.
void UpstreamLink::LogFailure(const absl::Status& status) {
  if (status.code() != last_failure_.code() || ReasonOf(status) != ReasonOf(last_failure_))
    log_.Error("upstream_away", status);
  last_failure_ = status;
}

void UpstreamLink::Sleep(absl::Duration duration) {
  std::unique_lock<std::mutex> lock(mutex_);
  wake_.wait_for(lock, absl::ToChronoNanoseconds(duration), [this] { return stop_ || woken_; });
  woken_ = false;
}

void UpstreamLink::SleepUnlessStopped(absl::Duration duration) {
  std::unique_lock<std::mutex> lock(mutex_);
  wake_.wait_for(lock, absl::ToChronoNanoseconds(duration), [this] { return stop_; });
}

absl::Duration UpstreamLink::Pause() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return watched_ ? limits::kWatchPoll : interval_;
}

bool UpstreamLink::AwaitWatchable() {
  std::unique_lock<std::mutex> lock(mutex_);
  wake_.wait(lock, [this] { return stop_ || can_watch_; });
  return !stop_;
}

void UpstreamLink::SetWatchable(bool can_watch) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    can_watch_ = can_watch;
  }
  wake_.notify_all();
}

void UpstreamLink::SetWatched(bool watched) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    watched_ = watched;
    // A watch that broke may have missed something, and so may a sleep that was long because of it.
    woken_ = woken_ || !watched;
  }
  wake_.notify_all();
}

bool UpstreamLink::Stopping() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return stop_;
}

void UpstreamLink::End() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    --threads_;
  }
  wake_.notify_all();
}

}  // namespace bangfu::server
