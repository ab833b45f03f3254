#ifndef BANGFU_TESTS_SECURITY_ENEMY_NODE_H_
#define BANGFU_TESTS_SECURITY_ENEMY_NODE_H_

#include <grpcpp/server.h>

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bangfu/v1/archive.pb.h"
#include "bangfu/v1/identity.pb.h"
#include "base/clock.h"
#include "server/service/node.h"
#include "server/service/read_services.h"
#include "server/service/sync_service.h"
#include "server/store/postgres/postgres_store.h"
#include "tests/security/certificates.h"
#include "tests/security/scenario.h"
#include "tests/support/temp_folder.h"
#include "tests/support/test_database.h"

namespace bangfu::security {

// The machine's clock, which can be put forward, so that quotas of calls fill up again.
class LeapingClock final : public Clock {
 public:
  absl::Time Now() const override { return absl::Now() + absl::Milliseconds(leap_.load()); }
  void Leap(absl::Duration by) { leap_ += absl::ToInt64Milliseconds(by); }

 private:
  std::atomic<int64_t> leap_{0};
};

// Called at the places of a call where something else may happen meanwhile: before and after the
// directory is asked for its version, and before something is entered in the audit log.
class Pauses {
 public:
  // Nothing happens when `pause` is empty.
  void Set(std::function<void()> pause);
  void Reach();

 private:
  std::mutex mutex_;
  std::function<void()> pause_;  // guarded by mutex_; runs under it, one at a time
};

// The services of a city's root in this process, on a database of its own, over mutual TLS. What
// they ask the directory and the audit log passes through `pauses`.
class EnemyNode {
 public:
  EnemyNode();
  ~EnemyNode();

  Pauses& pauses() { return pauses_; }
  LeapingClock& clock() { return machine_clock_; }
  std::string address() const;
  Credentials OfDesk(const std::string& org, const std::string& name) const;
  std::string SessionOf(const v1::Person& person, const std::string& desk) const;

  // Puts that directory into the store as the next edition, past the node's own memory.
  void Publish(v1::Directory directory);
  // With the key of the sessions; nobody else.
  v1::Directory EmptyDirectory() const;

  // Writes the household's income, creating it at first, and moves it into the feed.
  void Write(const v1::Archive& archive);
  // A cursor of kUnit behind everything that is in the feed.
  std::string Head();

 private:
  class PausingIdentity;
  class PausingAudit;

  server::TempFolder folder_;
  std::string authority_;
  domain::OrgTree orgs_;
  LeapingClock machine_clock_;
  Pauses pauses_;
  std::optional<server::TestDatabase> database_;
  std::unique_ptr<server::PostgresStore> store_;
  std::unique_ptr<server::IdentityStore> identity_;
  std::unique_ptr<server::AuditStore> audit_;
  std::unique_ptr<server::IdentityAuthority> accounts_;
  std::unique_ptr<server::OrgDirectory> org_directory_;
  std::unique_ptr<server::PolicyDirectory> policy_;
  std::unique_ptr<server::PeopleDirectory> people_;
  std::unique_ptr<server::PushHandler> push_;
  server::EventLog log_;
  std::unique_ptr<server::StallDetector> stalls_;
  server::Metrics metrics_;
  std::unique_ptr<server::FeedHub> feed_;
  std::unique_ptr<server::Node> node_;
  std::unique_ptr<server::ArchiveService> archive_service_;
  std::unique_ptr<server::SyncService> sync_service_;
  std::unique_ptr<server::SequencerSession> sequencer_;
  server::StoredTokenKey token_key_;
  int64_t version_ = 1;
  int64_t changes_ = 0;
  std::string head_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace bangfu::security

#endif  // BANGFU_TESTS_SECURITY_ENEMY_NODE_H_
