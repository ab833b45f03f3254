#ifndef BANGFU_TESTS_SCENARIO_WORLD_H_
#define BANGFU_TESTS_SCENARIO_WORLD_H_

#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "client/transport/grpc_server_link.h"
#include "client/transport/link_credentials.h"
#include "domain/rules/org_tree.h"
#include "domain/text/uuid.h"
#include "server/seal/master_key.h"
#include "server/seal/sealer.h"
#include "server/tls/node_identity.h"
#include "tests/scenario/must.h"
#include "tests/scenario/people.h"
#include "tests/scenario/scenario.h"
#include "tests/support/process.h"
#include "tests/support/temp_folder.h"
#include "tests/support/test_database.h"

namespace bangfu::scenario {

using server::NodeKind;
using server::Process;

// What the nodes and desktops of one scenario share: folder, certificate authority, org tree,
// people, a clock that shows a day of 2014, random numbers. Thread-safe.
class World {
 public:
  explicit World(const ScenarioOptions& options);

  const ScenarioOptions& options() const { return options_; }
  const Clock& clock() const { return clock_; }
  const domain::OrgTree& orgs() const { return orgs_; }
  const People& people() const { return people_; }
  std::string Path(absl::string_view name) const { return folder_.Join(name); }

  // Folder with the certificate of a node, made when there is none.
  std::string CertificateOf(const std::string& node, const std::string& org, NodeKind kind);
  client::LinkCredentials CredentialsOf(const std::string& node, const std::string& org,
                                        NodeKind kind);

  // A database with the present schema. Taken from a template, because a migration costs more.
  server::TestDatabase NewDatabase();

  std::string NewId();
  // Uniform in [0, bound).
  int64_t Random(int64_t bound);
  bool Chance(int percent) { return Random(100) < percent; }

 private:
  const ScenarioOptions options_;
  server::TempFolder folder_;
  const ShiftedClock clock_;
  const domain::OrgTree orgs_;
  const People people_;
  std::mutex mutex_;
  std::mt19937_64 random_;  // guarded by mutex_
  domain::UuidGenerator ids_;
  std::mutex certificates_;                       // one at a time
  std::optional<server::TestDatabase> template_;  // guarded by certificates_
};

// Where a node keeps its records.
enum class Storage {
  kTestDatabase,  // on the cluster of the tests, which does not wait for the disk
  kOwnCluster,    // as a node without --database: a private PostgreSQL, which does
};

// A node of the tree: a bangfu-server process on a database of its own; the city's has the
// accounts. Not thread-safe.
class Node {
 public:
  // `upstream` is the address of the parent, empty for the city.
  Node(World& world, std::string name, std::string org, std::string upstream = "",
       Storage storage = Storage::kTestDatabase);

  // Returns when it serves; UNAVAILABLE when it ended before. It gets the same port every time.
  absl::Status Start(const Process::Environment& environment = {});
  // Ends the program when it does not start.
  void MustStart() { Must(Start(), name_); }
  void Kill() { process_->Kill(); }
  void Stop() { process_->Stop(); }
  bool Running() { return process_.has_value() && process_->Running(); }
  Process& process() { return *process_; }

  const std::string& name() const { return name_; }
  const std::string& org() const { return org_; }
  std::string address() const;
  server::TestDatabase& database() { return *database_; }  // of Storage::kTestDatabase
  // Of its database, for libpq; of an own cluster while the node runs.
  std::string DatabaseAddress() const;
  // Another database from the next start on.
  void UseDatabase(server::TestDatabase database);
  // Wraps the keys of its database.
  const server::MasterKey& master_key() const { return master_key_; }
  // Opens what is sealed in its database.
  const server::Sealer& sealer();
  // Runs another command of bangfu-server on this node, which must not run: "epoch".
  absl::Status RunCommand(const std::string& command);
  std::string log_path() const { return world_.Path(name_ + ".log"); }

 private:
  void PrepareOwnCluster();
  std::vector<std::string> DatabaseArguments() const;

  World& world_;
  const std::string name_;
  const std::string org_;
  const std::string upstream_;
  const server::MasterKey master_key_;            // in the place where the process looks for it
  std::optional<server::TestDatabase> database_;  // nullopt: a cluster of its own
  std::shared_ptr<const server::Sealer> sealer_;  // of database_; nullptr until it is needed
  int port_ = 0;
  std::optional<Process> process_;
};

}  // namespace bangfu::scenario

#endif  // BANGFU_TESTS_SCENARIO_WORLD_H_
