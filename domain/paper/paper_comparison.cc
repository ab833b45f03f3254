#include "domain/paper/paper_comparison.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "domain/codes/field_spec.h"
#include "domain/paper/paper_sheet.h"
#include "domain/paper/paper_text.h"
#include "domain/record/field_values.h"
#include "domain/rules/elements.h"
#include "domain/rules/label.h"
#include "domain/text/normalize.h"

namespace bangfu::domain {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using v1::Archive;
using v1::Member;
using v1::PaperValue;

// Says what R9 and R29 demand of all, of the three groups.
constexpr char kPaperRule[] = "R31";
constexpr v1::PaperGroup kGroups[] = {v1::PAPER_GROUP_FAMILY, v1::PAPER_GROUP_INCOME,
                                      v1::PAPER_GROUP_CAUSES};

std::string ValuePath(const PaperValue& value) {
  return absl::StrCat(ElementPath("paper_values", value.id()), ".text");
}

const FieldDescriptor& MemberField(int number) {
  return *Member::descriptor()->FindFieldByNumber(number);
}

v1::Finding Difference(absl::string_view field, std::string other_field, v1::NextAction next,
                       const Text& text) {
  v1::Finding finding = Error(kPaperRule, v1::FINDING_CODE_PAPER_DIFFERS, field, text);
  finding.set_other_field(std::move(other_field));
  finding.set_next_action(next);
  return finding;
}

// "（纸质2300.00，电子2500.00）"; nothing for a field that is not plain.
Text BothValues(const FieldDescriptor& field, const std::string& paper,
                const std::string& electronic) {
  if (SpecOf(field).sensitivity() != v1::SENSITIVITY_PLAIN) return {};
  const auto shown = [&field](const std::string& value, Language language) -> std::string {
    if (value.empty()) return language == Language::kEnglish ? "blank" : "未填";
    return DisplayValue(*field.containing_type(), field.name(), value, /*masked=*/true, language);
  };
  return Text{absl::StrCat("（纸质", shown(paper, Language::kChinese), "，电子",
                           shown(electronic, Language::kChinese), "）"),
              absl::StrCat(" (paper ", shown(paper, Language::kEnglish), ", electronic ",
                           shown(electronic, Language::kEnglish), ")")};
}

// Whether there was nothing to be read from the paper, and somebody looked.
bool IsCheckedBlank(const Archive& archive, v1::PaperGroup group) {
  return group == v1::PAPER_GROUP_FAMILY && archive.members().empty() &&
         !archive.paper_checked_on().empty();
}

// Compares one group.
class GroupComparison {
 public:
  GroupComparison(const Archive& archive, const PaperSheet& sheet, v1::PaperGroup group)
      : archive_(archive), sheet_(sheet) {
    result_.group = group;
  }

  PaperGroupVerdict Run() {
    CompareHousehold();
    CompareMembers();
    if (result_.group == v1::PAPER_GROUP_FAMILY) CompareStrangers();
    result_.verdict = Verdict();
    return std::move(result_);
  }

 private:
  void CompareHousehold() {
    for (const auto& [field, group, access] : HouseholdPaperFields()) {
      if (group != result_.group) continue;
      if (const PaperValue* value = sheet_.Find(*field)) {
        transcribed_ = true;
        Compare(access, archive_, nullptr, value, *value);
      } else if (IsStated(archive_, access)) {
        result_.not_transcribed.push_back(field);
      }
    }
  }

  void CompareMembers() {
    for (const auto& [field, group, access] : MemberPaperFields()) {
      if (group != result_.group) continue;
      if (sheet_.HasColumn(*field)) {
        transcribed_ = true;
      } else if (IsStatedOfAnybody(access)) {
        result_.not_transcribed.push_back(field);
      }
    }
    if (sheet_.columns.empty()) return;
    for (const Member* member : InOrderOfId(archive_.members())) CompareMember(*member);
  }

  bool IsStatedOfAnybody(const FieldAccess& field) const {
    return std::any_of(archive_.members().begin(), archive_.members().end(),
                       [&field](const Member& member) { return IsStated(member, field); });
  }

