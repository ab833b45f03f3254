#ifndef BANGFU_SERVER_SERVICE_MAINTENANCE_H_
#define BANGFU_SERVER_SERVICE_MAINTENANCE_H_

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "base/limits.h"
#include "server/health/metrics.h"
#include "server/health/stall_detector.h"
#include "server/log/event_log.h"
#include "server/store/store.h"

namespace bangfu::server {

// How often what is done.
struct MaintenanceIntervals {
  absl::Duration look = absl::Seconds(5);
  absl::Duration tidy = limits::kCompactInterval;
};

// Looks after a node, in a thread of its own: watches whether the sequencer gets on, keeps the
// metrics up to date, and from time to time removes rows of the feed that no child needs and
// changes that no parent can ask for any more, a bounded number of rows at a time.
class Maintenance {
 public:
  Maintenance(Store& store, const Clock& clock, EventLog& log, StallDetector& stalls,
              Metrics& metrics, MaintenanceIntervals intervals = {});
  ~Maintenance();
  Maintenance(const Maintenance&) = delete;
  Maintenance& operator=(const Maintenance&) = delete;

  // Why the sequencer does not get on; may come from any thread.
  void NoteSequencerFailure(const absl::Status& status);

 private:
  void Run();
  absl::Status Look();
  absl::Status Tidy();
  void LogFailure(const absl::Status& status);
  bool Pause(absl::Duration duration);
  bool Stopping();

  Store& store_;
  const Clock& clock_;
  EventLog& log_;
  StallDetector& stalls_;
  Metrics& metrics_;
  const MaintenanceIntervals intervals_;
  int64_t head_ = 0;      // of the feed at the last look; of the thread
  bool failing_ = false;  // the last look or tidying failed; of the thread
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string sequencer_failure_;  // reason; guarded by mutex_
  bool stop_ = false;              // guarded by mutex_
  std::thread thread_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_MAINTENANCE_H_
