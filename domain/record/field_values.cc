#include "domain/record/field_values.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "domain/codes/descriptor_cache.h"
#include "domain/codes/field_spec.h"
#include "domain/record/field_path.h"
#include "domain/record/record_edit.h"
#include "domain/record/value_text.h"

namespace bangfu::domain {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Walks over the set fields of a record: take(path, message, field) for each, with nullptr as the
// field for the presence of a list element; take returns whether it is the first with this path.
template <typename Take>
void ReadMessage(const Message& message, const FieldDescriptor* key, std::string& prefix,
                 Take& take);

template <typename Take>
void ReadList(const Message& message, const FieldDescriptor& field, std::string& prefix,
              Take& take) {
  const FieldDescriptor* key_field = ListKeyOf(field);
  if (key_field == nullptr) return;
  const Reflection& reflection = *message.GetReflection();
  const size_t length = prefix.size();
  const int size = reflection.FieldSize(message, &field);
  std::string scratch;
  for (int i = 0; i < size; ++i) {
    const Message& element = reflection.GetRepeatedMessage(message, &field, i);
    const std::string& key =
        element.GetReflection()->GetStringReference(element, key_field, &scratch);
    if (key.empty()) continue;
    absl::StrAppend(&prefix, field.name(), "[", EscapeKey(key), "]");
    if (take(prefix, element, nullptr)) {
      prefix.push_back('.');
      ReadMessage(element, key_field, prefix, take);
    }
    prefix.resize(length);
  }
}

// A field that is set.
template <typename Take>
void ReadField(const Message& message, const FieldDescriptor& field, std::string& prefix,
               Take& take) {
  const size_t length = prefix.size();
  if (IsValue(field)) {
    absl::StrAppend(&prefix, field.name());
    take(prefix, message, &field);
    prefix.resize(length);
  } else if (IsGroup(field)) {
    absl::StrAppend(&prefix, field.name(), ".");
    ReadMessage(message.GetReflection()->GetMessage(message, &field), nullptr, prefix, take);
    prefix.resize(length);
  } else {
    ReadList(message, field, prefix, take);
  }
}

// All set fields but `key`, which the path of the element already tells.
template <typename Take>
void ReadMessage(const Message& message, const FieldDescriptor* key, std::string& prefix,
                 Take& take) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field != key) ReadField(message, *field, prefix, take);
  }
}

// Collects paths with their values.
struct TakeValue {
  FieldValues& values;
  bool operator()(const std::string& path, const Message& message,
                  const FieldDescriptor* field) const {
    return values.emplace(path, field == nullptr ? "" : ValueText(message, *field)).second;
  }
};

void AddOwners(const Message& message, const FieldDescriptor* key, v1::Owner outer,
               std::set<v1::Owner>& owners) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field == key) continue;
    const v1::Owner owner = std::max(outer, SpecOf(*field).owner());
    if (IsValue(*field)) {
      owners.insert(owner);
    } else if (IsGroup(*field)) {
      AddOwners(reflection.GetMessage(message, field), nullptr, owner, owners);
    } else if (const FieldDescriptor* key_field = ListKeyOf(*field); key_field != nullptr) {
      owners.insert(owner);  // of the presence of its elements
      for (int i = 0; i < reflection.FieldSize(message, field); ++i)
        AddOwners(reflection.GetRepeatedMessage(message, field, i), key_field, owner, owners);
    }
  }
}

// Numbers of both enums grow with strictness.
bool IsStricter(const v1::FieldSpec& outer, const v1::FieldSpec& inner) {
  return outer.owner() > inner.owner() || outer.sensitivity() > inner.sensitivity();
}

v1::FieldSpec Tightened(const v1::FieldSpec& outer, v1::FieldSpec inner) {
  inner.set_owner(std::max(outer.owner(), inner.owner()));
  inner.set_sensitivity(std::max(outer.sensitivity(), inner.sensitivity()));
  return inner;
}

const v1::FieldSpec& SpecWithin(const v1::FieldSpec& outer, const v1::FieldSpec& inner) {
  if (!IsStricter(outer, inner)) return inner;
  using Pair = std::pair<const v1::FieldSpec*, const v1::FieldSpec*>;
  static auto& cache = *new DescriptorCache<Pair, v1::FieldSpec>();
  return cache.Get({&outer, &inner}, [&] { return Tightened(outer, inner); });
}

}  // namespace

