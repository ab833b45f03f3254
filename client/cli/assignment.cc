#include "client/cli/assignment.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "bangfu/v1/archive.pb.h"
#include "client/import/cell_value.h"
#include "domain/codes/field_spec.h"
#include "domain/record/field_path.h"

namespace bangfu::client {
namespace {

using domain::Findings;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// The archive that an aid event or a visit belongs to: fixed like the ids.
constexpr char kArchiveField[] = "archive_id";

// Ids are made by the program and stay; lists are entered element by element.
bool IsEntered(const FieldDescriptor& field) {
  return domain::IsValue(field) && !domain::SpecOf(field).list_key() &&
         field.name() != kArchiveField;
}

absl::Status NoSuchField(const Descriptor& record, const std::string& name) {
  std::vector<std::string> labels;
  std::vector<std::string> names;
  for (int i = 0; i < record.field_count(); ++i) {
    const FieldDescriptor& field = *record.field(i);
    const v1::FieldSpec& spec = domain::SpecOf(field);
    if (!IsEntered(field) || spec.owner() == v1::OWNER_SERVER) continue;
    labels.push_back(spec.label_zh());
    names.push_back(field.name());
  }
  return UserError(
      absl::StatusCode::kInvalidArgument,
      {absl::StrCat("没有可填写的栏目“", name, "”；可填写：", absl::StrJoin(labels, "、"), "。"),
       absl::StrCat("There is no field \"", name,
                    "\" to write; possible: ", absl::StrJoin(names, ", "), ".")});
}

// Units of the archive are those that this desktop reads; who helped may be any union of the city.
CellContext ContextOf(const Session& session, const Message& record) {
  const v1::Org* city = session.orgs().City();
  const bool archive = record.GetDescriptor() == v1::Archive::descriptor();
  return CellContext{session.orgs(),
                     archive || city == nullptr ? session.identity().scope : city->id()};
}

Findings SetField(const Session& session, const FieldDescriptor& field, const std::string& text,
                  absl::string_view place, Message& record) {
  Cell cell;
  cell.kind = Cell::Kind::kText;
  cell.text = text;
  record.GetReflection()->ClearField(&record, &field);
  if (IsBlank(cell)) return {};
  const v1::FieldSpec& spec = domain::SpecOf(field);
  Findings findings;
  for (const domain::ValueProblem& problem :
       ReadCell(cell, field, ContextOf(session, record), record)) {
    v1::Finding finding =
        domain::Error(spec.rule(), problem.code, absl::StrCat(place, field.name()),
                      {absl::StrCat(spec.label_zh(), "：", problem.text.zh),
                       absl::StrCat(spec.label_en(), ": ", problem.text.en)});
    finding.set_severity(problem.severity);
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace

absl::StatusOr<Findings> Assign(const Session& session, const std::vector<std::string>& assignments,
                                absl::string_view place, Message& record) {
  const Descriptor& descriptor = *record.GetDescriptor();
  Findings findings;
  for (const std::string& assignment : assignments) {
    if (assignment.find('=') == std::string::npos) {
      // Not quoted: without the "=" it may be a value.
      return UserError(absl::StatusCode::kInvalidArgument,
                       {"--set 缺少“=”；写法：--set 联系电话=内容，清空写作 --set 联系电话=。",
                        "--set lacks its \"=\"; write --set phone=value, or --set phone= to "
                        "clear it."});
    }
    const std::pair<std::string, std::string> parts =
        absl::StrSplit(assignment, absl::MaxSplits('=', 1));
    const FieldDescriptor* field = descriptor.FindFieldByName(parts.first);
    if (field == nullptr) field = domain::FindColumn(descriptor, parts.first);
    if (field == nullptr || !IsEntered(*field)) return NoSuchField(descriptor, parts.first);
    domain::Append(findings, SetField(session, *field, parts.second, place, record));
  }
  return findings;
}

}  // namespace bangfu::client
