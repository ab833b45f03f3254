#ifndef BANGFU_CLIENT_CLI_SELECTION_H_
#define BANGFU_CLIENT_CLI_SELECTION_H_

#include <set>
#include <string>
#include <vector>

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
};

// The named archives, or all in one of these statuses.
absl::StatusOr<std::vector<Chosen>> Choose(Session& session, const Selection& selection,
                                           const std::set<v1::ArchiveStatus>& statuses);

// Name of the worker as lists show it: masked.
std::string MaskedName(const v1::Archive& archive);

// Reports for each archive what was entered or why not.
class StepReport {
 public:
  explicit StepReport(const Session& session) : session_(session) {}

  void Entered(const Chosen& chosen, const domain::Findings& findings) {
    Add(chosen, true, findings);
  }
  void Refused(const Chosen& chosen, const domain::Findings& findings) {
    Add(chosen, false, findings);
  }

  // Prints it and returns the exit status.
  ExitStatus Print(const Text& done) const;

 private:
  void Add(const Chosen& chosen, bool entered, const domain::Findings& findings);

  const Session& session_;
  int entered_ = 0;
  int refused_ = 0;
  std::vector<std::string> lines_;
  Json archives_ = Json::array();
};

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_CLI_SELECTION_H_
