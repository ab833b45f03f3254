#ifndef BANGFU_CLIENT_CLI_SESSION_H_
#define BANGFU_CLIENT_CLI_SESSION_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "bangfu/v1/archive.pb.h"
#include "bangfu/v1/change.pb.h"
#include "base/clock.h"
#include "client/cli/output.h"
#include "client/replica/replica.h"
#include "client/transport/identity_link.h"
#include "client/transport/server_link.h"
#include "domain/policy/policy.h"
#include "domain/rules/org_tree.h"
#include "domain/text/uuid.h"

namespace bangfu::client {

// Options that every command takes.
struct CommonOptions {
  std::string data;  // data folder of this desktop
  std::string output = "table";
  std::string lang;
  std::string user;   // account of the person at the desk; empty: the last who signed in
  std::string clock;  // RFC 3339 start of a shifted clock, for demonstrations only
};

// The data folder of a desktop: replica with its key, certificates.
struct DataFolder {
  std::string path;
  std::string replica() const { return path + "/replica.db"; }
  std::string tls() const { return path + "/tls"; }
};

// The folder of --data, $BANGFU_DATA or ~/.local/share/bangfu.
absl::StatusOr<DataFolder> FolderOf(const CommonOptions& options);
absl::StatusOr<std::unique_ptr<Clock>> ClockOf(const CommonOptions& options);

// INVALID_ARGUMENT unless `org`, given with `option` ("--org"), is in the tree and at or below
// `within`.
absl::Status CheckOrg(const domain::OrgTree& orgs, const std::string& org,
                      const std::string& within, absl::string_view option);

// One command at work on an opened replica.
class Session {
 public:
  static absl::StatusOr<std::unique_ptr<Session>> Open(const CommonOptions& options,
                                                       const Output& output);

  const Output& out() const { return output_; }
  Replica& replica() { return *replica_; }
  const domain::OrgTree& orgs() const { return orgs_; }
  const domain::PolicyBook& policy() const { return policy_; }
  const Clock& clock() const { return *clock_; }
  absl::CivilDay today() const;
  const ReplicaIdentity& identity() const { return identity_; }
  const DataFolder& folder() const { return folder_; }
  std::string NewId();

  // Who is at the desk: --user, else the last who signed in. The session may have ended meanwhile.
  // UNAUTHENTICATED SIGN_IN_REQUIRED when that person has not signed in here, or nobody has.
  absl::StatusOr<DeskSession> Signed() const;
  // The same, as whoever enters a change.
  absl::StatusOr<v1::Actor> Actor() const;
  // The same, for calls in the person's name. UNAUTHENTICATED SIGN_IN_REQUIRED, also when the
  // session has ended.
  absl::StatusOr<OnBehalf> Behalf() const;

  // INVALID_ARGUMENT unless `org`, given with --org, is known and within what this desktop reads.
  absl::Status CheckOrgInScope(const std::string& org) const {
    return CheckOrg(orgs_, org, identity_.scope, "--org");
  }

  // A line to the server, not yet dialled.
  absl::StatusOr<std::unique_ptr<ServerLink>> Connect() const;
  absl::StatusOr<std::unique_ptr<IdentityLink>> ConnectPeople() const;

  // The archive with this UUID or number. NOT_FOUND names it.
  absl::StatusOr<LocalRecord> FindArchive(const std::string& reference) const;

  // A change of now by `actor` to a record; the caller fills in the action.
  v1::Change NewChange(v1::RecordType type, const std::string& record_id, const v1::Actor& actor);

  // A put that turns `before` into `after`, without changed fields when they are the same; with
  // `before` nullptr it creates the record.
  v1::Change NewPut(v1::RecordType type, const google::protobuf::Message* before,
                    const google::protobuf::Message& after, const v1::Actor& actor,
                    const std::string& reason);

 private:
  Session(const CommonOptions& options, const Output& output)
      : options_(options), output_(output) {}

  // A line of this kind with our certificate.
  template <typename Link, typename Made>
  absl::StatusOr<std::unique_ptr<Link>> Dial() const;

  const CommonOptions& options_;
  const Output& output_;
  DataFolder folder_;
  std::unique_ptr<Clock> clock_;
  std::unique_ptr<Replica> replica_;
  ReplicaIdentity identity_;
  domain::OrgTree orgs_;
  domain::PolicyBook policy_;
  std::unique_ptr<domain::UuidGenerator> ids_;
};

// The archive in a record of this replica. DATA_LOSS when it cannot be read.
absl::StatusOr<v1::Archive> ArchiveOf(const LocalRecord& record);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_CLI_SESSION_H_
