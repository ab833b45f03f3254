#ifndef BANGFU_CLIENT_CLI_CHECKED_CASES_H_
#define BANGFU_CLIENT_CLI_CHECKED_CASES_H_

#include <deque>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "bangfu/v1/case_file.pb.h"
#include "client/cli/output.h"
#include "client/cli/rule_basis.h"
#include "client/import/cell_finding.h"
#include "domain/rules/case.h"

namespace bangfu::client {

// One household of a file, or of the replica.
struct CheckedCase {
  size_t file = 0;       // position in CheckedCases::files
  int position = 0;      // of the case in its record file, from 1
  int row = 0;           // of the register, as people see it; 0 elsewhere
  std::string sequence;  // 序号 of the register
  v1::CaseFile records;
  // What the reading of the register found, which includes CheckValues, CheckRequired and
  // CheckLogic; nothing for other files.
  std::vector<CellFinding> cells;
  // False for a row of a register that says again what an earlier row says (the reading found it).
  bool comparable = true;

  bool of_register() const { return row > 0; }
};

// One file of the command; of the replica a single one without a path.
struct CheckedFile {
  std::string path;
  bool is_register = false;
  std::string sheet;  // of the households
  int archives = 0;
  std::vector<CellFinding> findings;  // about rows that could not be given to a household
};

struct CheckedCases {
  std::vector<CheckedFile> files;
  std::deque<CheckedCase> cases;
};

// Reads registers and record files. `org` files the registers; empty for that of the basis. The ids
// of archives and members that a register lacks are made up from their position, so that the same
// files always give the same result. Errors: those of ReadRegister and ReadRecordFile;
// INVALID_ARGUMENT for a register without a dictionary of orgs, an org that is not in it, more than
// limits::kMaxCheckedFiles files or limits::kMaxCheckedCases archives.
absl::StatusOr<CheckedCases> ReadCases(const std::vector<std::string>& paths,
                                       const RuleBasis& basis, const std::string& org);

// The archives of this desktop with their aid events and visits. FAILED_PRECONDITION when it has
// not joined.
absl::StatusOr<CheckedCases> ReplicaCases(const RuleBasis& basis);

// What a household is called in lists: its row in a register, else its number, its id or its
// position in the file; and the masked name. Numbers and ids are left out when they are none: they
// may be something personal in the wrong place.
Text NameOf(const CheckedCase& c);

// The same for programs: file, row and sequence of a register, else case and archive_id; number,
// and the masked name of the worker.
Json PlaceJson(const CheckedCases& cases, const CheckedCase& c);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_CLI_CHECKED_CASES_H_
