#ifndef BANGFU_SERVER_UPSTREAM_UPSTREAM_LINK_H_
#define BANGFU_SERVER_UPSTREAM_UPSTREAM_LINK_H_

#include <condition_variable>
#include <mutex>
#include <thread>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "client/transport/server_link.h"
#include "server/log/event_log.h"
#include "server/store/store.h"
#include "server/sync/org_directory.h"
#include "server/sync/parent.h"

namespace bangfu::server {

// Keeps a node in step with its parent, in a thread of its own: takes the org tree, pushes what the
// node's people entered, pulls what the parent decided; at every interval, at once when something
// was entered, and with back-off while the parent is away. The node works on meanwhile.
class UpstreamLink {
 public:
  UpstreamLink(client::ServerLink& parent, Store& store, const Clock& clock, PersonKeyer keyer,
               OrgDirectory& orgs, EventLog& log, absl::Duration interval);
  // Ends after the call to the parent that is under way.
  ~UpstreamLink();
  UpstreamLink(const UpstreamLink&) = delete;
  UpstreamLink& operator=(const UpstreamLink&) = delete;

  // Something was entered: do not wait for the interval.
  void Wake();

 private:
  void Run();
  absl::Status SyncOnce();
  absl::Status Push(const v1::HandshakeResponse& handshake);
  absl::Status Pull();
  void Sleep(absl::Duration duration);
  bool Stopping();

  client::ServerLink& parent_;
  Store& store_;
  ParentSync apply_;
  OrgDirectory& orgs_;
  EventLog& log_;
  const absl::Duration interval_;

  std::mutex mutex_;
  std::condition_variable wake_;
  bool stop_ = false;   // guarded by mutex_
  bool woken_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_UPSTREAM_UPSTREAM_LINK_H_
