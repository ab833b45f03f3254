#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/cli/case_check.h"
#include "client/cli/checked_cases.h"
#include "client/cli/commands.h"
#include "client/cli/file_table.h"
#include "client/cli/finding_place.h"
#include "client/cli/policy_table.h"
#include "client/cli/rule_cells.h"
#include "domain/rules/org_tree.h"
#include "domain/text/civil_date.h"
#include "domain/text/uuid.h"
#include "domain/timers/timers.h"

namespace bangfu::client {
namespace {

struct Counts {
  int errors = 0;
  int warnings = 0;
};

Counts CountOf(const std::vector<CheckedFinding>& findings) {
  Counts counts;
  for (const CheckedFinding& found : findings) {
    (found.finding.severity() == v1::SEVERITY_WARNING ? counts.warnings : counts.errors) += 1;
  }
  return counts;
}

int CountArchives(const CheckedCases& cases) { return static_cast<int>(cases.cases.size()); }

void PrintFindings(const Output& out, const RuleBasis& basis, const CheckedCases& cases,
                   const std::vector<CheckedFinding>& findings) {
  FileTable table(
      cases, out,
      Row({out.Say({"档案", "archive"}), out.Say({"位置", "place"})}, FindingHeader(out)));
  for (const CheckedFinding& found : findings) {
    const v1::Org* unit = basis.orgs().Find(found.unit);
    table.Add(found.file,
              Row({found.household != nullptr ? out.Say(NameOf(*found.household))
                   : unit != nullptr          ? unit->name()
                                              : found.unit,
                   found.cell != nullptr ? CellPlace(*found.cell, found.file->sheet)
                                         : FieldPlace(found.finding.field(), out.language())},
                  FindingCells(out, found.finding)));
  }
  table.Print();
}

Json ToJson(const CheckedCases& cases, const CheckedFinding& found) {
  Json json = Json::object();
  if (found.household != nullptr) {
    json = PlaceJson(cases, *found.household);
  } else if (found.file != nullptr) {
    json["file"] = found.file->path;
  } else {
    json["unit"] = found.unit;
  }
  if (found.cell != nullptr) {
    json["sheet"] = found.cell->sheet;
    json["cell_row"] = found.cell->row;
    json["column"] = found.cell->column;
    json["header"] = found.cell->header;
  }
  json.update(bangfu::client::ToJson(found.finding));
  if (!domain::IsUuid(found.finding.member())) json["member"] = "";  // may be anything
  return json;
}

// Prints the timers of all households and returns them for the document.
Json ReportTimers(const Output& out, const RuleBasis& basis, const CheckedCases& cases) {
  Json document = Json::array();
  FileTable table(cases, out, Row({out.Say({"档案", "archive"})}, TimerHeader(out)));
  const std::vector<domain::Case> all = CasesOf(cases);
  for (size_t i = 0; i < all.size(); ++i) {
    const CheckedCase& c = cases.cases[i];
    for (const v1::Timer& timer : domain::TimersOf(all[i], basis.context())) {
      table.Add(&cases.files[c.file], Row({out.Say(NameOf(c))}, TimerCells(out, timer)));
      Json json = PlaceJson(cases, c);
      Json fields = bangfu::client::ToJson(timer);
      // Ids of a register are made up; what is no id may be anything.
      fields.erase("archive_id");
      if (c.of_register() || !domain::IsUuid(timer.subject_id())) fields.erase("subject_id");
      fields["orgs"] = Json::array();
      for (const std::string& org : timer.orgs()) {
        if (domain::IsOrgPath(org)) fields["orgs"].push_back(org);
      }
      json.update(fields);
      document.push_back(std::move(json));
    }
  }
  table.Print();
  return document;
}

// The values in force for the units of the archives of which no document at hand says so.
std::vector<std::pair<std::string, Text>> AssumedValues(const RuleBasis& basis,
                                                        const CheckedCases& cases) {
  std::set<std::string> units;
  for (const CheckedCase& c : cases.cases) units.insert(c.records.archive().unit());
  std::set<std::string> seen;
  std::vector<std::pair<std::string, Text>> assumed;
  for (const std::string& unit : units) {
    for (PolicyEntry& entry : EntriesInForce(basis.policy(), unit, basis.today())) {
      if (entry.policy == nullptr || !entry.policy->assumed()) continue;
      if (seen.insert(entry.name).second) {
        assumed.emplace_back(std::move(entry.name), std::move(entry.label));
      }
    }
  }
  return assumed;
}

void PrintSummary(const Output& out, const RuleBasis& basis, const CheckedCases& cases,
                  const Counts& counts, const std::vector<std::pair<std::string, Text>>& assumed) {
  const std::string day = domain::FormatDate(basis.today());
  out.Line(
      {absl::StrCat("检查日 ", day, "：文件 ", cases.files.size(), " 个，档案 ",
                    CountArchives(cases), " 份，错误 ", counts.errors, " 条，提醒 ",
                    counts.warnings, " 条。"),
       absl::StrCat("As of ", day, ": ", cases.files.size(), " files, ", CountArchives(cases),
                    " archives, ", counts.errors, " errors, ", counts.warnings, " warnings.")});
  if (assumed.empty()) return;
  Text list;
  bool categories = false;  // all of them are one word
  for (const auto& [name, entry] : assumed) {
    const bool category = absl::StartsWith(name, kCategoryEntry);
    if (category && std::exchange(categories, true)) continue;
    const Text label = category ? Text{"全国类别", "national categories"} : entry;
    absl::StrAppend(&list.zh, list.zh.empty() ? "" : "、", label.zh);
    absl::StrAppend(&list.en, list.en.empty() ? "" : ", ", label.en);
  }
  out.Line({absl::StrCat("政策数据（", basis.policy_source().zh, "）中的假定值：", list.zh,
                         "；详见 bangfu policy show。"),
            absl::StrCat("Assumed values in the policy data (", basis.policy_source().en,
                         "): ", list.en, "; see bangfu policy show.")});
}

Json SummaryJson(const RuleBasis& basis, const CheckedCases& cases, const Counts& counts,
                 const std::vector<std::pair<std::string, Text>>& assumed) {
  Json names = Json::array();
  for (const auto& [name, label] : assumed) names.push_back(name);
  return {{"as_of", domain::FormatDate(basis.today())},
          {"files", cases.files.size()},
          {"archives", CountArchives(cases)},
          {"errors", counts.errors},
          {"warnings", counts.warnings},
          {"policy",
           {{"source", basis.policy_source().en},
            {"version", basis.policy().version()},
            {"assumed", std::move(names)}}}};
}

}  // namespace

absl::StatusOr<ExitStatus> Check(const CommonOptions& common, const CheckOptions& options,
                                 const Output& out) {
  auto basis = RuleBasis::Load(common, options.basis);
  if (!basis.ok()) return basis.status();
  auto cases = ReadCases(options.files, **basis, options.org);
  if (!cases.ok()) return cases.status();
  const std::vector<CheckedFinding> findings = CheckCases(*cases, (*basis)->context());
  const Counts counts = CountOf(findings);
  const auto assumed = AssumedValues(**basis, *cases);

  PrintFindings(out, **basis, *cases, findings);
  Json document = {{"files", Json::array()}, {"findings", Json::array()}};
  if (out.json()) {
    for (const CheckedFile& file : cases->files) {
      document["files"].push_back({{"file", file.path},
                                   {"kind", file.is_register ? "register" : "records"},
                                   {"sheet", file.sheet},
                                   {"archives", file.archives}});
    }
    for (const CheckedFinding& found : findings) {
      document["findings"].push_back(ToJson(*cases, found));
    }
  }
  if (options.timers) document["timers"] = ReportTimers(out, **basis, *cases);
  PrintSummary(out, **basis, *cases, counts, assumed);
  document["summary"] = SummaryJson(**basis, *cases, counts, assumed);
  out.Print(document);
  return counts.errors > 0 ? kSomeRefused : kDone;
}

}  // namespace bangfu::client
