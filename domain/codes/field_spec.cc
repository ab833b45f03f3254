#include "domain/codes/field_spec.h"

#include <string>
#include <unordered_map>
#include <utility>

#include "domain/codes/descriptor_cache.h"
#include "domain/codes/word_key.h"

namespace bangfu::domain {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

using Columns = std::unordered_map<std::string, const FieldDescriptor*>;

bool IsComplete(const v1::FieldSpec& spec) {
  return spec.owner() != v1::OWNER_UNSPECIFIED && spec.sensitivity() != v1::SENSITIVITY_UNSPECIFIED;
}

v1::FieldSpec Closed(v1::FieldSpec spec) {
  if (spec.owner() == v1::OWNER_UNSPECIFIED) spec.set_owner(v1::OWNER_SERVER);
  if (spec.sensitivity() == v1::SENSITIVITY_UNSPECIFIED) {
    spec.set_sensitivity(v1::SENSITIVITY_SECRET);
  }
  return spec;
}

void AddColumn(Columns& columns, absl::string_view header, const FieldDescriptor* field) {
  std::string key = WordKey(header);
  if (!key.empty()) columns.try_emplace(std::move(key), field);
}

Columns ColumnsOf(const Descriptor& record) {
  Columns columns;
  for (int i = 0; i < record.field_count(); ++i) {
    const FieldDescriptor* field = record.field(i);
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) continue;
    const v1::FieldSpec& spec = SpecOf(*field);
    AddColumn(columns, spec.label_zh(), field);
    for (const std::string& alias : spec.aliases()) AddColumn(columns, alias, field);
  }
  return columns;
}

}  // namespace

const v1::FieldSpec& SpecOf(const FieldDescriptor& field) {
  const v1::FieldSpec& spec = field.options().GetExtension(v1::spec);
  if (IsComplete(spec)) return spec;
  static auto& closed = *new DescriptorCache<const FieldDescriptor*, v1::FieldSpec>();
  return closed.Get(&field, [&spec] { return Closed(spec); });
}

const FieldDescriptor* FindColumn(const Descriptor& record, absl::string_view header) {
  static auto& cache = *new DescriptorCache<const Descriptor*, Columns>();
  const Columns& columns = cache.Get(&record, [&record] { return ColumnsOf(record); });
  const auto found = columns.find(WordKey(header));
  return found == columns.end() ? nullptr : found->second;
}

}  // namespace bangfu::domain
