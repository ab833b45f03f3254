#ifndef BANGFU_CLIENT_CLI_COMMANDS_H_
#define BANGFU_CLIENT_CLI_COMMANDS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "bangfu/v1/codes.pb.h"
#include "client/cli/output.h"
#include "client/cli/reading.h"
#include "client/cli/rule_basis.h"
#include "client/cli/session.h"

// The commands of `bangfu`, one function each. They return the exit status of what was done, or why
// nothing was.
namespace bangfu::client {

struct JoinCommandOptions {
  std::string server;  // host:port
  std::string tls;     // folder with ca.pem, node.pem, node.key
  bool update =
      false;  // joined already: the server has a new address, or we have a new certificate
};
absl::StatusOr<ExitStatus> Join(const CommonOptions& common, const JoinCommandOptions& options,
                                const Output& out);

struct EnrollCommandOptions {
  std::string invitation;  // file
  std::string server;      // host:port, for everything after joining
  int wait_minutes = 0;    // for somebody's approval
};
// Gets a certificate with an invitation, then joins. kSomeRefused while nobody has approved.
absl::StatusOr<ExitStatus> Enroll(const CommonOptions& common, const EnrollCommandOptions& options,
                                  const Output& out);

struct ImportOptions {
  std::string file;
  bool dry_run = false;
  std::string org;  // org that files; empty: that of the desktop
};
absl::StatusOr<ExitStatus> Import(Session& session, const ImportOptions& options);

enum class SyncPart { kPush, kPull, kBoth };
absl::StatusOr<ExitStatus> Sync(Session& session, SyncPart part);

// State of the desktop.
absl::StatusOr<ExitStatus> Status(Session& session);
// What became of a change, and how far up it has got as of the last sync.
absl::StatusOr<ExitStatus> ChangeStatus(Session& session, const std::string& change_id);

// Compares the replica with its scope at the server, and unless `check_only` mends what differs.
// kSomeRefused when something differed.
absl::StatusOr<ExitStatus> Verify(Session& session, bool check_only);

// Syncs as soon as there is something, until the process is told to end (SIGINT, SIGTERM).
absl::StatusOr<ExitStatus> Watch(Session& session);

// What the server waits for, and how its children are.
absl::StatusOr<ExitStatus> NodeStatus(Session& session);

struct MoveOptions {
  std::vector<std::string> archives;
  std::string from;  // org path; instead of archives
  std::string to;    // org path
};
// What a move of records would take from whom.
absl::StatusOr<ExitStatus> PreviewMove(Session& session, const MoveOptions& options);

// Puts refused, parked or conflicting changes away.
absl::StatusOr<ExitStatus> Dismiss(Session& session, const std::vector<std::string>& change_ids);

struct ListOptions {
  std::string status;  // word of the form, "已提交", or name, "submitted"; empty for all
  std::string org;
  int limit = 0;  // 0 for all
};
absl::StatusOr<ExitStatus> ListArchives(Session& session, const ListOptions& options);

struct ShowOptions {
  std::string archive;
  Sight sight;
};
absl::StatusOr<ExitStatus> ShowArchive(Session& session, const ShowOptions& options);

// Which archives a command is about: the named ones, or all that are in the right status.
struct Selection {
  std::vector<std::string> archives;
  bool all = false;
};

struct EditOptions {
  std::string archive;
  std::string element;                   // id of a member, paper …; empty: the archive itself
  std::vector<std::string> assignments;  // "联系电话=13800000000"
  std::string reason;
};
absl::StatusOr<ExitStatus> EditArchive(Session& session, const EditOptions& options);

struct PaperOptions {
  Selection selection;
  bool complete = false;    // every paper that is due was received
  std::string received_on;  // ISO day; empty for today
};
// Shows the checklist, or records the papers that were received.
absl::StatusOr<ExitStatus> Papers(Session& session, const PaperOptions& options);

struct StepOptions {
  Selection selection;
  std::string opinion;   // also the reason of a return
  std::string category;  // of an approval; empty: as claimed
};
absl::StatusOr<ExitStatus> Submit(Session& session, const StepOptions& options);
absl::StatusOr<ExitStatus> Review(Session& session, const StepOptions& options);
absl::StatusOr<ExitStatus> Approve(Session& session, const StepOptions& options);
absl::StatusOr<ExitStatus> Return(Session& session, const StepOptions& options);

absl::StatusOr<ExitStatus> ListConflicts(Session& session, bool open_only,
                                         const std::string& archive);
absl::StatusOr<ExitStatus> ShowConflict(Session& session, const std::string& id,
                                        const Sight& sight);

struct ResolveOptions {
  std::string conflict;
  bool keep = false;                     // our values stay
  bool theirs = false;                   // theirs are taken, or what was parked is applied
  std::vector<std::string> assignments;  // "联系电话=13800000000", of fields of the entry
  std::string reason;
};
// Settles an entry of the conflict log: exactly one of keep, theirs and assignments.
absl::StatusOr<ExitStatus> ResolveConflict(Session& session, const ResolveOptions& options);

// The following work without a server, and without having joined one.

struct CheckOptions {
  std::vector<std::string> files;  // registers and record files
  BasisOptions basis;
  std::string org;      // org that files the registers; empty: that of the basis
  bool timers = false;  // the timers too
};
// What the rules have to say about files. kSomeRefused when there are errors.
absl::StatusOr<ExitStatus> Check(const CommonOptions& common, const CheckOptions& options,
                                 const Output& out);

struct RulesOptions {
  std::string number;  // "R14"; empty for all
  std::string kind;    // one of RuleKinds(); empty for all
};
// The kinds of rules as --kind takes them.
std::vector<std::string> RuleKinds();
// The rules with their sentences of the notice.
absl::StatusOr<ExitStatus> Rules(const RulesOptions& options, const Output& out);

struct PolicyCheckOptions {
  std::string file;
  std::string orgs;
};
// What is wrong in a policy file. kSomeRefused when there are errors.
absl::StatusOr<ExitStatus> CheckPolicy(const CommonOptions& common,
                                       const PolicyCheckOptions& options, const Output& out);

struct PolicyShowOptions {
  BasisOptions basis;
  std::string org;  // empty: that of the basis, else the highest that the policy names
};
// The values in force for an org on a day, and what sets them.
absl::StatusOr<ExitStatus> ShowPolicy(const CommonOptions& common, const PolicyShowOptions& options,
                                      const Output& out);

struct PolicyPreviewOptions {
  std::string next;                // policy file that is to come
  std::vector<std::string> files;  // empty: the archives of this desktop
  BasisOptions basis;              // with the policy as it is
  std::string org;
};
// What a change of policy does to archives.
absl::StatusOr<ExitStatus> PreviewPolicyChange(const CommonOptions& common,
                                               const PolicyPreviewOptions& options,
                                               const Output& out);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_CLI_COMMANDS_H_
