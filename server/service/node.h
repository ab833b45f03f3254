#ifndef BANGFU_SERVER_SERVICE_NODE_H_
#define BANGFU_SERVER_SERVICE_NODE_H_

#include <atomic>
#include <functional>
#include <semaphore>

#include "base/clock.h"
#include "base/limits.h"
#include "server/authz/principal.h"
#include "server/health/metrics.h"
#include "server/health/stall_detector.h"
#include "server/identity/authority.h"
#include "server/log/event_log.h"
#include "server/service/certificate_cache.h"
#include "server/service/denial_quota.h"
#include "server/service/directory_watch.h"
#include "server/service/feed_hub.h"
#include "server/service/open_calls.h"
#include "server/service/push_admission.h"
#include "server/service/rate_limit.h"
#include "server/service/stream_quota.h"
#include "server/store/audit_store.h"
#include "server/store/identity_store.h"
#include "server/store/store.h"
#include "server/sync/org_directory.h"
#include "server/sync/people_directory.h"
#include "server/sync/policy_directory.h"
#include "server/sync/push.h"

namespace bangfu::server {

// Pulls that read a page before their reader has taken the one before: readers that stall hold one
// page each, and so many of them two.
inline constexpr int kMaxPullsAhead = 16;

// What the services of one node share. Everything outlives the services.
struct Node {
  Principal self;  // from the node's own certificate
  Store& store;
  IdentityStore& identity;
  AuditStore& audit;
  OrgDirectory& orgs;
  PolicyDirectory& policy;
  PeopleDirectory& people;
  IdentityAuthority& authority;
  PushHandler& push;
  const Clock& clock;           // of business: days, entry times
  const Clock& security_clock;  // the machine's: certificates, sessions, quotas
  EventLog& log;
  StallDetector& stalls;
  Metrics& metrics;
  FeedHub& feed;
  bool has_upstream = false;        // else its answers are final
  std::function<void()> on_push{};  // something may have to go up to the parent
  // At the root: what was of orgs' former paths becomes theirs; how many records moved.
  std::function<absl::StatusOr<int64_t>(const domain::OrgTree&)> move_former_orgs{};

  CertificateCache certificates{};
  RateLimit calls{kCallRate};
  RateLimit sign_ins{kSignInRate};
  DenialQuota denials{};
  PushAdmission pushes{clock};
  std::counting_semaphore<> pages_ahead{kMaxPullsAhead};
  StreamQuota pulls{limits::kMaxPullsPerChild, limits::kMaxPullsAtOnce};
  StreamQuota watches{limits::kMaxWatchesPerChild, limits::kMaxWatchesAtOnce};
  OpenCalls open{};
  std::atomic<bool> draining{false};
  // Begins with the node; last, because it tells the members above.
  DirectoryWatch directory{people, log, [this](const PeopleBook& book) {
                             open.EndRevoked(book);
                             feed.TellDirectory(book.version());
                           }};

  // No new calls; those that wait, and watches, end at once, the others at their next step.
  void Drain() {
    draining = true;
    pushes.Close();
    feed.Close();
  }
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_NODE_H_
