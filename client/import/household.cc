#include "client/import/household.h"

#include <algorithm>
#include <cstddef>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/import/table_rows.h"
#include "domain/codes/field_spec.h"
#include "domain/rules/label.h"

namespace bangfu::client {
namespace {

using google::protobuf::FieldDescriptor;

constexpr absl::string_view kMemberPath = "members[";
constexpr char kMemberPathEnd = ']';
constexpr char kDefaultRule[] = "R28";

// The column of the field that a path within the table's record leads to.
const TableColumn* ColumnOf(const SheetTable& table, absl::string_view path) {
  const FieldDescriptor* field = table.record().FindFieldByName(std::string(path));
  return field == nullptr ? nullptr : table.Find(*field);
}

}  // namespace

CellFinding CellPlaces::At(const SheetTable& table, int row, const TableColumn* column,
                           v1::Finding finding) {
  CellFinding placed;
  placed.finding = std::move(finding);
  placed.sheet = table.sheet->name;
  placed.row = row + 1;
  if (column != nullptr) {
    placed.column = ColumnLetters(column->index);
    placed.header = column->header;
  }
  return placed;
}

CellFinding CellPlaces::Of(const Household& household, v1::Finding finding) const {
  const std::string path = finding.field();
  if (members_ != nullptr && absl::StartsWith(path, kMemberPath)) {
    const size_t end = std::min(path.find(kMemberPathEnd), path.size());
    const auto row =
        household.member_rows.find(path.substr(kMemberPath.size(), end - kMemberPath.size()));
    if (row != household.member_rows.end()) {
      // "].name": the field follows the bracket and the dot; a path may end with the bracket.
      const std::string field = path.substr(std::min(end + 2, path.size()));
      return At(*members_, row->second, ColumnOf(*members_, field), std::move(finding));
    }
  }
  return At(households_, household.row, ColumnOf(households_, path), std::move(finding));
}

void CellPlaces::Sort(std::vector<CellFinding>& findings) const {
  const std::string& first_sheet = households_.sheet->name;
  const auto position = [&first_sheet](const CellFinding& found) {
    // Shorter letters stand further left: Z before AA.
    return std::make_tuple(found.sheet != first_sheet, found.row, found.column.empty(),
                           found.column.size(), absl::string_view(found.column));
  };
  std::stable_sort(findings.begin(), findings.end(),
                   [&position](const CellFinding& a, const CellFinding& b) {
                     return position(a) < position(b);
                   });
}

v1::Finding FindingOf(const FieldDescriptor& field, absl::string_view path, const Text& label,
                      const domain::ValueProblem& problem) {
  const Text own = domain::FieldLabel(field);
  const Text text{absl::StrCat(label.zh, own.zh, "：", problem.text.zh, "。"),
                  absl::StrCat(label.en, own.en, ": ", problem.text.en)};
  const std::string& rule = domain::SpecOf(field).rule();
  const absl::string_view cited = rule.empty() ? absl::string_view(kDefaultRule) : rule;
  return IsError(problem) ? domain::Error(cited, problem.code, path, text)
                          : domain::Warning(cited, problem.code, path, text);
}

bool IsError(const domain::ValueProblem& problem) { return problem.severity == v1::SEVERITY_ERROR; }

Household ReadHousehold(const SheetTable& table, int row, v1::Archive archive,
                        const CellContext& context) {
  Household household;
  household.row = row;
  household.sequence = SequenceOf(table, row);
  household.archive = std::move(archive);
  for (const TableColumn& column : table.columns) {
    const Cell& cell = table.sheet->at(row, column.index);
    if (IsBlank(cell)) continue;
    const FieldDescriptor& field = *column.field;
    for (const domain::ValueProblem& problem : ReadCell(cell, field, context, household.archive)) {
      if (IsError(problem)) household.unread.insert(field.name());
      household.findings.push_back(
          CellPlaces::At(table, row, &column, FindingOf(field, field.name(), Text{}, problem)));
    }
  }
  return household;
}

}  // namespace bangfu::client
