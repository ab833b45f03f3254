#include "client/import/member_rows.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "bangfu/v1/archive.pb.h"
#include "client/import/table_rows.h"
#include "domain/rules/finding.h"
#include "domain/rules/label.h"
#include "domain/text/normalize.h"

namespace bangfu::client {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr char kMembersRule[] = "R83";

const FieldDescriptor& MembersField() {
  return *v1::Archive::descriptor()->FindFieldByNumber(v1::Archive::kMembersFieldNumber);
}

// 序号 as it is compared: 1, 01 and １ are the same.
std::string SequenceKey(absl::string_view sequence) {
  std::string key = domain::CodeKey(sequence);
  if (!std::all_of(key.begin(), key.end(), absl::ascii_isdigit)) return key;
  const size_t zeros = std::min(key.find_first_not_of('0'), key.size());
  return key.substr(zeros);
}

const std::string& StringOf(const Message& record, const FieldDescriptor& field) {
  static const std::string* const kNone = new std::string();
  return field.cpp_type() == FieldDescriptor::CPPTYPE_STRING
             ? record.GetReflection()->GetStringReference(record, &field, nullptr)
             : *kNone;
}

// Positions in the list of households.
using Positions = std::vector<size_t>;

// What a row of the sheet of members may refer to, and the households that answer to it.
struct Match {
  std::string key;
  const Positions* households;
};

// Finds the households that a row of the sheet of members may belong to, in constant time.
class HouseholdIndex {
 public:
  explicit HouseholdIndex(const std::vector<Household>& households) {
    for (size_t i = 0; i < households.size(); ++i) {
      const std::string sequence = SequenceKey(households[i].sequence);
      const std::string& number = households[i].archive.identity_number();
      if (!sequence.empty()) index_[Key(sequence, "")].push_back(i);
      if (!number.empty()) index_[Key("", number)].push_back(i);
      if (!sequence.empty() && !number.empty()) index_[Key(sequence, number)].push_back(i);
    }
  }

  // By both, else by 序号, and by identity number when there is no 序号.
  Match Find(const std::string& sequence, const std::string& number) const {
    const std::string sequence_key = SequenceKey(sequence);
    Match exact = At(Key(sequence_key, number));
    if (!exact.households->empty() || sequence_key.empty()) return exact;
    return At(Key(sequence_key, ""));
  }

 private:
  static std::string Key(absl::string_view sequence, absl::string_view number) {
    return absl::StrCat(sequence, "\n", number);
  }

  Match At(std::string key) const {
    static const Positions* const kNone = new Positions();
    const auto found = index_.find(key);
    const Positions* households = found == index_.end() ? kNone : &found->second;
    return Match{std::move(key), households};
  }

  absl::flat_hash_map<std::string, Positions> index_;
};

class MemberReader {
 public:
  MemberReader(const SheetTable& table, const CellContext& context,
               const std::function<std::string()>& new_id, std::vector<Household>& households)
      : table_(table),
        context_(context),
        new_id_(new_id),
        households_(households),
        index_(households) {}

  void Read(int row) {
    v1::Archive worker;
    std::vector<CellFinding> unreadable = ReadWorker(row, worker);
    const std::string sequence = SequenceOf(table_, row);
    const Match match = index_.Find(sequence, worker.identity_number());
    if (match.households->empty()) {
      AddStray(row, StrayText(row, sequence));
      return;
    }
    if (match.households->size() > 1) {
      AddStray(row, AmbiguousText(row));
      if (!refused_.insert(match.key).second) return;
      for (const size_t i : *match.households) Refuse(row, households_[i]);
      return;
    }
    Household& household = households_[match.households->front()];
    std::move(unreadable.begin(), unreadable.end(), std::back_inserter(household.findings));
    Compare(row, worker, household);
    ReadMember(row, household);
  }

  std::vector<CellFinding> Strays() { return std::move(strays_); }

 private:
  // What the row says of the worker. It only serves to find and check the household, so a cell that
  // cannot be read is no more than a warning.
  std::vector<CellFinding> ReadWorker(int row, v1::Archive& worker) const {
    std::vector<CellFinding> findings;
    for (const TableColumn& column : table_.worker) {
      const Cell& cell = table_.sheet->at(row, column.index);
      if (IsBlank(cell)) continue;
      for (domain::ValueProblem& problem : ReadCell(cell, *column.field, context_, worker)) {
        problem.severity = v1::SEVERITY_WARNING;
        findings.push_back(CellPlaces::At(
            table_, row, &column, FindingOf(*column.field, column.field->name(), Text{}, problem)));
      }
    }
    return findings;
  }

