#ifndef BANGFU_CLIENT_SYNC_SYNCER_H_
#define BANGFU_CLIENT_SYNC_SYNCER_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "bangfu/v1/error_reason.pb.h"
#include "bangfu/v1/sync_service.pb.h"
#include "base/apply_queue.h"
#include "base/clock.h"
#include "client/reconcile/reconcile.h"
#include "client/replica/replica.h"
#include "client/transport/identity_link.h"
#include "client/transport/server_link.h"

namespace bangfu::client {

// What a sync did. Filled in as it goes, so it is right also when the sync ends with an error.
struct SyncReport {
  // Changes by what became of them.
  int64_t accepted = 0;
  int64_t merged = 0;
  int64_t conflicts = 0;
  int64_t refused = 0;
  int64_t parked = 0;
  int64_t replayed = 0;  // of all these: answered in an earlier sync whose answer was lost
  std::vector<OutboxEntry> attention;  // conflicts, refused and parked ones, with their reasons

  // Changes that stay here until somebody signs in again, by account of that person.
  std::map<std::string, int64_t> held_back;

  int64_t pulled = 0;  // records that came
  int64_t left = 0;    // records that left our scope
  bool org_tree_updated = false;
  bool policy_updated = false;
  bool policy_unreadable = false;  // a newer one is there, but this program cannot use it
  // Compared or pulled from the start: the parent's feed or our scope is another.
  bool restarted = false;
  int64_t unconfirmed = 0;  // records that the parent did not have then, kept here
  // The conflict log was to be compared, and nobody is signed in who may read it.
  bool conflicts_not_compared = false;
  absl::Duration clock_ahead;  // of this machine against the server, negative when it is behind
};

enum class SyncPhase { kPush, kPull };

// Called after every step. `total` is 0 while it is not known.
using OnSyncProgress = std::function<void(SyncPhase phase, int64_t done, int64_t total)>;

// What the people at a desk need beside the line of sync.
struct DeskPeople {
  // For what is asked or told in the name of people; nullptr: reads are not reported, and the
  // conflict log is not compared where that needs a person.
  IdentityLink* link = nullptr;
  // Of the machine, by which sessions end; nullptr: that of the syncer.
  const Clock* machine_clock = nullptr;
};

// Syncs one replica with its server. Every step is complete in itself: a sync that was cut off at
// any point goes on with the next one and nothing is lost or done twice.
//
// Errors: what ServerLink and Replica report; ABORTED when another sync of the replica runs;
//         FAILED_PRECONDITION when the address leads to another server than the replica's, or our
//         certificate is for another node, or the programs do not understand each other.
class Syncer {
 public:
  // All must outlive the syncer. `on_progress` may be empty; with Paging::kAhead it is called in
  // another thread while a replica is pulled for the first time.
  Syncer(Replica& replica, ServerLink& link, const Clock& clock, OnSyncProgress on_progress = {},
         DeskPeople people = {}, Paging paging = Paging::kOneByOne)
      : replica_(replica),
        link_(link),
        clock_(clock),
        on_progress_(std::move(on_progress)),
        people_(people),
        paging_(paging) {}

  // Sends what was pending when it began, with the sessions of those who made it. What somebody
  // made whose session has ended stays, with what builds upon it: see SyncReport::held_back. A
  // server without accounts (CAPABILITY_PEOPLE) gets everything.
  absl::Status Push(SyncReport& report);
  // Brings the org tree and all records up to date.
  absl::Status Pull(SyncReport& report);
  // Org tree, push and pull.
  absl::Status Sync(SyncReport& report);
  // Brings the replica up to date and proves that it equals its scope; with kRepair mends what
  // differs. Returns what the comparison found.
  absl::StatusOr<ReconcileReport> Verify(ReconcileMode mode, SyncReport& report);
  // Syncs whenever the server says that there is more, or limits::kWatchPoll is
  // over, until `stop` is true. Tells every round to `on_round`, failed ones too, and tries again
  // with growing pauses. Cancels the link at its end when it has watched: nothing else ends that.
  void Follow(const std::atomic<bool>& stop,
              const std::function<void(const absl::Status&, const SyncReport&)>& on_round);

 private:
  // Runs `body` while no other sync of the replica runs, and notes how it ended: one that was
  // `complete` ends a failure.
  absl::Status Locked(bool complete, absl::FunctionRef<absl::Status()> body);
  // Whether the server named the capability.
  bool Can(v1::Capability capability) const;
  absl::Status Greet(const ReplicaIdentity& identity);
  absl::Status Begin(SyncReport& report);
  absl::Status RefreshOrgTree(SyncReport& report);
  absl::Status RefreshPolicy(SyncReport& report);
  absl::Status RefreshDirectory();
  // Tokens of the sessions that may be good, by account.
  absl::StatusOr<std::map<std::string, std::string>> GoodSessions() const;
  // The next changes to send, with what goes with them; no more than the sessions of one push
  // stand for.
  struct Parcel {
    std::vector<v1::Change> changes;
    PushNote note;
  };
  absl::StatusOr<Parcel> NextParcel(int limit) const;
  // Drops the answers to people whom the server does not take for signed in: their changes are as
  // if they had not been sent, and go no more in this sync. The next one tries again: a node learns
  // of a new account a moment after the root.
  void DropUnsigned(std::vector<v1::Change>& changes, std::vector<v1::Outcome>& outcomes);
  absl::Status CountHeldBack(SyncReport& report) const;
  absl::Status ReportReads();
  // As RefreshConflicts, by whoever may read the log.
  absl::Status CompareConflicts(SyncReport& report);
  absl::Status PushPending(SyncReport& report);
  absl::Status TakeAnswers(std::vector<v1::Change> changes, std::vector<v1::Outcome> outcomes,
                           SyncReport& report);
  absl::Status AskReceipts();
  absl::StatusOr<ReconcileReport> Compare(ReconcileMode mode, SyncReport& report);
  // Brings the replica to where the parent stands by comparing digests. When it is cut off, the
  // next sync begins it again.
  absl::Status CatchUp(SyncReport& report);
  absl::Status OfferAgain();
  // The server cannot go on from our cursor, for that reason.
  absl::Status BeginAnew(v1::ErrorReason reason, SyncReport& report);
  absl::Status PullAll(SyncReport& report);
  absl::Status PullFromCursor(SyncReport& report);
  void Progress(SyncPhase phase, int64_t done, int64_t total) const;

  Replica& replica_;
  ServerLink& link_;
  const Clock& clock_;
  const OnSyncProgress on_progress_;
  const DeskPeople people_;
  const Paging paging_;  // of the first pull
  std::string replica_id_;
  v1::HandshakeResponse handshake_;
  std::set<std::string> unsigned_;  // whom the server did not take for signed in, in this sync
};

// Makes the replica of this machine at `replica_path`: asks the server at the other end of `link`
// who we are and takes its org tree. Records come with the first sync. ALREADY_EXISTS.
absl::StatusOr<std::unique_ptr<Replica>> Join(ServerLink& link, absl::string_view server_address,
                                              const std::string& replica_path);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_SYNC_SYNCER_H_
