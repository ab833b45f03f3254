#ifndef BANGFU_TESTS_CHAOS_DESKTOP_H_
#define BANGFU_TESTS_CHAOS_DESKTOP_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "client/replica/replica.h"
#include "client/sync/syncer.h"
#include "client/transport/identity_link.h"
#include "client/transport/server_link.h"
#include "tests/chaos/scenario.h"

namespace bangfu::chaos {

// A desktop in this process: replica, line, syncer. Everybody of its org is signed in. Not
// thread-safe.
class Desktop {
 public:
  // Joins the node at `server`, again and again until it can be joined. `clock` is the world's when
  // it is not given.
  Desktop(World& world, const std::string& name, const std::string& org, const std::string& server,
          const Clock* clock = nullptr);
  // Another process of the same desktop: it opens the replica of `first`.
  explicit Desktop(const Desktop& first);
  Desktop& operator=(const Desktop&) = delete;

  const std::string& name() const { return name_; }
  const std::string& org() const { return org_; }
  const std::string& path() const { return path_; }
  client::Replica& replica() { return *replica_; }
  client::ServerLink& link() { return *link_; }
  client::Syncer& syncer() { return *syncer_; }

  // Sends changes of the handler past the outbox.
  absl::StatusOr<std::vector<v1::Outcome>> Push(const std::vector<v1::Change>& changes);

  // One sync; its error.
  absl::Status Sync();
  // Syncs until nothing waits here; false when that takes longer than `timeout`.
  bool SyncUntilEmpty(absl::Duration timeout);

  // Enters a change as it is.
  absl::Status Enter(const v1::Change& change);
  // Files a household.
  absl::Status File(const v1::Archive& archive);
  // Gives the archive another telephone number. NOT_FOUND when it is not here.
  absl::Status EditPhone(const std::string& id, const std::string& phone);
  // Lets `edit` change the archive, whose `fields` are written.
  absl::Status EditArchive(const std::string& id, const std::vector<std::string>& fields,
                           const std::function<void(v1::Archive&)>& edit);
  // What it entered last.
  const std::string& last_change() const { return last_change_; }
  // Changes of every state.
  std::vector<client::OutboxEntry> Outbox();

 private:
  void Open();
  void MakeSyncer();

  World& world_;
  const Clock& clock_;
  const SystemClock machine_clock_;
  const std::string name_;
  const std::string org_;
  const std::string server_;
  const std::string path_;
  std::string last_change_;
  std::unique_ptr<client::Replica> replica_;
  std::unique_ptr<client::GrpcServerLink> link_;
  std::unique_ptr<client::IdentityLink> people_;
  std::unique_ptr<client::Syncer> syncer_;
};

}  // namespace bangfu::chaos

#endif  // BANGFU_TESTS_CHAOS_DESKTOP_H_