  static Text StrayText(int row, const std::string& sequence) {
    const Text name = RowName(row, sequence);
    return Text{absl::StrCat("家庭成员", name.zh,
                             "：登记表中没有对应的户，没有导入；请核对序号和职工身份证号。"),
                absl::StrCat("household member in ", name.en,
                             ": the register has no such household, so it was not imported; check "
                             "number and identity number of the worker")};
  }

  static Text AmbiguousText(int row) {
    return Text{
        absl::StrCat("家庭成员第", row + 1,
                     "行：登记表中有多户与之对应，无法确定是哪一户的成员，没有导入；请使序号"
                     "不重复，或填写职工身份证号。"),
        absl::StrCat("household member in row ", row + 1,
                     ": it may belong to several households of the register, so it was "
                     "not imported; make their numbers differ, or state the worker's "
                     "identity number")};
  }

  void AddStray(int row, const Text& text) {
    strays_.push_back(CellPlaces::At(
        table_, row, nullptr, domain::Error(kMembersRule, v1::FINDING_CODE_NOT_FOUND, "", text)));
  }

  // A household that may lack this member is not filed.
  void Refuse(int row, Household& household) const {
    household.findings.push_back(
        CellPlaces::At(table_, row, nullptr,
                       domain::Error(kMembersRule, v1::FINDING_CODE_LOGIC, MembersField().name(),
                                     AmbiguousText(row))));
  }

  void Compare(int row, const v1::Archive& worker, Household& household) const {
    for (const TableColumn& column : table_.worker) {
      const FieldDescriptor& field = *column.field;
      const std::string& stated = StringOf(worker, field);
      const std::string& registered = StringOf(household.archive, field);
      if (stated.empty() || registered.empty() || stated == registered) continue;
      const Text label = domain::FieldLabel(field);
      const Text name = RowName(household.row, household.sequence);
      household.findings.push_back(CellPlaces::At(
          table_, row, &column,
          domain::Error(
              kMembersRule, v1::FINDING_CODE_LOGIC, field.name(),
              Text{absl::StrCat("家庭成员第", row + 1, "行：职工的", label.zh, "与登记表", name.zh,
                                "不一致，可能是另一户的成员；请核对序号和该项。"),
                   absl::StrCat("household member in row ", row + 1, ": the worker's ", label.en,
                                " is not that of the register's ", name.en,
                                ", so it may be a member of another household; check "
                                "both")})));
    }
  }

  void ReadMember(int row, Household& household) const {
    v1::Member& member = *household.archive.add_members();
    member.set_id(new_id_());
    household.member_rows[member.id()] = row;
    const std::string path = domain::ElementPath(MembersField().name(), member.id());
    std::vector<std::pair<const TableColumn*, domain::ValueProblem>> problems;
    for (const TableColumn& column : table_.columns) {
      const Cell& cell = table_.sheet->at(row, column.index);
      if (IsBlank(cell)) continue;
      for (domain::ValueProblem& problem : ReadCell(cell, *column.field, context_, member)) {
        problems.emplace_back(&column, std::move(problem));
      }
    }
    // Findings call the member by the name, which is read by now.
    const Text outer = domain::ElementLabel(MembersField(), member);
    const Text label{absl::StrCat(outer.zh, "·"), absl::StrCat(outer.en, ": ")};
    for (const auto& [column, problem] : problems) {
      const std::string field_path = absl::StrCat(path, ".", column->field->name());
      if (IsError(problem)) household.unread.insert(field_path);
      household.findings.push_back(CellPlaces::At(
          table_, row, column, FindingOf(*column->field, field_path, label, problem)));
    }
  }

  const SheetTable& table_;
  const CellContext& context_;
  const std::function<std::string()>& new_id_;
  std::vector<Household>& households_;
  const HouseholdIndex index_;
  // Matches of several households that were refused already: once is enough.
  absl::flat_hash_set<std::string> refused_;
  std::vector<CellFinding> strays_;
};

}  // namespace

std::vector<CellFinding> ReadMembers(const SheetTable& table, const std::vector<int>& rows,
                                     const CellContext& context,
                                     const std::function<std::string()>& new_id,
                                     std::vector<Household>& households) {
  MemberReader reader(table, context, new_id, households);
  for (const int row : rows) reader.Read(row);
  return reader.Strays();
}

}  // namespace bangfu::client
