#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "client/cli/assignment.h"
#include "client/cli/commands.h"
#include "client/cli/person_rights.h"
#include "domain/record/field_path.h"
#include "domain/record/field_values.h"
#include "domain/record/record_type.h"
#include "domain/rules/finding.h"

namespace bangfu::client {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// The message of `record` that holds the last field of `path`, made on the way there.
Message* ContainerOf(Message& record, const domain::FieldPath& path) {
  Message* container = &record;
  for (size_t i = 0; i + 1 < path.size(); ++i) {
    const FieldDescriptor& field = *path[i].field;
    const auto* reflection = container->GetReflection();
    if (!path[i].key.has_value()) {
      container = reflection->MutableMessage(container, &field);
      continue;
    }
    Message* element = reflection->AddMessage(container, &field);
    element->GetReflection()->SetString(element, domain::ListKeyOf(field), *path[i].key);
    container = element;
  }
  return container;
}

// The field of the entry that the user calls `name`: its path, its name or its label.
absl::StatusOr<std::string> FieldOf(const v1::Conflict& conflict, const Descriptor& record,
                                    const std::string& name) {
  std::vector<std::string> found;
  std::vector<std::string> paths;
  for (const v1::FieldConflict& field : conflict.fields()) {
    const auto path = domain::ParsePath(record, field.field());
    paths.push_back(field.field());
    const bool named =
        field.field() == name || (path && path->back().field->name() == name) ||
        domain::LabelOfPath(record, field.field(), domain::Language::kChinese) == name ||
        domain::LabelOfPath(record, field.field(), domain::Language::kEnglish) == name;
    if (named) found.push_back(field.field());
  }
  if (found.size() == 1) return found.front();
  const std::string possible = absl::StrJoin(paths, ", ");
  return UserError(
      absl::StatusCode::kInvalidArgument,
      {absl::StrCat("“", name, "”不是这条冲突中唯一的栏目；可写：", possible, "。"),
       absl::StrCat("\"", name, "\" is not one field of this entry; possible: ", possible, ".")});
}

// Reads "栏目=内容" into the value of a field of the entry, in canonical text.
absl::Status AddDecided(const Session& session, const v1::Conflict& conflict,
                        const std::string& assignment, v1::ResolveConflict& resolve) {
  const std::unique_ptr<Message> record = domain::NewRecord(conflict.record_type());
  if (record == nullptr || assignment.find('=') == std::string::npos) {
    return UserError(absl::StatusCode::kInvalidArgument,
                     {"--set 的写法：--set 联系电话=内容，清空写作 --set 联系电话=。",
                      "Write --set phone=value, or --set phone= to clear it."});
  }
  const std::pair<std::string, std::string> parts =
      absl::StrSplit(assignment, absl::MaxSplits('=', 1));
  auto path = FieldOf(conflict, *record->GetDescriptor(), parts.first);
  if (!path.ok()) return path.status();
  const auto steps = domain::ParsePath(*record->GetDescriptor(), *path);
  if (!steps || !domain::IsValue(*steps->back().field)) {
    return UserError(absl::StatusCode::kInvalidArgument,
                     {absl::StrCat(*path, " 是一整项；请用 --keep 或 --theirs。"),
                      absl::StrCat(*path, " is a whole element; use --keep or --theirs.")});
  }
  auto read = Assign(session, {absl::StrCat(steps->back().field->name(), "=", parts.second)}, "",
                     *ContainerOf(*record, *steps));
  if (!read.ok()) return read.status();
  for (const v1::Finding& finding : *read) {
    if (finding.severity() == v1::SEVERITY_ERROR) {
      return UserError(absl::StatusCode::kInvalidArgument,
                       {finding.message_zh(), finding.message_en()});
    }
  }
  v1::DecidedField& decided = *resolve.add_fields();
  decided.set_field(*path);
  const domain::FieldValues values = domain::ReadFields(*record);
  if (const auto value = values.find(*path); value != values.end())
    decided.set_value(value->second);
  return absl::OkStatus();
}

absl::StatusOr<v1::ResolveConflict> DecisionOf(const Session& session, const v1::Conflict& conflict,
                                               const ResolveOptions& options) {
  const int ways =
      (options.keep ? 1 : 0) + (options.theirs ? 1 : 0) + (options.assignments.empty() ? 0 : 1);
  if (ways != 1) {
    return UserError(absl::StatusCode::kInvalidArgument,
                     {"请在 --keep（保留现值）、--theirs（采用对方）、--set（另行填写）中选一项。",
                      "Choose one of --keep, --theirs and --set."});
  }
  v1::ResolveConflict resolve;
  resolve.set_conflict_id(conflict.id());
  resolve.set_reason(options.reason);
  resolve.set_decision(options.keep     ? v1::CONFLICT_DECISION_KEEP_OURS
                       : options.theirs ? v1::CONFLICT_DECISION_TAKE_THEIRS
                                        : v1::CONFLICT_DECISION_WRITE_VALUES);
  for (const std::string& assignment : options.assignments) {
    if (absl::Status status = AddDecided(session, conflict, assignment, resolve); !status.ok())
      return status;
  }
  return resolve;
}

}  // namespace

absl::StatusOr<ExitStatus> ResolveConflict(Session& session, const ResolveOptions& options) {
  auto conflict = session.replica().GetConflict(options.conflict);
  if (!conflict.ok()) return conflict.status();
  if (conflict->state() == v1::CONFLICT_STATE_RESOLVED) {
    return UserError(absl::StatusCode::kFailedPrecondition,
                     {"这条冲突已有裁定，见 bangfu conflict show。",
                      "This entry is settled already; see bangfu conflict show."});
  }
  auto resolve = DecisionOf(session, *conflict, options);
  if (!resolve.ok()) return resolve.status();
  auto signed_in = session.Signed();
  if (!signed_in.ok()) return signed_in.status();
  absl::Status may =
      CheckMayAct(session, signed_in->person, v1::ACTION_RESOLVE_CONFLICT, {conflict->org()});
  if (!may.ok()) return may;
  auto actor = session.Actor();
  if (!actor.ok()) return actor.status();
  v1::Change change = session.NewChange(conflict->record_type(), conflict->record_id(), *actor);
  *change.mutable_resolve_conflict() = *std::move(resolve);
  if (absl::Status status = session.replica().Append({change}); !status.ok()) return status;
  session.out().Line({"裁定已录入；运行 bangfu sync 上送，生效后各方都会收到。",
                      "The decision was entered; bangfu sync sends it, and everybody gets its "
                      "effect."});
  session.out().Print(Json{{"change_id", change.change_id()}, {"conflict_id", conflict->id()}});
  return kDone;
}

}  // namespace bangfu::client
