#ifndef BANGFU_SERVER_HEALTH_STALL_DETECTOR_H_
#define BANGFU_SERVER_HEALTH_STALL_DETECTOR_H_

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "bangfu/v1/sync_service.pb.h"
#include "base/clock.h"
#include "base/limits.h"
#include "server/log/event_log.h"

namespace bangfu::server {

// Notices backlogs that do not move: whoever works on one reports it every time it looks, and one
// that has waited for longer than `after` without a change of its `progress` is a stall, logged
// once when it begins and once when it ends. Thread-safe.
class StallDetector {
 public:
  StallDetector(const Clock& clock, EventLog& log, absl::Duration after = limits::kStallAfter)
      : clock_(clock), log_(log), after_(after) {}

  // `waiting` items wait in `backlog` ("upstream_push"); `progress` is a number that changes with
  // every item that got through; `reason` says why the last try failed, empty when it did not.
  void Report(absl::string_view backlog, int64_t waiting, int64_t progress,
              absl::string_view reason);

  // Those that do not move now, by backlog.
  std::vector<v1::Stall> Stalls() const;

 private:
  struct Backlog {
    int64_t waiting = 0;
    int64_t progress = 0;
    absl::Time since;
    std::string reason;
    bool logged = false;
  };
  bool IsStall(const Backlog& backlog, absl::Time now) const;

  const Clock& clock_;
  EventLog& log_;
  const absl::Duration after_;
  mutable std::mutex mutex_;
  std::map<std::string, Backlog, std::less<>> backlogs_;  // guarded by mutex_
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_HEALTH_STALL_DETECTOR_H_
