#include "server/service/conflict_mask.h"

#include <string>

#include "domain/record/field_values.h"
#include "domain/record/mask.h"
#include "domain/record/record_type.h"

namespace bangfu::server {
namespace {

std::string Masked(v1::RecordType type, const std::string& path, const std::string& value) {
  if (value.empty()) return value;
  const auto record = domain::NewRecord(type);
  if (record == nullptr) return domain::kHiddenText;
  const v1::FieldSpec* spec = domain::SpecOfPath(*record->GetDescriptor(), path);
  if (spec == nullptr || spec->hidden_of_minors()) return domain::kHiddenText;
  return domain::DisplayValue(*record->GetDescriptor(), path, value, true);
}

void MaskDecided(v1::RecordType type,
                 google::protobuf::RepeatedPtrField<v1::DecidedField>& fields) {
  for (v1::DecidedField& field : fields) {
    if (field.has_value()) field.set_value(Masked(type, field.field(), field.value()));
  }
}

}  // namespace

void MaskConflict(v1::Conflict& conflict) {
  const v1::RecordType type = conflict.record_type();
  for (v1::FieldConflict& field : *conflict.mutable_fields()) {
    if (field.has_base()) field.set_base(Masked(type, field.field(), field.base()));
    if (field.has_ours()) field.set_ours(Masked(type, field.field(), field.ours()));
    if (field.has_theirs()) field.set_theirs(Masked(type, field.field(), field.theirs()));
  }
  if (conflict.has_resolution())
    MaskDecided(type, *conflict.mutable_resolution()->mutable_fields());
  if (!conflict.has_change()) return;
  v1::Change& change = *conflict.mutable_change();
  if (change.has_put()) change.mutable_put()->clear_record();
  if (change.has_resolve_conflict())
    MaskDecided(type, *change.mutable_resolve_conflict()->mutable_fields());
}

}  // namespace bangfu::server
