#ifndef BANGFU_SERVER_SERVICE_NODE_H_
#define BANGFU_SERVER_SERVICE_NODE_H_

#include <atomic>
#include <functional>

#include "base/clock.h"
#include "base/limits.h"
#include "server/authz/principal.h"
#include "server/health/metrics.h"
#include "server/health/stall_detector.h"
#include "server/log/event_log.h"
#include "server/service/feed_hub.h"
#include "server/service/push_admission.h"
#include "server/service/stream_quota.h"
#include "server/store/store.h"
#include "server/sync/org_directory.h"
#include "server/sync/policy_directory.h"
#include "server/sync/push.h"

namespace bangfu::server {

// What the services of one node share. Everything outlives the services.
struct Node {
  Principal self;  // from the node's own certificate
  Store& store;
  OrgDirectory& orgs;
  PolicyDirectory& policy;
  PushHandler& push;
  const Clock& clock;
  EventLog& log;
  StallDetector& stalls;
  Metrics& metrics;
  FeedHub& feed;
  bool has_upstream = false;        // else its answers are final
  std::function<void()> on_push{};  // something may have to go up to the parent

  PushAdmission pushes{clock};
  StreamQuota pulls{limits::kMaxPullsPerChild, limits::kMaxPullsAtOnce};
  StreamQuota watches{limits::kMaxWatchesPerChild, limits::kMaxWatchesAtOnce};
  std::atomic<bool> draining{false};

  // No new calls; those that wait, and watches, end at once, the others at their next step.
  void Drain() {
    draining = true;
    pushes.Close();
    feed.Close();
  }
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_NODE_H_
