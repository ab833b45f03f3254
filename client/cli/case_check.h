#ifndef BANGFU_CLIENT_CLI_CASE_CHECK_H_
#define BANGFU_CLIENT_CLI_CASE_CHECK_H_

#include <cstddef>
#include <string>
#include <vector>

#include "bangfu/v1/finding.pb.h"
#include "client/cli/checked_cases.h"
#include "client/import/cell_finding.h"
#include "domain/rules/case.h"

namespace bangfu::client {

// One finding of a check and what it is about: a household, a file, or a unit.
struct CheckedFinding {
  const CheckedCase* household = nullptr;  // nullptr: a file or a unit
  const CheckedFile* file = nullptr;       // nullptr: a unit
  std::string unit;                        // org path, when it is about a unit
  const CellFinding* cell = nullptr;       // of a register, when it is about a cell
  v1::Finding finding;
};

// Everything that the rules have to say about the households: what the reading of a register found,
// Evaluate for each, CheckCaseSet over all. What the reading found, or left out because it follows
// from a cell that could not be read, is not said again. Order: households as they come, files,
// units. Points into `cases`.
std::vector<CheckedFinding> CheckCases(const CheckedCases& cases,
                                       const domain::RuleContext& context);

// The records of all households.
std::vector<domain::Case> CasesOf(const CheckedCases& cases);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_CLI_CASE_CHECK_H_
