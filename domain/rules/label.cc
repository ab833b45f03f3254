#include "domain/rules/label.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "domain/codes/code_list.h"
#include "domain/codes/field_spec.h"
#include "domain/record/field_values.h"
#include "domain/text/uuid.h"

namespace bangfu::domain {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr absl::string_view kMembersPrefix = "members[";

// The masked name of the person that `record` describes; empty for what is no person.
std::string MaskedName(const Message& record) {
  const Descriptor& descriptor = *record.GetDescriptor();
  for (int i = 0; i < descriptor.field_count(); ++i) {
    const FieldDescriptor& field = *descriptor.field(i);
    if (field.is_repeated() || field.cpp_type() != FieldDescriptor::CPPTYPE_STRING) continue;
    if (SpecOf(field).format() != v1::FORMAT_PERSON_NAME) continue;
    const std::string name = record.GetReflection()->GetString(record, &field);
    return name.empty() ? "" : DisplayValue(descriptor, field.name(), name, /*masked=*/true);
  }
  return "";
}

Text WithName(const Text& label, const std::string& name) {
  if (name.empty()) return label;
  return Text{absl::StrCat(label.zh, "（", name, "）"), absl::StrCat(label.en, " (", name, ")")};
}

}  // namespace

Text FieldLabel(const FieldDescriptor& field) {
  const v1::FieldSpec& spec = SpecOf(field);
  return Text{spec.label_zh().empty() ? field.name() : spec.label_zh(),
              spec.label_en().empty() ? field.name() : spec.label_en()};
}

Text ArchiveLabel(int field_number) {
  return FieldLabel(*v1::Archive::descriptor()->FindFieldByNumber(field_number));
}

Text ElementLabel(const FieldDescriptor& list, const Message& element) {
  return WithName(FieldLabel(list), MaskedName(element));
}

Text WorkerLabel(const v1::Archive& archive) {
  return WithName(Text{"职工本人", "the worker"}, MaskedName(archive));
}

Text MemberLabel(const v1::Member& member) {
  Text relation = ValueLabel(*v1::Relation_descriptor(), member.relation());
  if (relation.zh.empty()) {
    relation = ArchiveLabel(v1::Archive::kMembersFieldNumber);
  }
  return WithName(relation, MaskedName(member));
}

Text ValueLabel(const google::protobuf::EnumDescriptor& list, int number) {
  const v1::ValueSpec& spec = SpecOfCode(list, number);
  return Text{spec.label_zh(), spec.label_en()};
}

Text ValueLabels(const google::protobuf::EnumDescriptor& list) {
  Text labels{CodeLabels(list), ""};
  for (int i = 0; i < list.value_count(); ++i) {
    const std::string& label = SpecOfCode(list, list.value(i)->number()).label_en();
    if (label.empty()) continue;
    absl::StrAppend(&labels.en, labels.en.empty() ? "" : ", ", label);
  }
  return labels;
}

absl::string_view MemberOfPath(absl::string_view path) {
  if (!absl::ConsumePrefix(&path, kMembersPrefix)) return "";
  return path.substr(0, path.find(']'));
}

std::string ElementPath(absl::string_view list, absl::string_view key) {
  return absl::StrCat(list, "[", IsUuid(key) ? key : absl::string_view(), "]");
}

}  // namespace bangfu::domain
