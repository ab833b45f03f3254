#ifndef BANGFU_SERVER_UPSTREAM_UPSTREAM_ROUND_H_
#define BANGFU_SERVER_UPSTREAM_UPSTREAM_ROUND_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/reconcile/reconcile.h"
#include "client/transport/server_link.h"
#include "server/authz/principal.h"
#include "server/health/stall_detector.h"
#include "server/log/event_log.h"
#include "server/store/store.h"
#include "server/sync/org_directory.h"
#include "server/sync/parent.h"
#include "server/sync/people_directory.h"
#include "server/sync/policy_directory.h"
#include "server/upstream/page_queue.h"

namespace bangfu::server {

// One sync of a node with its parent, in the caller's thread: takes the org tree, the
// directory of people and the policy, pushes what the node's people entered, pulls what the parent
// decided, asks how far up it has got.
//
// A node that is not above this one gets nothing and gives nothing (CheckParent). When the parent
// began a new epoch, digests are compared first and what it had answered is offered again; when the
// node's cursor is too old, digests are compared. A change that the parent cannot process is set
// aside, a record that this node cannot read is logged; others go on. Rounds of several servers of
// one node may run at the same time.
class UpstreamRound {
 public:
  UpstreamRound(client::ServerLink& parent, Principal self, Store& store, const Clock& clock,
                PersonKeyer keyer, OrgDirectory& orgs, PolicyDirectory& policy,
                PeopleDirectory& people, EventLog& log, StallDetector& stalls,
                Paging paging = Paging::kOneByOne);

  // `stopping` is asked between steps; a round that stops early returns CANCELLED.
  absl::Status Run(const std::function<bool()>& stopping);

  // Compares the store with the parent's digest and mends what differs; to be called after Run.
  absl::StatusOr<client::ReconcileReport> Verify();

  // Whether the parent named the capability at the last handshake.
  bool ParentCan(v1::Capability capability) const;

 private:
  // How the parts of a round ended.
  struct Result {
    absl::Status pushed;
    absl::Status pulled;
    bool other_feed = false;  // the parent does not know the node's cursor
    absl::Status Both() const { return pushed.ok() ? pulled : pushed; }
  };
  // `anew`: whatever the epochs say, the parent's feed is not the one of the node's cursor.
  Result Once(bool anew, const std::function<bool()>& stopping);
  // Whether it started anew.
  absl::StatusOr<bool> Begin(bool anew, const std::function<bool()>& stopping);
  absl::StatusOr<v1::HandshakeRequest> AboutUs();
  absl::Status TakeOrgTree();
  absl::Status TakePeople();
  void TakePolicy();
  // Whether the node's cursor is of another feed than the parent has now.
  bool BeganAnew(const std::string& cursor) const;
  absl::Status StartAnew(const std::function<bool()>& stopping);
  // An org that everything of the parent's lies in.
  std::string Root() const;
  // Takes what differs and goes on from where the parent's feed was then.
  absl::StatusOr<std::string> GoOnByDigest(bool new_epoch);
  absl::StatusOr<std::vector<v1::Reoffer>> ReoffersAmong(const std::vector<UpstreamChange>& line);
  absl::Status Push(const std::function<bool()>& stopping);
  absl::Status Pull(std::string cursor, ParentSync::Feed feed,
                    const std::function<bool()>& stopping);
  absl::Status PullOn(Result& result, const std::function<bool()>& stopping);
  absl::Status AskForReceipts();
  absl::Status Finish();
  void ReportStalls(const Result& result);

  client::ServerLink& parent_;
  const Principal self_;
  Store& store_;
  const Clock& clock_;
  ParentSync apply_;
  OrgDirectory& orgs_;
  PolicyDirectory& policy_;
  PeopleDirectory& people_;
  EventLog& log_;
  StallDetector& stalls_;
  const Paging paging_;
  v1::HandshakeResponse handshake_;  // the last one
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_UPSTREAM_UPSTREAM_ROUND_H_
