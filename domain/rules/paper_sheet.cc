#include "domain/rules/paper_sheet.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "domain/codes/field_spec.h"
#include "domain/rules/elements.h"
#include "domain/rules/label.h"
#include "domain/rules/paper_text.h"
#include "domain/text/normalize.h"

namespace bangfu::domain {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using v1::Archive;
using v1::Member;
using v1::PaperValue;

constexpr char kPaperRule[] = "R31";

using Fields = std::vector<const FieldDescriptor*>;

Fields PaperFieldsOf(const Descriptor& record) {
  Fields fields;
  for (int i = 0; i < record.field_count(); ++i) {
    if (SpecOf(*record.field(i)).paper_group() != v1::PAPER_GROUP_UNSPECIFIED) {
      fields.push_back(record.field(i));
    }
  }
  return fields;
}

// nullptr when the value is of no field of the paper's groups.
const FieldDescriptor* FieldOf(const PaperValue& value) {
  if (value.member_row() < 0) return nullptr;
  const auto fields = value.member_row() == 0 ? HouseholdPaperFields() : MemberPaperFields();
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const FieldDescriptor* field) {
    return field->name() == value.field();
  });
  return found == fields.end() ? nullptr : *found;
}

v1::Finding Malformed(const PaperValue& value, const Text& text) {
  v1::Finding finding =
      Error(kPaperRule, v1::FINDING_CODE_MALFORMED,
            absl::StrCat(ElementPath("paper_values", value.id()), ".field"), text);
  finding.set_next_action(v1::NEXT_ACTION_TRANSCRIBE_PAPER);
  return finding;
}

const PaperValue* FindCell(const std::vector<PaperCell>& cells, const FieldDescriptor& field) {
  const auto found = std::find_if(cells.begin(), cells.end(),
                                  [&](const PaperCell& cell) { return cell.field == &field; });
  return found == cells.end() ? nullptr : found->value;
}

std::vector<PaperCell>& CellsOfRow(PaperSheet& sheet, int number) {
  if (number == 0) return sheet.household;
  const auto at = std::lower_bound(sheet.rows.begin(), sheet.rows.end(), number,
                                   [](const PaperRow& row, int n) { return row.number < n; });
  if (at != sheet.rows.end() && at->number == number) return at->cells;
  return sheet.rows.insert(at, PaperRow{number, {}, nullptr})->cells;
}

void AddValue(const PaperValue& value, PaperSheet& sheet) {
  const FieldDescriptor* field = FieldOf(value);
  if (field == nullptr) {
    sheet.malformed.push_back(Malformed(
        value, Text{"纸质内容的栏目或成员行不对，请选择家庭成员、收入或致困原因中的栏目重新录入。",
                    "the paper value has a field or row that is not compared: transcribe it again "
                    "for a field of family, income or causes"}));
    return;
  }
  std::vector<PaperCell>& cells = CellsOfRow(sheet, value.member_row());
  if (FindCell(cells, *field) != nullptr) {
    const Text label = FieldLabel(*field);
    sheet.malformed.push_back(Malformed(
        value, Text{absl::StrCat("“", label.zh, "”的纸质内容录入了两次，请删去一次。"),
                    absl::StrCat(label.en, ": was transcribed twice, remove one of the two")}));
    return;
  }
  cells.push_back({field, &value});
  if (value.member_row() != 0 && !sheet.HasColumn(*field)) sheet.columns.push_back(field);
}

// Finds members for rows that have none yet by what `field` says.
void MatchBy(const FieldDescriptor& field, const std::vector<const Member*>& members,
             PaperSheet& sheet) {
  if (!sheet.HasColumn(field)) return;
  std::vector<std::pair<std::string, const Member*>> free;
  for (const Member* member : members) {
    if (sheet.RowOf(*member) == nullptr) free.emplace_back(ComparableValue(*member, field), member);
  }
  for (PaperRow& row : sheet.rows) {
    const PaperValue* value = row.Find(field);
    if (row.member != nullptr || value == nullptr) continue;
    const std::string key = ReadPaperText(field, value->text()).value_or("");
    if (key.empty()) continue;
    const auto found =
        std::find_if(free.begin(), free.end(), [&](const auto& one) { return one.first == key; });
    if (found == free.end()) continue;
    row.member = found->second;
    free.erase(found);
  }
}

bool IsBlank(const PaperRow& row) {
  return std::all_of(row.cells.begin(), row.cells.end(), [](const PaperCell& cell) {
    return NormalizeText(cell.value->text()).empty();
  });
}

}  // namespace

absl::Span<const FieldDescriptor* const> HouseholdPaperFields() {
  static const auto& fields = *new Fields(PaperFieldsOf(*Archive::descriptor()));
  return fields;
}

absl::Span<const FieldDescriptor* const> MemberPaperFields() {
  static const auto& fields = *new Fields(PaperFieldsOf(*Member::descriptor()));
  return fields;
}

const PaperValue* PaperRow::Find(const FieldDescriptor& field) const {
  return FindCell(cells, field);
}

bool PaperSheet::HasColumn(const FieldDescriptor& field) const {
  return std::find(columns.begin(), columns.end(), &field) != columns.end();
}

const PaperValue* PaperSheet::Find(const FieldDescriptor& household_field) const {
  return FindCell(household, household_field);
}

const PaperRow* PaperSheet::RowOf(const Member& member) const {
  const auto found = std::find_if(rows.begin(), rows.end(),
                                  [&](const PaperRow& row) { return row.member == &member; });
  return found == rows.end() ? nullptr : &*found;
}

PaperSheet ReadPaperSheet(const Archive& archive) {
  PaperSheet sheet;
  if (archive.paper_values().empty()) return sheet;
  for (const PaperValue* value : InOrderOfId(archive.paper_values())) AddValue(*value, sheet);
  sheet.rows.erase(std::remove_if(sheet.rows.begin(), sheet.rows.end(), IsBlank), sheet.rows.end());
  const std::vector<const Member*> members = InOrderOfId(archive.members());
  const Descriptor& member = *Member::descriptor();
  MatchBy(*member.FindFieldByNumber(Member::kIdentityNumberFieldNumber), members, sheet);
  MatchBy(*member.FindFieldByNumber(Member::kNameFieldNumber), members, sheet);
  return sheet;
}

}  // namespace bangfu::domain
