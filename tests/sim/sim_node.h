#ifndef BANGFU_TESTS_SIM_SIM_NODE_H_
#define BANGFU_TESTS_SIM_SIM_NODE_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bangfu/v1/conflict_service.pb.h"
#include "bangfu/v1/sync_service.pb.h"
#include "server/authz/principal.h"
#include "server/health/stall_detector.h"
#include "server/log/event_log.h"
#include "server/store/person_key.h"
#include "server/sync/org_directory.h"
#include "server/sync/people_directory.h"
#include "server/sync/policy_directory.h"
#include "server/sync/push.h"
#include "server/upstream/upstream_round.h"
#include "tests/sim/directory_store.h"
#include "tests/sim/memory_store.h"
#include "tests/sim/sim_clock.h"

namespace bangfu::sim {

class SimLink;

// A push that a node has answered for the first time, at least in part.
struct AnsweredPush {
  server::Principal principal;
  std::vector<v1::Change> changes;
  std::vector<v1::Reoffer> reoffers;
  absl::Time received;
  int64_t org_version = 0;
};

// What happened at a node, in order: pushes, at the root also editions of the org tree and of the
// directory of people.
struct NodeEvent {
  AnsweredPush push;
  std::shared_ptr<const v1::OrgTree> edition;   // nullptr: none
  std::shared_ptr<const v1::Directory> people;  // nullptr: none
  absl::Time time;
};

// One node: a store, the handlers that work on it, and a line to its parent unless it is the root.
// Its calls are those of the service, for a caller who is who he says.
class SimNode {
 public:
  SimNode(server::Principal self, bool is_root, const WorldTime& time, absl::Duration skew,
          std::function<std::string()> next_epoch);
  ~SimNode();

  void ConnectTo(SimNode& parent);

  const server::Principal& self() const { return self_; }
  bool is_root() const { return is_root_; }
  MemoryStore& store() { return store_; }
  const MemoryState& state() const { return store_.state(); }
  SimClock& clock() { return clock_; }
  SimLink& up() { return *up_; }
  const domain::OrgTree& orgs() const { return *orgs_.Tree(); }
  std::string ScopeOf(const server::Principal& child) const;
  const std::vector<NodeEvent>& events() const { return events_; }
  // The store went back in time: what the events were is no longer what it holds.
  bool was_restored() const { return was_restored_; }

  // At the root: takes an edition of the org tree and moves records after it.
  absl::Status TakeEdition(const v1::OrgTree& tree);
  // At the root: takes an edition of the directory, which gets its next version.
  absl::Status TakePeople(v1::Directory directory);
  std::shared_ptr<const server::PeopleBook> People() const { return people_.Book(); }
  // Stops, and starts on what the store holds.
  void Restart();
  void Restore(const MemoryState& backup);
  void Sequence();
  absl::Status Compact();
  // One sync with the parent; OK for the root, which has none.
  absl::Status Round();
  absl::StatusOr<client::ReconcileReport> Verify();

  // ---- What children call.
  absl::StatusOr<v1::HandshakeResponse> Handshake(const server::Principal& caller,
                                                  const v1::HandshakeRequest& request);
  absl::StatusOr<std::vector<v1::Outcome>> Push(const server::Principal& caller,
                                                const std::vector<v1::Change>& changes,
                                                const std::vector<v1::Reoffer>& reoffers);
  absl::StatusOr<v1::PullResponse> Pull(const server::Principal& caller, absl::string_view cursor,
                                        int max_records);
  void NoteCursor(const server::Principal& caller, absl::string_view cursor);
  absl::StatusOr<v1::GetDigestResponse> GetDigest(const server::Principal& caller,
                                                  const v1::GetDigestRequest& request);
  absl::StatusOr<v1::GetRecordsResponse> GetRecords(const server::Principal& caller,
                                                    const v1::GetRecordsRequest& request);
  absl::StatusOr<v1::GetReceiptsResponse> GetReceipts(const server::Principal& caller,
                                                      const v1::GetReceiptsRequest& request);
  absl::StatusOr<v1::Conflict> GetConflict(const server::Principal& caller, absl::string_view id);
  absl::StatusOr<v1::ListConflictsResponse> ListConflicts(const server::Principal& caller,
                                                          const v1::ListConflictsRequest& request);
  v1::Directory GetDirectory(const server::Principal& caller) const;
  absl::StatusOr<v1::OrgTree> GetOrgTree() { return orgs_.Tree()->proto(); }

 private:
  void MakeRound();

  const server::Principal self_;
  const bool is_root_;
  SimClock clock_;
  const server::PersonKeyer keyer_;
  MemoryStore store_;
  server::EventLog log_;
  server::OrgDirectory orgs_;
  server::PolicyDirectory policy_;
  DirectoryStore directory_;
  server::PeopleDirectory people_;
  server::PushHandler push_;
  std::unique_ptr<server::StallDetector> stalls_;
  std::unique_ptr<SimLink> up_;
  std::unique_ptr<server::UpstreamRound> round_;
  std::vector<NodeEvent> events_;
  bool was_restored_ = false;
};

// The key under which nodes of the simulation keep persons.
inline constexpr char kPersonSecret[] = "a key for simulations";

}  // namespace bangfu::sim

#endif  // BANGFU_TESTS_SIM_SIM_NODE_H_