  void CompareMember(const Member& member) {
    const PaperRow* row = sheet_.RowOf(member);
    if (row == nullptr) {
      if (result_.group == v1::PAPER_GROUP_FAMILY && PersonsWereRead()) AddNotOnPaper(member);
      return;
    }
    for (const auto& [field, group, access] : MemberPaperFields()) {
      if (group == result_.group && sheet_.HasColumn(*field)) {
        Compare(access, member, &member, row->Find(*field), *row->cells.front().value);
      }
    }
  }

  // `value` is nullptr for a blank; then `place` tells where on the paper it is.
  void Compare(const FieldAccess& access, const Message& record, const Member* member,
               const PaperValue* value, const PaperValue& place) {
    if (value != nullptr && SpellsValue(record, access, value->text())) return;
    const FieldDescriptor& field = *access.field;
    const std::optional<std::string> paper =
        value == nullptr ? std::string() : ReadPaperText(field, value->text());
    const std::string electronic = ComparableValue(record, field);
    if (paper == electronic) return;
    Text label = FieldLabel(field);
    std::string path = field.name();
    if (member != nullptr) {
      const Text person = MemberLabel(*member);
      label = Text{absl::StrCat(person.zh, "·", label.zh), absl::StrCat(person.en, ", ", label.en)};
      path = absl::StrCat(ElementPath("members", member->id()), ".", field.name());
    }
    v1::Finding finding = paper.has_value()
                              ? Differs(path, label, BothValues(field, *paper, electronic))
                              : Unreadable(path, label);
    finding.set_other_field(ValuePath(value == nullptr ? place : *value));
    if (member != nullptr) finding.set_member(member->id());
    result_.differences.push_back(std::move(finding));
  }

  static v1::Finding Differs(const std::string& path, const Text& label, const Text& values) {
    return Difference(
        path, "", v1::NEXT_ACTION_CORRECT,
        Text{absl::StrCat(label.zh, "：纸质与电子档案不一致", values.zh, "，请对照纸质材料更正。"),
             absl::StrCat(label.en, ": paper and electronic archive differ", values.en,
                          ", correct it by the paper")});
  }

  static v1::Finding Unreadable(const std::string& path, const Text& label) {
    return Difference(
        path, "", v1::NEXT_ACTION_TRANSCRIBE_PAPER,
        Text{absl::StrCat(label.zh, "：录入的纸质内容无法识别，请对照纸质材料重新录入。"),
             absl::StrCat(label.en, ": the value on paper is unreadable, transcribe it again")});
  }

  // Whether anybody read from the paper who is on it.
  bool PersonsWereRead() const {
    return sheet_.HasColumn(MemberField(Member::kNameFieldNumber)) ||
           sheet_.HasColumn(MemberField(Member::kIdentityNumberFieldNumber));
  }

  void AddNotOnPaper(const Member& member) {
    const Text label = MemberLabel(member);
    v1::Finding finding = Difference(
        ElementPath("members", member.id()), "paper_values", v1::NEXT_ACTION_CORRECT,
        Text{absl::StrCat(label.zh, "：电子档案中有，纸质申请表中没有，请对照纸质材料更正。"),
             absl::StrCat(label.en,
                          ": is in the electronic archive and not on paper, correct it by the "
                          "paper")});
    finding.set_member(member.id());
    result_.differences.push_back(std::move(finding));
  }

  void CompareStrangers() {
    for (const PaperRow& row : sheet_.rows) {
      if (row.member != nullptr) continue;
      const bool named = HasText(row, MemberField(Member::kNameFieldNumber)) ||
                         HasText(row, MemberField(Member::kIdentityNumberFieldNumber));
      result_.differences.push_back(named ? NotInArchive(row) : Nobody(row));
    }
  }

  static bool HasText(const PaperRow& row, const FieldDescriptor& field) {
    const PaperValue* value = row.Find(field);
    return value != nullptr && !NormalizeText(value->text()).empty();
  }

  static v1::Finding NotInArchive(const PaperRow& row) {
    return Difference(
        "members", ValuePath(*row.cells.front().value), v1::NEXT_ACTION_CORRECT,
        Text{absl::StrCat("纸质申请表家庭成员第", row.number,
                          "行的人不在电子档案中，请对照纸质材料更正。"),
             absl::StrCat("the person in row ", row.number,
                          " of the members on paper is not in the electronic archive, correct it "
                          "by the paper")});
  }

