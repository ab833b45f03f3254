#ifndef BANGFU_SERVER_MAIN_NODE_PEOPLE_H_
#define BANGFU_SERVER_MAIN_NODE_PEOPLE_H_

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "client/transport/identity_link.h"
#include "server/audit/audit_chainer.h"
#include "server/identity/authority.h"
#include "server/identity/certificate_desk.h"
#include "server/identity/enrollment_desk.h"
#include "server/identity/local_authority.h"
#include "server/log/event_log.h"
#include "server/main/node_options.h"
#include "server/seal/master_key.h"
#include "server/store/postgres/postgres_store.h"
#include "server/sync/org_directory.h"
#include "server/sync/people_directory.h"
#include "server/tls/certificate_keeper.h"
#include "server/tls/live_bundle.h"

namespace bangfu::server {

// How often it is looked whether a key or certificate is due.
inline constexpr absl::Duration kKeepInterval = absl::Minutes(10);

// Everything of a running node that is about people, nodes and the audit log: at the root it
// decides by itself, elsewhere it asks the parent.
class NodePeople {
 public:
  struct Parts {
    const NodeOptions& options;
    const Principal& self;
    PostgresStore& store;
    OrgDirectory& orgs;
    LiveBundle& bundle;
    const MasterKey& master_key;
    client::IdentityLink* parent;  // nullptr at the root
    const Clock& clock;            // the machine's
    EventLog& log;
  };
  // All parts outlive it. Errors: those of the store; INTERNAL no memory for a password's hash.
  static absl::StatusOr<std::unique_ptr<NodePeople>> Open(const Parts& parts);

  PeopleDirectory& directory() { return directory_; }
  IdentityAuthority& authority() { return *authority_; }
  EnrollmentDesk& enrollment() { return *enrollment_; }

  ~NodePeople();
  NodePeople(const NodePeople&) = delete;
  NodePeople& operator=(const NodePeople&) = delete;

 private:
  explicit NodePeople(const Parts& parts);
  absl::Status MakeAuthority(const Parts& parts);
  // Until the end: renews the node's certificate, and at the root the keys of sessions, in time.
  void KeepKeys(EventLog& log);

  PeopleDirectory directory_;
  CurrentStanding current_;
  std::unique_ptr<CertificateDesk> certificates_;  // at the root
  LocalAuthority* local_ = nullptr;                // at the root
  std::unique_ptr<IdentityAuthority> authority_;
  std::unique_ptr<EnrollmentDesk> enrollment_;
  std::unique_ptr<AuditChainer> chainer_;
  std::unique_ptr<CertificateKeeper> keeper_;  // nullptr at a root that has no authority
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stop_ = false;  // guarded by mutex_
  std::thread thread_;
};

// Address to be written into invitations: the one given, else the first name in the node's
// certificate with the port of --enroll-listen; empty when nobody can join here.
std::string EnrollmentAddress(const NodeOptions& options, const CertificateFacts& own);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_MAIN_NODE_PEOPLE_H_
