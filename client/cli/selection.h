#ifndef BANGFU_CLIENT_CLI_SELECTION_H_
#define BANGFU_CLIENT_CLI_SELECTION_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "bangfu/v1/archive.pb.h"
#include "client/cli/commands.h"
#include "client/cli/session.h"
#include "domain/rules/finding.h"

namespace bangfu::client {

// An archive that a command works on.
struct Chosen {
  LocalRecord record;
  v1::Archive archive;
  bool named = false;  // the user asked for this very one
};

// The named archives, or all in one of these statuses; each of them once.
absl::StatusOr<std::vector<Chosen>> Choose(Session& session, const Selection& selection,
                                           const std::set<v1::ArchiveStatus>& statuses);

// Name of the worker as lists show it: masked.
std::string MaskedName(const v1::Archive& archive);

// What an archive is called in lists: its number, or its id while it has none, and the masked name.
std::string NameOf(const LocalRecord& record, const v1::Archive& archive);

// Enters changes archive by archive, so that one that cannot be entered does not stop the others,
// and reports for each what was entered or why not.
class StepReport {
 public:
  explicit StepReport(Session& session) : session_(session) {}

  // Enters the change of one archive; `findings` are warnings. What stands against this archive is
  // reported as its refusal; errors are those after which the next one would fail too (disk full).
  absl::Status Enter(const Chosen& chosen, const v1::Change& change,
                     const domain::Findings& findings);
  void Refused(const Chosen& chosen, const domain::Findings& findings);
  void Refused(const Chosen& chosen, const absl::Status& reason);
  // There was nothing left to do for the archive.
  void Complete(const Chosen& chosen);

  // Prints it, with the error that ended the command early if there was one, and returns the exit
  // status.
  ExitStatus Print(const Text& done, const absl::Status& ended = absl::OkStatus()) const;

 private:
  Session& session_;
  int entered_ = 0;
  int refused_ = 0;
  int complete_ = 0;
  std::vector<std::string> lines_;
  Json archives_ = Json::array();
};

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_CLI_SELECTION_H_
