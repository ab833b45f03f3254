#ifndef BANGFU_CLIENT_CLI_LIFE_COMMANDS_H_
#define BANGFU_CLIENT_CLI_LIFE_COMMANDS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "bangfu/v1/change.pb.h"
#include "client/cli/commands.h"
#include "client/cli/output.h"
#include "client/cli/session.h"

// The commands of `bangfu` for what comes after establishment, one function each, as in commands.h.
namespace bangfu::client {

struct ReportOptions {
  Selection selection;  // all: the established ones of tier A
  std::string package;  // report package that carried them
};
absl::StatusOr<ExitStatus> Report(Session& session, const ReportOptions& options);

struct WithdrawOptions {
  Selection selection;  // all: those for which the basis holds today
  std::string basis;    // word, name or code of a WithdrawalBasis
  std::string reason;
};
absl::StatusOr<ExitStatus> Withdraw(Session& session, const WithdrawOptions& options);

struct DeregisterOptions {
  std::vector<std::string> archives;
  std::string reason;
};
absl::StatusOr<ExitStatus> Deregister(Session& session, const DeregisterOptions& options);

struct MergeOptions {
  std::string archive;
  std::string into;  // the one that stays
  std::string reason;
};
absl::StatusOr<ExitStatus> Merge(Session& session, const MergeOptions& options);

struct DecideOptions {
  std::string archive;
  std::string cause;      // id of the cause report; "latest": of the last undecided one
  std::string qualifies;  // yes or no
  std::string opinion;
};
absl::StatusOr<ExitStatus> Decide(Session& session, const DecideOptions& options);

struct ElementOptions {
  std::string archive;
  std::string list;  // of a new element: label or field name
  std::string id;    // of an element that is there
  std::vector<std::string> assignments;
  std::string reason;
};
absl::StatusOr<ExitStatus> AddElement(Session& session, const ElementOptions& options);
absl::StatusOr<ExitStatus> RemoveElement(Session& session, const ElementOptions& options);

// Aid events and visits.
struct EventOptions {
  v1::RecordType type = v1::RECORD_TYPE_UNSPECIFIED;
  std::string archive;  // of a new one, and of a list
  std::string id;       // of one that is there
  std::vector<std::string> assignments;
  std::string reason;
  Sight sight;
};
absl::StatusOr<ExitStatus> AddEvent(Session& session, const EventOptions& options);
absl::StatusOr<ExitStatus> EditEvent(Session& session, const EventOptions& options);
// Masked.
absl::StatusOr<ExitStatus> ListEvents(Session& session, const EventOptions& options);
absl::StatusOr<ExitStatus> ShowEvent(Session& session, const EventOptions& options);

struct TimerOptions {
  std::vector<std::string> archives;  // empty: all live ones
  std::string as_of;                  // ISO day; empty for today
  std::vector<std::string> kinds;     // words, names or codes of a TimerKind; empty: all
  bool overdue = false;               // only those whose last day is over
};
// The timers of archives as of a day.
absl::StatusOr<ExitStatus> Timers(Session& session, const TimerOptions& options);

struct WorklistOptions {
  std::string as_of;  // ISO day; empty for today
  int within = 30;    // days: last days that are so near are shown too
};
// What is to be done as of a day, by next action.
absl::StatusOr<ExitStatus> Worklist(Session& session, const WorklistOptions& options);

struct CheckArchivesOptions {
  Selection selection;  // all: the live ones
  std::string as_of;    // ISO day; empty for today
};
// What the rules have to say about archives of this desktop. kSomeRefused when there are errors.
absl::StatusOr<ExitStatus> CheckArchives(Session& session, const CheckArchivesOptions& options);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_CLI_LIFE_COMMANDS_H_