FieldValues ReadFields(const Message& record) {
  FieldValues values;
  const TakeValue take{values};
  std::string prefix;
  ReadMessage(record, nullptr, prefix, take);
  return values;
}

FieldValues ReadFieldsOf(const Message& record, const std::vector<std::string>& paths) {
  std::set<absl::string_view> names;
  for (const absl::string_view path : paths) names.insert(path.substr(0, path.find_first_of(".[")));
  FieldValues values;
  const TakeValue take{values};
  std::string prefix;
  const Reflection& reflection = *record.GetReflection();
  for (const absl::string_view name : names) {
    const FieldDescriptor* field = record.GetDescriptor()->FindFieldByName(std::string(name));
    if (field == nullptr) continue;
    const bool set = field->is_repeated() ? reflection.FieldSize(record, field) > 0
                                          : reflection.HasField(record, field);
    if (set) ReadField(record, *field, prefix, take);
  }
  return values;
}

FieldEdits UnsetAll(const Message& record) {
  FieldEdits edits;
  const auto take = [&edits](const std::string& path, const Message&, const FieldDescriptor*) {
    return edits.emplace(path, std::nullopt).second;
  };
  std::string prefix;
  ReadMessage(record, nullptr, prefix, take);
  return edits;
}

std::set<v1::Owner> OwnersOf(const Message& record) {
  std::set<v1::Owner> owners;
  AddOwners(record, record.GetDescriptor()->FindFieldByName("id"), v1::OWNER_UNSPECIFIED, owners);
  return owners;
}

FieldEdits Difference(const FieldValues& before, const FieldValues& after) {
  FieldEdits edits;
  auto b = before.begin();
  auto a = after.begin();
  while (b != before.end() || a != after.end()) {
    const bool only_before = a == after.end() || (b != before.end() && b->first < a->first);
    const bool only_after = b == before.end() || (a != after.end() && a->first < b->first);
    if (only_before) {
      edits.emplace_hint(edits.end(), b->first, std::nullopt);
      ++b;
    } else if (only_after) {
      edits.emplace_hint(edits.end(), a->first, a->second);
      ++a;
    } else {
      if (a->second != b->second) edits.emplace_hint(edits.end(), a->first, a->second);
      ++a;
      ++b;
    }
  }
  return edits;
}

FieldEdits Select(const FieldValues& values, const std::vector<std::string>& paths) {
  FieldEdits edits;
  for (const std::string& path : paths) {
    const auto found = values.find(path);
    if (found == values.end()) {
      edits.emplace(path, std::nullopt);
      continue;
    }
    edits.insert_or_assign(path, found->second);
    if (!absl::EndsWith(path, "]")) continue;
    const std::string prefix = path + ".";
    for (auto field = values.lower_bound(prefix);
         field != values.end() && absl::StartsWith(field->first, prefix); ++field) {
      edits.insert_or_assign(field->first, field->second);
    }
  }
  return edits;
}

absl::Status WriteFields(Message& record, const FieldEdits& edits) {
  RecordEdit edit(record);
  for (const auto& [path, value] : edits) {
    if (absl::Status status = edit.Write(path, value); !status.ok()) return status;
  }
  edit.Finish();
  return absl::OkStatus();
}

const v1::FieldSpec* SpecOfPath(const Descriptor& record, absl::string_view path) {
  const auto steps = ParsePath(record, path);
  if (!steps.has_value()) return nullptr;
  const v1::FieldSpec* spec = nullptr;
  for (const PathStep& step : *steps) {
    const v1::FieldSpec& own = SpecOf(*step.field);
    spec = spec == nullptr ? &own : &SpecWithin(*spec, own);
  }
  return spec;
}

v1::Owner OwnerOfPath(const Descriptor& record, absl::string_view path) {
  const v1::FieldSpec* spec = SpecOfPath(record, path);
  return spec == nullptr ? v1::OWNER_SERVER : spec->owner();
}

}  // namespace bangfu::domain
