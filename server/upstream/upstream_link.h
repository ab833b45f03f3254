#ifndef BANGFU_SERVER_UPSTREAM_UPSTREAM_LINK_H_
#define BANGFU_SERVER_UPSTREAM_UPSTREAM_LINK_H_

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "client/transport/server_link.h"
#include "server/authz/principal.h"
#include "server/log/event_log.h"
#include "server/store/store.h"
#include "server/sync/org_directory.h"
#include "server/sync/parent.h"
#include "server/sync/policy_directory.h"

namespace bangfu::server {

// Keeps a node in step with its parent, in a thread of its own: takes the org tree, pushes what the
// node's people entered, pulls what the parent decided; at every interval, at once when something
// was entered, and with back-off while the parent is away. The node works on meanwhile.
//
// A node that is not above this one gets nothing and gives nothing (CheckParent). When the parent's
// feed began anew, it is pulled from the start before anything is pushed. A change that the parent
// cannot process is set aside; others go on. What the parent refuses is in the conflict log.
class UpstreamLink {
 public:
  UpstreamLink(client::ServerLink& parent, Principal self, Store& store, const Clock& clock,
               PersonKeyer keyer, OrgDirectory& orgs, PolicyDirectory& policy, EventLog& log,
               absl::Duration interval);
  // Stops, and waits for the end.
  ~UpstreamLink();
  UpstreamLink(const UpstreamLink&) = delete;
  UpstreamLink& operator=(const UpstreamLink&) = delete;

  // Something was entered: do not wait for the interval.
  void Wake();

  // Begins to end: cancels the call to the parent that is under way. Does not wait.
  void Stop();

 private:
  void Run();
  absl::Status SyncOnce();
  absl::Status TakeOrgTree();
  void TakePolicy(const v1::HandshakeResponse& handshake);
  absl::Status Push(const v1::HandshakeResponse& handshake);
  absl::Status Pull(std::string cursor, ParentSync::Feed feed);
  // Whether the node's cursor is of another feed than the parent has now.
  bool BeganAnew(const v1::HandshakeResponse& handshake, const std::string& cursor) const;
  void LogFailure(const absl::Status& status);
  void Sleep(absl::Duration duration);
  bool Stopping();

  client::ServerLink& parent_;
  const Principal self_;
  Store& store_;
  ParentSync apply_;
  OrgDirectory& orgs_;
  PolicyDirectory& policy_;
  EventLog& log_;
  const absl::Duration interval_;
  absl::Status last_failure_;  // the one that was logged; of the thread

  std::mutex mutex_;
  std::condition_variable wake_;
  bool stop_ = false;   // guarded by mutex_
  bool woken_ = false;  // guarded by mutex_
  bool ended_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_UPSTREAM_UPSTREAM_LINK_H_
