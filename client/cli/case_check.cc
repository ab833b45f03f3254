#include "client/cli/case_check.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "domain/check/case_set.h"
#include "domain/check/evaluate.h"
#include "domain/rules/form.h"
#include "domain/rules/logic.h"

namespace bangfu::client {
namespace {

using domain::Findings;

bool SaysTheSame(const v1::Finding& a, const v1::Finding& b) {
  return a.code() == b.code() && a.rule() == b.rule() && a.field() == b.field() &&
         a.other_field() == b.other_field();
}

bool Contains(const Findings& findings, const v1::Finding& finding) {
  return std::any_of(findings.begin(), findings.end(),
                     [&](const v1::Finding& other) { return SaysTheSame(other, finding); });
}

// What is not to be said again about a row: what its cells say, and all of the rules that the
// reading applied itself, since it leaves out what only follows from a cell that cannot be read.
Findings SaidByReading(const CheckedCase& c, const domain::RuleContext& context) {
  if (!c.of_register()) return {};
  const v1::Archive& archive = c.records.archive();
  Findings said = domain::CheckValues(archive, context.today);
  domain::Append(said, domain::CheckRequired(archive));
  domain::Append(said, domain::CheckLogic(archive, context.today));
  for (const CellFinding& cell : c.cells) said.push_back(cell.finding);
  return said;
}

// Findings of the comparison by the archive that they are about.
using ByArchive = absl::flat_hash_map<const v1::Archive*, Findings>;

}  // namespace

std::vector<domain::Case> CasesOf(const CheckedCases& cases) {
  std::vector<domain::Case> all;
  all.reserve(cases.cases.size());
  for (const CheckedCase& c : cases.cases) all.push_back(domain::CaseOf(c.records));
  return all;
}

std::vector<CheckedFinding> CheckCases(const CheckedCases& cases,
                                       const domain::RuleContext& context) {
  const std::vector<domain::Case> all = CasesOf(cases);
  std::vector<domain::Case> comparable;
  for (size_t i = 0; i < all.size(); ++i) {
    if (cases.cases[i].comparable) comparable.push_back(all[i]);
  }
  ByArchive compared;
  std::vector<CheckedFinding> units;
  for (domain::SetFinding& found : domain::CheckCaseSet(comparable, context)) {
    if (found.archive != nullptr) {
      compared[found.archive].push_back(std::move(found.finding));
    } else {
      units.push_back({nullptr, nullptr, std::move(found.unit), nullptr, std::move(found.finding)});
    }
  }

  std::vector<CheckedFinding> result;
  for (size_t i = 0; i < all.size(); ++i) {
    const CheckedCase& c = cases.cases[i];
    const CheckedFile* file = &cases.files[c.file];
    for (const CellFinding& cell : c.cells) {
      result.push_back({&c, file, "", &cell, cell.finding});
    }
    const Findings said = SaidByReading(c, context);
    Findings found = domain::Evaluate(all[i], context);
    if (const auto others = compared.find(all[i].archive); others != compared.end()) {
      domain::Append(found, std::move(others->second));
    }
    for (v1::Finding& finding : found) {
      if (!Contains(said, finding)) result.push_back({&c, file, "", nullptr, std::move(finding)});
    }
  }
  for (const CheckedFile& file : cases.files) {
    for (const CellFinding& cell : file.findings) {
      result.push_back({nullptr, &file, "", &cell, cell.finding});
    }
  }
  for (CheckedFinding& unit : units) result.push_back(std::move(unit));
  return result;
}

}  // namespace bangfu::client
