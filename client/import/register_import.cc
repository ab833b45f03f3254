#include "client/import/register_import.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "client/import/cell_value.h"
#include "client/import/earlier_rows.h"
#include "client/import/filing_date.h"
#include "client/import/household.h"
#include "client/import/member_rows.h"
#include "client/import/sheet_table.h"
#include "client/import/table_rows.h"
#include "domain/rules/archive_number.h"
#include "domain/rules/finding.h"
#include "domain/rules/form.h"
#include "domain/rules/label.h"
#include "domain/rules/logic.h"
#include "domain/text/civil_date.h"

namespace bangfu::client {
namespace {

using domain::Findings;

// A header with more problems is some other table's.
constexpr size_t kMaxListedProblems = 20;
constexpr char kMembersField[] = "members";
constexpr absl::string_view kMemberPath = "members[";

absl::Status Refuse(const Text& text) {
  return UserError(absl::StatusCode::kInvalidArgument, text);
}

std::string SheetNames(const std::vector<SheetTable>& tables) {
  std::string names;
  for (const SheetTable& table : tables) {
    absl::StrAppend(&names, "“", Quoted(table.sheet->name), "”");
  }
  return names;
}

// The tables of a workbook.
struct Tables {
  SheetTable households;
  std::optional<SheetTable> members;
};

absl::StatusOr<Tables> FindTables(const Workbook& workbook) {
  std::vector<SheetTable> all;
  std::vector<SheetTable> registers;
  std::vector<SheetTable> members;
  for (const Sheet& sheet : workbook.sheets) {
    const SheetTable table = FindTable(sheet);
    all.push_back(table);
    if (table.kind == SheetTable::Kind::kRegister) registers.push_back(table);
    if (table.kind == SheetTable::Kind::kMembers) members.push_back(table);
  }
  if (registers.empty()) {
    return Refuse(
        Text{absl::StrCat("工作表", SheetNames(all), "都不是困难职工登记表：前", kMaxHeaderRow,
                          "行中没有同时含有“姓名”和“身份证号”等列的表头；请核对是否选错了文件。"),
             absl::StrCat("none of the sheets ", SheetNames(all),
                          " is a register: no header with the columns \"姓名\" and \"身份证号\" in "
                          "the first ",
                          kMaxHeaderRow, " rows; check that this is the right file")});
  }
  for (const auto* tables : {&registers, &members}) {
    if (tables->size() < 2) continue;
    const bool of_members = tables == &members;
    return Refuse(
        Text{absl::StrCat("工作表", SheetNames(*tables), "都像是",
                          of_members ? "家庭成员表" : "困难职工登记表",
                          "，无法确定导入哪一个；请每个文件只保留一个（包括隐藏的工作表）。"),
             absl::StrCat("the sheets ", SheetNames(*tables), " all look like ",
                          of_members ? "members of households" : "registers",
                          "; keep one of them in a file (hidden sheets count)")});
  }
  Tables found;
  found.households = registers.front();
  if (!members.empty()) found.members = members.front();
  return found;
}

void AddProblems(const SheetTable& table, const std::vector<Text>& problems, Text& all) {
  if (problems.empty()) return;
  const std::string sheet = Quoted(table.sheet->name);
  absl::StrAppend(&all.zh, "工作表“", sheet, "”的表头（第", table.header_row + 1, "行）：");
  absl::StrAppend(&all.en, "header of sheet \"", sheet, "\" (row ", table.header_row + 1, "): ");
  const size_t listed = std::min(problems.size(), kMaxListedProblems);
  for (size_t i = 0; i < listed; ++i) {
    absl::StrAppend(&all.zh, i == 0 ? "" : "；", problems[i].zh);
    absl::StrAppend(&all.en, i == 0 ? "" : "; ", problems[i].en);
  }
  if (listed < problems.size()) {
    absl::StrAppend(&all.zh, "；另有", problems.size() - listed, "处");
    absl::StrAppend(&all.en, "; and ", problems.size() - listed, " more");
  }
  absl::StrAppend(&all.zh, "。");
  absl::StrAppend(&all.en, ". ");
}

absl::Status StatusOf(Text problems) {
  if (problems.zh.empty()) return absl::OkStatus();
  absl::StrAppend(&problems.zh, "没有导入。");
  absl::StrAppend(&problems.en, "Nothing was imported.");
  return Refuse(problems);
}

absl::Status ReadHeaders(const v1::Archive& defaults, Tables& tables) {
  Text all;
  AddProblems(tables.households, ReadHeader(tables.households, defaults), all);
  if (tables.members) {
    std::vector<Text> problems = ReadHeader(*tables.members, v1::Member::default_instance());
    // 序号 of the members leads nowhere when the register has none.
    const auto& identity_number =
        *v1::Archive::descriptor()->FindFieldByNumber(v1::Archive::kIdentityNumberFieldNumber);
    if (tables.households.sequence < 0 && tables.members->sequence >= 0 &&
        tables.members->Find(identity_number) == nullptr) {
      problems.push_back(
          Text{"登记表没有“序号”列，无法知道是哪一户的成员，请在登记表中补上“序号”列",
               "the register has no column \"序号\" to tell whose members they are, add it there"});
    }
    AddProblems(*tables.members, problems, all);
  }
  return StatusOf(std::move(all));
}

// Values in columns without a header.
void AddUnnamed(const SheetTable& table, const TableRows& rows, Text& all) {
  std::vector<Text> problems;
  for (const auto& [column, row] : rows.unnamed) {
    const std::string letters = ColumnLetters(column);
    problems.push_back(
        Text{absl::StrCat(letters, "列没有表头，但第", row + 1, "行有内容，请补上表头或删去"),
             absl::StrCat("column ", letters, " has no header but a value in row ", row + 1,
                          ", name or delete it")});
  }
  AddProblems(table, problems, all);
}

// What an empty row would give.
v1::Archive DefaultsOf(const RegisterContext& context) {
  v1::Archive archive;
  archive.set_tier(context.tier);
  archive.set_filed_on(domain::FormatDate(context.today));
  // Below a district or industry union stand the units, which file for themselves.
  const v1::Org* owner = context.orgs.UnionOf(context.org);
  if (owner != nullptr && owner->id() != context.org) archive.set_unit(context.org);
  return archive;
}

// Whether the finding is only there because a cell could not be read, which is reported already.
bool IsConsequence(const Household& household, const v1::Finding& finding) {
  if (household.unread.empty()) return false;
  if (finding.code() == v1::FINDING_CODE_REQUIRED_MISSING) {
    return household.unread.count(finding.field()) > 0;
  }
  // Somebody may seem to lack a child or a spouse whose relation could not be read.
  if (finding.other_field() != kMembersField) return false;
  return std::any_of(household.unread.begin(), household.unread.end(),
                     [](const std::string& path) { return absl::StartsWith(path, kMemberPath); });
}

// Unit and number: the number that the archive carries must be one of the unit's (A36), and a unit
// without a prefix cannot give any (A4).
Findings CheckNumbering(const v1::Archive& archive, const domain::OrgTree& orgs) {
  Findings findings;
  if (archive.unit().empty()) return findings;
  const std::string prefix = orgs.NumberPrefix(archive.unit());
  const bool numbered = archive.tier() == v1::TIER_A || archive.tier() == v1::TIER_UNSPECIFIED;
  if (prefix.empty()) {
    if (numbered) {
      findings.push_back(domain::Warning(
          "A4", v1::FINDING_CODE_NO_PREFIX, "unit",
          Text{"单位工会：该单位或其上级在组织名录中没有编号简称，审批时无法编号；请报市总工会补充"
               "。",
               "filing unit: it or the org above has no abbreviation in the dictionary, so no "
               "number can be given at approval; have the city union add it"}));
    }
    return findings;
  }
  const auto claim = domain::ParseArchiveNumber(archive.existing_number());
  if (claim && claim->prefix != prefix) {
    const Text label = domain::ArchiveLabel(v1::Archive::kExistingNumberFieldNumber);
    v1::Finding finding =
        domain::Error("A36", v1::FINDING_CODE_BAD_NUMBER, "existing_number",
                      Text{absl::StrCat(label.zh, "：不是该单位的编号，该单位的编号以“", prefix,
                                        "”开头；请核对单位和编号，或清空编号。"),
                           absl::StrCat(label.en, ": is not one of the unit's, which begin with ",
                                        prefix, "; check unit and number, or clear the number")});
    finding.set_other_field("unit");
    findings.push_back(std::move(finding));
  }
  return findings;
}

// What the rules say about the household as it was read.
Findings CheckRules(const Household& household, const RegisterContext& context) {
  Findings findings = domain::CheckValues(household.archive, context.today);
  domain::Append(findings, domain::CheckRequired(household.archive));
  domain::Append(findings, domain::CheckLogic(household.archive, context.today));
  domain::Append(findings, CheckNumbering(household.archive, context.orgs));
  findings.erase(std::remove_if(findings.begin(), findings.end(),
                                [&household](const v1::Finding& finding) {
                                  return IsConsequence(household, finding);
                                }),
                 findings.end());
  return findings;
}

bool HasErrors(const std::vector<CellFinding>& findings) {
  return std::any_of(findings.begin(), findings.end(), [](const CellFinding& found) {
    return found.finding.severity() == v1::SEVERITY_ERROR;
  });
}

RegisterRow Judge(Household& household, const RegisterContext& context, const CellPlaces& places,
                  EarlierRows& earlier) {
  Findings findings = CheckRules(household, context);
  domain::Append(findings, earlier.Check(household));
  for (v1::Finding& finding : findings) {
    household.findings.push_back(places.Of(household, std::move(finding)));
  }
  places.Sort(household.findings);
  RegisterRow row;
  row.accepted = !HasErrors(household.findings);
  earlier.Add(household, row.accepted);
  row.row = household.row + 1;
  row.sequence = std::move(household.sequence);
  row.archive = std::move(household.archive);
  row.findings = std::move(household.findings);
  return row;
}

}  // namespace

absl::StatusOr<Register> ReadRegister(const Workbook& workbook, const RegisterContext& context) {
  if (context.orgs.Find(context.org) == nullptr) {
    return UserError(
        absl::StatusCode::kFailedPrecondition,
        Text{absl::StrCat("组织名录中没有填报单位 ", context.org, "；请先同步组织名录，再导入。"),
             absl::StrCat("the dictionary of orgs does not have ", context.org,
                          ", the org that files; sync it first, then import")});
  }
  absl::StatusOr<Tables> tables = FindTables(workbook);
  if (!tables.ok()) return tables.status();
  v1::Archive defaults = DefaultsOf(context);
  if (absl::Status status = ReadHeaders(defaults, *tables); !status.ok()) return status;
  const SheetTable& table = tables->households;
  const SheetTable* members = tables->members ? &*tables->members : nullptr;

  const CellContext cells{context.orgs, context.org, workbook.dates_from_1904};
  const auto filed_on = FindFilingDate(table, cells, context.today);
  if (!filed_on.ok()) return filed_on.status();
  Register result;
  result.sheet = table.sheet->name;
  result.filed_on = filed_on->value_or(context.today);
  defaults.set_filed_on(domain::FormatDate(result.filed_on));

  const TableRows rows = FindRows(table);
  const TableRows member_rows = members == nullptr ? TableRows() : FindRows(*members);
  Text unnamed;
  AddUnnamed(table, rows, unnamed);
  if (members != nullptr) AddUnnamed(*members, member_rows, unnamed);
  if (absl::Status status = StatusOf(std::move(unnamed)); !status.ok()) return status;

  std::vector<Household> households;
  households.reserve(rows.rows.size());
  for (const int row : rows.rows) {
    households.push_back(ReadHousehold(table, row, defaults, cells));
    households.back().archive.set_id(context.new_id());
  }
  if (members != nullptr) {
    result.findings = ReadMembers(*members, member_rows.rows, cells, context.new_id, households);
  }

  const CellPlaces places(table, members);
  EarlierRows earlier(table, members, context.find_person);
  result.rows_read = static_cast<int>(households.size());
  result.rows.reserve(households.size());
  for (Household& household : households) {
    result.rows.push_back(Judge(household, context, places, earlier));
  }
  return result;
}

}  // namespace bangfu::client
