#ifndef BANGFU_TESTS_SECURITY_CITY_H_
#define BANGFU_TESTS_SECURITY_CITY_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "bangfu/v1/account_service.grpc.pb.h"
#include "bangfu/v1/identity.pb.h"
#include "base/clock.h"
#include "domain/rules/org_tree.h"
#include "server/store/identity_store.h"
#include "tests/security/certificates.h"
#include "tests/security/orgs.h"
#include "tests/security/scenario.h"
#include "tests/support/process.h"
#include "tests/support/temp_folder.h"
#include "tests/support/test_database.h"

namespace bangfu::security {

// A bangfu-server process on a database of its own.
struct ServerProcess {
  std::string name;
  std::string org;
  std::string tls;   // folder with its certificate
  std::string data;  // its data folder
  std::string address;
  std::optional<server::TestDatabase> database;
  std::optional<server::Process> process;
};

// A small city of real processes for people who try what they may not: authority, root, accounts,
// and a district if asked for. Everything is made fresh and ends with this. One thread at a time.
class City {
 public:
  explicit City(const ScenarioOptions& options);

  // Starts the root; the district below it.
  void Start();
  void StartDistrict();

  const std::string& authority() const { return authority_; }
  std::string Path(const std::string& name) const { return folder_.Join(name); }
  const ScenarioOptions& options() const { return options_; }
  // The shifted clock of business at the nodes.
  absl::Time Now() const { return clock_.Now(); }
  const domain::OrgTree& orgs() const { return orgs_; }
  ServerProcess& city() { return city_; }
  ServerProcess& district() { return district_; }

  // The certificate of a server, and of a desk; the same one for the same name.
  Credentials OfServer(const ServerProcess& server) const;
  Credentials OfDesk(const std::string& org, const std::string& name);

  // An account with its first password replaced when it first signs in.
  void AddAccount(const std::string& id, const std::string& org,
                  const std::vector<v1::Role>& roles);
  // The account as the root has it.
  const v1::Person& PersonOf(const std::string& id) const;
  // Makes a key of this program one that signs sessions in that city, so that it can sign what a
  // root would not. The directory of `server` gets its next version.
  void PlantTokenKey(ServerProcess& server);
  const server::StoredTokenKey& token_key() const { return token_key_; }
  // A session by that key, issued `ago`.
  std::string SignedFor(const std::string& person, const std::string& desk,
                        absl::Duration ago = absl::ZeroDuration()) const;
  // Changes an account as the operator of the root.
  absl::Status UpdateAccount(const v1::Person& person);
  // Revokes all certificates of a node, as the operator of the root.
  absl::Status Revoke(const std::string& node);
  // A session of the person at that desk, through that server; signed in when there is none yet.
  // Ends the program when it cannot be had.
  std::string SessionOf(const std::string& person, const std::string& desk_org,
                        const std::string& desk, const ServerProcess& server);
  absl::StatusOr<std::string> SignIn(const std::string& person, const Credentials& desk,
                                     const ServerProcess& server);

  // Runs another command of bangfu-server with the data folder and database of a node; returns its
  // exit status. What it prints goes to `output`.
  int RunCommand(const std::vector<std::string>& words, const ServerProcess& server,
                 const std::string& output);

 private:
  struct Account {
    v1::Person person;
    v1::Credentials credentials;
    std::string password;  // empty: the first one still counts
    int64_t last_step = 0;
  };

  void StartServer(ServerProcess& server, const std::vector<std::string>& more);
  std::unique_ptr<v1::AccountService::Stub> Operator() const;

  const ScenarioOptions options_;
  server::TempFolder folder_;
  const std::string authority_;
  const ShiftedClock clock_;
  const domain::OrgTree orgs_;
  ServerProcess city_;
  ServerProcess district_;
  server::StoredTokenKey token_key_;
  std::map<std::string, Credentials> desks_;
  std::map<std::string, Account> accounts_;
  std::map<std::string, std::string> sessions_;
};

}  // namespace bangfu::security

#endif  // BANGFU_TESTS_SECURITY_CITY_H_
