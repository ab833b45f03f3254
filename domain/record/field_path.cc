#include "domain/record/field_path.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "domain/codes/field_spec.h"

namespace bangfu::domain {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

// The key that EscapeKey wrote as `escaped`; nothing when it writes no key like that.
std::optional<std::string> UnescapeKey(absl::string_view escaped) {
  std::string key = absl::StrReplaceAll(escaped, {{"%25", "%"}, {"%5B", "["}, {"%5D", "]"}});
  if (key.empty() || EscapeKey(key) != escaped) return std::nullopt;
  return key;
}

// Takes "[key]" off the front of `rest`.
std::optional<std::string> ConsumeKey(absl::string_view& rest) {
  const auto close = rest.find(']');
  if (close == absl::string_view::npos) return std::nullopt;
  auto key = UnescapeKey(rest.substr(1, close - 1));
  rest.remove_prefix(close + 1);
  return key;
}

// The message whose fields may follow `step`; nullptr when none may.
const Descriptor* Below(const PathStep& step) {
  return step.key.has_value() || IsGroup(*step.field) ? step.field->message_type() : nullptr;
}

}  // namespace

std::optional<FieldPath> ParsePath(const Descriptor& record, absl::string_view path) {
  FieldPath steps;
  const Descriptor* message = &record;
  absl::string_view rest = path;
  while (true) {
    const absl::string_view name = rest.substr(0, rest.find_first_of(".["));
    PathStep step;
    if (message != nullptr) step.field = message->FindFieldByName(std::string(name));
    if (step.field == nullptr) return std::nullopt;
    rest.remove_prefix(name.size());
    if (absl::StartsWith(rest, "[")) {
      if (ListKeyOf(*step.field) == nullptr) return std::nullopt;
      step.key = ConsumeKey(rest);
      if (!step.key.has_value()) return std::nullopt;
    }
    message = Below(step);
    steps.push_back(std::move(step));
    if (rest.empty()) return steps;
    if (!absl::ConsumePrefix(&rest, ".")) return std::nullopt;
  }
}

const FieldDescriptor* ListKeyOf(const FieldDescriptor& field) {
  if (!field.is_repeated() || field.is_map() ||
      field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
    return nullptr;
  }
  const Descriptor& element = *field.message_type();
  for (int i = 0; i < element.field_count(); ++i) {
    const FieldDescriptor* key = element.field(i);
    if (SpecOf(*key).list_key() && key->type() == FieldDescriptor::TYPE_STRING &&
        !key->is_repeated()) {
      return key;
    }
  }
  return nullptr;
}

bool IsValue(const FieldDescriptor& field) {
  switch (field.type()) {
    case FieldDescriptor::TYPE_STRING:
    case FieldDescriptor::TYPE_INT32:
    case FieldDescriptor::TYPE_INT64:
    case FieldDescriptor::TYPE_BOOL:
    case FieldDescriptor::TYPE_ENUM:
      return true;
    case FieldDescriptor::TYPE_MESSAGE:
      return !field.is_repeated() &&
             field.message_type()->well_known_type() == Descriptor::WELLKNOWNTYPE_TIMESTAMP;
    default:
      return false;
  }
}

bool IsGroup(const FieldDescriptor& field) {
  return field.type() == FieldDescriptor::TYPE_MESSAGE && !field.is_repeated() && !IsValue(field);
}

std::string EscapeKey(absl::string_view key) {
  return absl::StrReplaceAll(key, {{"%", "%25"}, {"[", "%5B"}, {"]", "%5D"}});
}

}  // namespace bangfu::domain
