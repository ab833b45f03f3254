#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/assignment.h"
#include "client/cli/commands.h"
#include "client/cli/edit_entry.h"
#include "client/cli/life_commands.h"
#include "client/cli/local_case.h"
#include "domain/codes/field_spec.h"
#include "domain/codes/word_key.h"
#include "domain/record/field_path.h"
#include "domain/record/field_values.h"
#include "domain/rules/label.h"
#include "domain/text/uuid.h"

namespace bangfu::client {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// A list of the archive by its label, "家庭成员", an alias or its name in the proto.
absl::StatusOr<const FieldDescriptor*> FindList(const std::string& word) {
  const auto& archive = *v1::Archive::descriptor();
  const std::string key = domain::WordKey(word);
  std::vector<std::string> labels;
  for (int i = 0; i < archive.field_count(); ++i) {
    const FieldDescriptor& field = *archive.field(i);
    if (domain::ListKeyOf(field) == nullptr) continue;
    const v1::FieldSpec& spec = domain::SpecOf(field);
    bool found = field.name() == word || domain::WordKey(spec.label_zh()) == key ||
                 domain::WordKey(spec.label_en()) == key;
    for (const std::string& alias : spec.aliases()) found |= domain::WordKey(alias) == key;
    if (found) return &field;
    labels.push_back(spec.label_zh());
  }
  const std::string possible = absl::StrJoin(labels, "、");
  return UserError(
      absl::StatusCode::kInvalidArgument,
      {absl::StrCat("档案中没有“", word, "”这样的多项栏目；可用：", possible, "。"),
       absl::StrCat("The archive has no list \"", word, "\"; possible: ", possible, ".")});
}

// An element of a list of an archive.
struct Element {
  const FieldDescriptor* list = nullptr;
  Message* message = nullptr;
  std::string path;  // "members[0190…]"
};

absl::StatusOr<Element> FindElement(v1::Archive& archive, const std::string& id) {
  const auto& descriptor = *v1::Archive::descriptor();
  const auto uuid = domain::ParseUuid(id);
  for (int i = 0; uuid && i < descriptor.field_count(); ++i) {
    const FieldDescriptor& list = *descriptor.field(i);
    const FieldDescriptor* key = domain::ListKeyOf(list);
    if (key == nullptr) continue;
    for (int j = 0; j < archive.GetReflection()->FieldSize(archive, &list); ++j) {
      Message* element = archive.GetReflection()->MutableRepeatedMessage(&archive, &list, j);
      if (element->GetReflection()->GetString(*element, key) == *uuid)
        return Element{&list, element, domain::ElementPath(list.name(), *uuid)};
    }
  }
  return UserError(
      absl::StatusCode::kNotFound,
      {absl::StrCat("这份档案中没有 ", id, "；标识见 bangfu archive show。"),
       absl::StrCat("The archive has no element ", id, "; bangfu archive show tells the ids.")});
}

absl::StatusOr<LocalCase> FindCase(Session& session, const std::string& archive) {
  auto record = session.FindArchive(archive);
  if (!record.ok()) return record.status();
  return ReadCase(session.replica(), *record);
}

// The edit of an archive; the caller fills in what it is about.
Edit EditOf(const LocalCase& local, const v1::Archive& after, const std::string& reason) {
  Edit edit{local};
  edit.before = &local.records.archive();
  edit.after = &after;
  edit.base_revision = local.record.base_revision;
  edit.reason = reason;
  return edit;
}

}  // namespace

absl::StatusOr<ExitStatus> EditArchive(Session& session, const EditOptions& options) {
  auto local = FindCase(session, options.archive);
  if (!local.ok()) return local.status();
  v1::Archive after = local->records.archive();
  Edit edit = EditOf(*local, after, options.reason);
  Message* target = &after;
  if (!options.element.empty()) {
    auto element = FindElement(after, options.element);
    if (!element.ok()) return element.status();
    target = element->message;
    edit.part = element->path;
  }
  auto read = Assign(session, options.assignments,
                     edit.part.empty() ? "" : absl::StrCat(edit.part, "."), *target);
  if (!read.ok()) return read.status();
  edit.read = *std::move(read);
  return EnterEdit(session, std::move(edit));
}

absl::StatusOr<ExitStatus> AddElement(Session& session, const ElementOptions& options) {
  auto list = FindList(options.list);
  if (!list.ok()) return list.status();
  auto local = FindCase(session, options.archive);
  if (!local.ok()) return local.status();
  v1::Archive after = local->records.archive();
  Edit edit = EditOf(*local, after, options.reason);
  edit.new_id = session.NewId();
  edit.part = domain::ElementPath((*list)->name(), edit.new_id);
  Message* element = after.GetReflection()->AddMessage(&after, *list);
  element->GetReflection()->SetString(element, domain::ListKeyOf(**list), edit.new_id);
  auto read = Assign(session, options.assignments, absl::StrCat(edit.part, "."), *element);
  if (!read.ok()) return read.status();
  edit.read = *std::move(read);
  return EnterEdit(session, std::move(edit));
}

absl::StatusOr<ExitStatus> RemoveElement(Session& session, const ElementOptions& options) {
  auto local = FindCase(session, options.archive);
  if (!local.ok()) return local.status();
  v1::Archive after = local->records.archive();
  auto element = FindElement(after, options.id);
  if (!element.ok()) return element.status();
  Edit edit = EditOf(*local, after, options.reason);
  edit.part = element->path;
  if (absl::Status status = domain::WriteFields(after, {{element->path, std::nullopt}});
      !status.ok()) {
    return status;
  }
  return EnterEdit(session, std::move(edit));
}

}  // namespace bangfu::client
