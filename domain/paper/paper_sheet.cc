#include "domain/paper/paper_sheet.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "domain/codes/field_spec.h"
#include "domain/paper/paper_text.h"
#include "domain/rules/elements.h"
#include "domain/rules/label.h"
#include "domain/text/normalize.h"

namespace bangfu::domain {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using v1::Archive;
using v1::Member;
using v1::PaperValue;

constexpr char kPaperRule[] = "R31";

using Fields = std::vector<PaperField>;

Fields PaperFieldsOf(const Descriptor& record) {
  Fields fields;
  for (int i = 0; i < record.field_count(); ++i) {
    const v1::PaperGroup group = SpecOf(*record.field(i)).paper_group();
    if (group != v1::PAPER_GROUP_UNSPECIFIED)
      fields.push_back({record.field(i), group, AccessTo(*record.field(i))});
  }
  return fields;
}

// nullptr when the value is of no field of the paper's groups.
const FieldDescriptor* FieldOf(const PaperValue& value) {
  // More rows than members (an error, see CheckValues) would be much work for nothing.
  if (value.member_row() < 0 || value.member_row() > limits::kMaxMembers) return nullptr;
  const auto fields = value.member_row() == 0 ? HouseholdPaperFields() : MemberPaperFields();
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const PaperField& one) {
    return one.field->name() == value.field();
  });
  return found == fields.end() ? nullptr : found->field;
}

v1::Finding Malformed(const PaperValue& value, const Text& text) {
  v1::Finding finding =
      Error(kPaperRule, v1::FINDING_CODE_MALFORMED,
            absl::StrCat(ElementPath("paper_values", value.id()), ".field"), text);
  finding.set_next_action(v1::NEXT_ACTION_TRANSCRIBE_PAPER);
  return finding;
}

const PaperValue* FindCell(const PaperCells& cells, const FieldDescriptor& field) {
  const auto found = std::find_if(cells.begin(), cells.end(),
                                  [&](const PaperCell& cell) { return cell.field == &field; });
  return found == cells.end() ? nullptr : found->value;
}

PaperCells& CellsOfRow(PaperSheet& sheet, int number) {
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
  PaperCells& cells = CellsOfRow(sheet, value.member_row());
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

// A member who is on no row yet, and what a field says of him or her once that was asked.
struct FreeMember {
  const Member* member;
  std::optional<std::string> key;
};

// The first of `members` whose `field` says what `text` says; end when there is none.
std::vector<FreeMember>::iterator FindMember(const FieldDescriptor& field, const std::string& text,
                                             std::vector<FreeMember>& members) {
  const FieldAccess& access = AccessTo(field);
  const auto spelled = std::find_if(members.begin(), members.end(), [&](const FreeMember& one) {
    return SpellsValue(*one.member, access, text);
  });
  if (spelled != members.end()) return spelled;
  const std::string key = ReadPaperText(field, text).value_or("");
  if (key.empty()) return members.end();
  return std::find_if(members.begin(), members.end(), [&](FreeMember& one) {
    if (!one.key) one.key = ComparableValue(*one.member, field);
    return *one.key == key;
  });
}

// Finds members for the rows that have none yet by what `field` says, and takes them out of `free`.
void MatchBy(const FieldDescriptor& field, std::vector<FreeMember>& free, PaperSheet& sheet) {
  for (FreeMember& one : free) one.key.reset();
  for (PaperRow& row : sheet.rows) {
    const PaperValue* value = row.Find(field);
    if (row.member != nullptr || value == nullptr) continue;
    const auto found = FindMember(field, value->text(), free);
    if (found == free.end()) continue;
    row.member = found->member;
    free.erase(found);
  }
}

bool IsBlank(const PaperRow& row) {
  return std::all_of(row.cells.begin(), row.cells.end(), [](const PaperCell& cell) {
    return NormalizeText(cell.value->text()).empty();
  });
}

}  // namespace

absl::Span<const PaperField> HouseholdPaperFields() {
  static const auto& fields = *new Fields(PaperFieldsOf(*Archive::descriptor()));
  return fields;
}

absl::Span<const PaperField> MemberPaperFields() {
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
  std::vector<FreeMember> free;
  free.reserve(static_cast<size_t>(archive.members_size()));
  for (const Member* one : InOrderOfId(archive.members())) free.push_back({one, std::nullopt});
  const Descriptor& member = *Member::descriptor();
  MatchBy(*member.FindFieldByNumber(Member::kIdentityNumberFieldNumber), free, sheet);
  MatchBy(*member.FindFieldByNumber(Member::kNameFieldNumber), free, sheet);
  sheet.rows.erase(
      std::remove_if(sheet.rows.begin(), sheet.rows.end(),
                     [](const PaperRow& row) { return row.member == nullptr && IsBlank(row); }),
      sheet.rows.end());
  return sheet;
}

}  // namespace bangfu::domain
