#include "server/health/stall_detector.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace bangfu::server {
namespace {

std::string SecondsSince(absl::Time since, absl::Time now) {
  return absl::StrCat(absl::ToInt64Seconds(now - since));
}

}  // namespace

bool StallDetector::IsStall(const Backlog& backlog, absl::Time now) const {
  return backlog.waiting > 0 && now - backlog.since > after_;
}

void StallDetector::Report(absl::string_view name, int64_t waiting, int64_t progress,
                           absl::string_view reason) {
  const absl::Time now = clock_.Now();
  const std::lock_guard<std::mutex> lock(mutex_);
  auto [entry, is_new] = backlogs_.try_emplace(std::string(name));
  Backlog& backlog = entry->second;
  // Time counts from when something began to wait or got through last.
  const bool moved = is_new || backlog.waiting == 0 || progress != backlog.progress;
  if (moved || waiting == 0) {
    if (backlog.logged) {
      log_.Info("stall_over", {{"backlog", std::string(name)},
                               {"waiting", absl::StrCat(waiting)},
                               {"seconds", SecondsSince(backlog.since, now)}});
    }
    backlog.since = now;
    backlog.logged = false;
  }
  backlog.waiting = waiting;
  backlog.progress = progress;
  backlog.reason = std::string(reason);
  if (backlog.logged || !IsStall(backlog, now)) return;
  backlog.logged = true;
  log_.Warning("stall", {{"backlog", std::string(name)},
                         {"waiting", absl::StrCat(waiting)},
                         {"seconds", SecondsSince(backlog.since, now)},
                         {"reason", backlog.reason}});
}

std::vector<v1::Stall> StallDetector::Stalls() const {
  const absl::Time now = clock_.Now();
  const std::lock_guard<std::mutex> lock(mutex_);
  std::vector<v1::Stall> stalls;
  for (const auto& [name, backlog] : backlogs_) {
    if (!IsStall(backlog, now)) continue;
    v1::Stall& stall = stalls.emplace_back();
    stall.set_backlog(name);
    stall.set_waiting(backlog.waiting);
    stall.mutable_since()->set_seconds(absl::ToUnixSeconds(backlog.since));
    stall.set_reason(backlog.reason);
  }
  return stalls;
}

}  // namespace bangfu::server
