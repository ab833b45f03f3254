#ifndef BANGFU_TESTS_SIM_SIM_DESKTOP_H_
#define BANGFU_TESTS_SIM_SIM_DESKTOP_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/replica/replica.h"
#include "client/sync/syncer.h"
#include "google/protobuf/message.h"
#include "server/authz/principal.h"
#include "tests/sim/rng.h"
#include "tests/sim/sim_clock.h"
#include "tests/sim/sim_link.h"

namespace bangfu::sim {

class SimNode;

// A desktop: a replica in a file, the line to its node, the people who sit at it.
class SimDesktop {
 public:
  // `path` is that of its file, which must not exist.
  SimDesktop(server::Principal self, SimNode& parent, const WorldTime& time, absl::Duration skew,
             std::string path);
  ~SimDesktop();

  // Makes the replica. Needs the line.
  absl::Status Join();
  // Closes the file and opens it again, as after a crash.
  absl::Status Reopen();

  const server::Principal& self() const { return self_; }
  SimNode& parent() { return parent_; }
  SimLink& link() { return link_; }
  SimClock& clock() { return clock_; }
  client::Replica& replica() { return *replica_; }
  const std::string& path() const { return path_; }

  absl::Status Sync();
  absl::Status PushOnly();
  absl::Status PullOnly();
  absl::StatusOr<client::ReconcileReport> Verify(client::ReconcileMode mode);

  // ---- Entering. Ids of changes come from `rng`.
  v1::Change NewChange(v1::RecordType type, const std::string& record_id, const v1::Actor& actor,
                       Rng& rng) const;
  // A put of what differs; a creation when `before` is nullptr.
  v1::Change NewPut(v1::RecordType type, const google::protobuf::Message* before,
                    const google::protobuf::Message& after, const v1::Actor& actor, Rng& rng) const;
  // People: their org is that of the desktop, their office shows in the id.
  v1::Actor Person(const std::string& office) const;
  absl::Status Enter(const v1::Change& change);

  // Archives that are here and seen, by id.
  std::vector<client::LocalRecord> Archives() const;
  std::vector<client::OutboxEntry> Entries(const std::vector<client::EntryState>& states) const;
  std::vector<client::OutboxEntry> AllEntries() const;

 private:
  const server::Principal self_;
  SimNode& parent_;
  SimClock clock_;
  SimLink link_;
  const std::string path_;
  std::unique_ptr<client::Replica> replica_;
};

}  // namespace bangfu::sim

#endif  // BANGFU_TESTS_SIM_SIM_DESKTOP_H_
