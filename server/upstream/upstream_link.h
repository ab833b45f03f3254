#ifndef BANGFU_SERVER_UPSTREAM_UPSTREAM_LINK_H_
#define BANGFU_SERVER_UPSTREAM_UPSTREAM_LINK_H_

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/limits.h"
#include "client/transport/backoff.h"
#include "client/transport/server_link.h"
#include "server/authz/principal.h"
#include "server/health/stall_detector.h"
#include "server/log/event_log.h"
#include "server/store/store.h"
#include "server/sync/org_directory.h"
#include "server/sync/policy_directory.h"
#include "server/upstream/upstream_round.h"

namespace bangfu::server {

// When a link compares its store with the digest of the parent.
struct VerifyTimes {
  absl::Duration first = absl::Minutes(5);            // after the first sync that was complete
  absl::Duration interval = limits::kVerifyInterval;  // after a comparison
};

// Keeps a node in step with its parent, in threads of its own: one runs UpstreamRound at every
// interval, at once when something was entered, and with back-off while the parent is away; the
// other one watches a parent that can tell of news (CAPABILITY_WATCH) and wakes the first, which
// then asks by itself only every limits::kWatchPoll. The node works on meanwhile.
class UpstreamLink {
 public:
  UpstreamLink(client::ServerLink& parent, Principal self, Store& store, const Clock& clock,
               PersonKeyer keyer, OrgDirectory& orgs, PolicyDirectory& policy,
               PeopleDirectory& people, EventLog& log, StallDetector& stalls,
               absl::Duration interval, VerifyTimes verify = {});
  // Stops, and waits for the end.
  ~UpstreamLink();
  UpstreamLink(const UpstreamLink&) = delete;
  UpstreamLink& operator=(const UpstreamLink&) = delete;

  // Something was entered: do not wait for the interval.
  void Wake();

  // Begins to end: cancels the calls to the parent that are under way. Does not wait.
  void Stop();

 private:
  void RunRounds();
  void RunWatch();
  // Compares digests when it is time.
  void VerifyIfDue();
  void LogFailure(const absl::Status& status);
  // Until `duration` is over, somebody wakes the link or it ends.
  void Sleep(absl::Duration duration);
  // The same, but nobody wakes it: what the parent asked for.
  void SleepUnlessStopped(absl::Duration duration);
  // How long a link that is well sleeps.
  absl::Duration Pause();
  // Until the parent can be watched; false when the link ends.
  bool AwaitWatchable();
  void SetWatchable(bool can_watch);
  void SetWatched(bool watched);
  bool Stopping();
  void End();

  client::ServerLink& parent_;
  Store& store_;
  UpstreamRound round_;  // of the thread of rounds
  EventLog& log_;
  const absl::Duration interval_;
  const VerifyTimes verify_;
  absl::Status last_failure_;                        // the one that was logged; of that thread
  absl::Time next_verify_ = absl::InfiniteFuture();  // by the clock of the machine; of that thread

  std::mutex mutex_;
  std::condition_variable wake_;
  bool stop_ = false;       // guarded by mutex_
  bool woken_ = false;      // guarded by mutex_
  bool can_watch_ = false;  // the parent named CAPABILITY_WATCH; guarded by mutex_
  bool watched_ = false;    // a watch is open; guarded by mutex_
  int threads_ = 2;         // that run; guarded by mutex_
  std::thread rounds_thread_;
  std::thread watch_thread_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_UPSTREAM_UPSTREAM_LINK_H_