  static v1::Finding Nobody(const PaperRow& row) {
    return Difference(
        "members", ValuePath(*row.cells.front().value), v1::NEXT_ACTION_TRANSCRIBE_PAPER,
        Text{absl::StrCat("纸质申请表家庭成员第", row.number,
                          "行没有录入姓名和身份证号，无法与电子档案核对，请补录。"),
             absl::StrCat("row ", row.number,
                          " of the members on paper was transcribed without name and identity "
                          "number, so it cannot be compared: add them")});
  }

  PaperVerdict Verdict() const {
    if (!result_.differences.empty()) return PaperVerdict::kDiffers;
    if (transcribed_ && result_.not_transcribed.empty()) return PaperVerdict::kAgrees;
    return IsCheckedBlank(archive_, result_.group) ? PaperVerdict::kAgrees
                                                   : PaperVerdict::kNotTranscribed;
  }

  const Archive& archive_;
  const PaperSheet& sheet_;
  PaperGroupVerdict result_;
  bool transcribed_ = false;  // something of the group
};

std::vector<PaperGroupVerdict> Compare(const Archive& archive, const PaperSheet& sheet) {
  std::vector<PaperGroupVerdict> verdicts;
  for (const v1::PaperGroup group : kGroups) {
    verdicts.push_back(GroupComparison(archive, sheet, group).Run());
  }
  return verdicts;
}

// "：本人月收入、因困总支出".
Text FieldList(const std::vector<const FieldDescriptor*>& fields) {
  Text list;
  for (const FieldDescriptor* field : fields) {
    const Text label = FieldLabel(*field);
    absl::StrAppend(&list.zh, list.zh.empty() ? "：" : "、", label.zh);
    absl::StrAppend(&list.en, list.en.empty() ? ": " : ", ", label.en);
  }
  return list;
}

// `groups` and `fields` say what is still to be read from the paper.
v1::Finding NotTranscribed(const Text& groups, const Text& fields) {
  v1::Finding finding = Warning(
      kPaperRule, v1::FINDING_CODE_PAPER_NOT_TRANSCRIBED, "paper_values",
      Text{absl::StrCat(groups.zh, "的纸质内容尚未录入或未录全，无法与电子档案核对，请补录",
                        fields.zh, "。"),
           absl::StrCat(groups.en,
                        ": the paper was not transcribed, or not wholly, so it cannot be compared; "
                        "transcribe it",
                        fields.en)});
  finding.set_next_action(v1::NEXT_ACTION_TRANSCRIBE_PAPER);
  return finding;
}

// Nothing was transcribed: the usual case, so that no sheet is made and one finding says it.
Findings NothingTranscribed(const Archive& archive) {
  Text groups;
  for (const v1::PaperGroup group : kGroups) {
    if (IsCheckedBlank(archive, group)) continue;
    const Text label = ValueLabel(*v1::PaperGroup_descriptor(), group);
    absl::StrAppend(&groups.zh, groups.zh.empty() ? "" : "、", label.zh);
    absl::StrAppend(&groups.en, groups.en.empty() ? "" : ", ", label.en);
  }
  return {NotTranscribed(groups, Text())};
}

}  // namespace

std::vector<PaperGroupVerdict> ComparePaper(const Archive& archive) {
  return Compare(archive, ReadPaperSheet(archive));
}

Findings CheckPaper(const Archive& archive) {
  if (archive.paper_values().empty()) return NothingTranscribed(archive);
  PaperSheet sheet = ReadPaperSheet(archive);
  Findings findings = std::move(sheet.malformed);
  for (PaperGroupVerdict& verdict : Compare(archive, sheet)) {
    const bool all_read =
        verdict.verdict == PaperVerdict::kAgrees ||
        (verdict.verdict == PaperVerdict::kDiffers && verdict.not_transcribed.empty());
    Append(findings, std::move(verdict.differences));
    if (!all_read) {
      findings.push_back(NotTranscribed(ValueLabel(*v1::PaperGroup_descriptor(), verdict.group),
                                        FieldList(verdict.not_transcribed)));
    }
  }
  return findings;
}

}  // namespace bangfu::domain
