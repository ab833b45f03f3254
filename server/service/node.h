#ifndef BANGFU_SERVER_SERVICE_NODE_H_
#define BANGFU_SERVER_SERVICE_NODE_H_

#include <atomic>
#include <functional>

#include "base/clock.h"
#include "server/authz/principal.h"
#include "server/log/event_log.h"
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
  std::function<void()> on_push;  // something may have to go up to the parent
  std::atomic<bool> draining{false};
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_NODE_H_
