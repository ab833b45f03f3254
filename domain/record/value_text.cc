#include "domain/record/value_text.h"

#include <cstdint>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "domain/text/normalize.h"

namespace bangfu::domain {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr char kTrue[] = "true";
constexpr char kFalse[] = "false";
constexpr char kEmptyItem[] = "\\0";
constexpr char kInstantFormat[] = "%Y-%m-%d%ET%H:%M:%E*SZ";
// Fields of google.protobuf.Timestamp; read by number so that it may come from anywhere.
constexpr int kSecondsField = 1;
constexpr int kNanosField = 2;

// The range of google.protobuf.Timestamp, the years 1 to 9999 of RFC 3339.
absl::Time FirstInstant() { return absl::FromCivil(absl::CivilYear(1), absl::UTCTimeZone()); }
absl::Time EndOfInstants() { return absl::FromCivil(absl::CivilYear(10000), absl::UTCTimeZone()); }

template <typename Integer>
bool ParseDecimal(absl::string_view text, Integer& value) {
  return absl::SimpleAtoi(text, &value) && absl::StrCat(value) == text;
}

std::string InstantText(const Message& instant) {
  const auto& fields = *instant.GetDescriptor();
  const Reflection& reflection = *instant.GetReflection();
  const int64_t seconds = reflection.GetInt64(instant, fields.FindFieldByNumber(kSecondsField));
  const int32_t nanos = reflection.GetInt32(instant, fields.FindFieldByNumber(kNanosField));
  return absl::FormatTime(kInstantFormat, absl::FromUnixSeconds(seconds) + absl::Nanoseconds(nanos),
                          absl::UTCTimeZone());
}

bool SetInstant(Message& instant, absl::string_view text) {
  const auto time = ParseInstant(text);
  if (!time.has_value()) return false;
  const int64_t seconds = absl::ToUnixSeconds(*time);
  const auto nanos =
      static_cast<int32_t>(absl::ToInt64Nanoseconds(*time - absl::FromUnixSeconds(seconds)));
  const auto& fields = *instant.GetDescriptor();
  const Reflection& reflection = *instant.GetReflection();
  reflection.SetInt64(&instant, fields.FindFieldByNumber(kSecondsField), seconds);
  reflection.SetInt32(&instant, fields.FindFieldByNumber(kNanosField), nanos);
  return true;
}

std::string SingularText(const Message& message, const FieldDescriptor* field) {
  const Reflection& reflection = *message.GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection.GetString(message, field);
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(reflection.GetInt32(message, field));
    case FieldDescriptor::CPPTYPE_INT64:
      return absl::StrCat(reflection.GetInt64(message, field));
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.GetBool(message, field) ? kTrue : kFalse;
    case FieldDescriptor::CPPTYPE_ENUM:
      return absl::StrCat(reflection.GetEnumValue(message, field));
    default:
      return InstantText(reflection.GetMessage(message, field));
  }
}

std::string EscapeItem(const std::string& item) {
  if (item.empty()) return kEmptyItem;
  std::string escaped;
  for (const char c : item) {
    if (c == ',' || c == '\\') escaped.push_back('\\');
    escaped.push_back(c);
  }
  return escaped;
}

std::string ItemText(const Message& message, const FieldDescriptor* field, int index) {
  const Reflection& reflection = *message.GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(reflection.GetRepeatedInt32(message, field, index));
    case FieldDescriptor::CPPTYPE_INT64:
      return absl::StrCat(reflection.GetRepeatedInt64(message, field, index));
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.GetRepeatedBool(message, field, index) ? kTrue : kFalse;
    case FieldDescriptor::CPPTYPE_ENUM:
      return absl::StrCat(reflection.GetRepeatedEnumValue(message, field, index));
    default:
      return EscapeItem(reflection.GetRepeatedString(message, field, index));
  }
}

// Sets a singular field, adds an item to a repeated one.
bool PutText(Message& message, const FieldDescriptor* field, absl::string_view text) {
  const Reflection& reflection = *message.GetReflection();
  const bool add = field->is_repeated();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      if (!IsValidUtf8(text)) return false;
      std::string value(text);
      add ? reflection.AddString(&message, field, std::move(value))
          : reflection.SetString(&message, field, std::move(value));
      return true;
    }
    case FieldDescriptor::CPPTYPE_INT32: {
      int32_t value = 0;
      if (!ParseDecimal(text, value)) return false;
      add ? reflection.AddInt32(&message, field, value)
          : reflection.SetInt32(&message, field, value);
      return true;
    }
    case FieldDescriptor::CPPTYPE_INT64: {
      int64_t value = 0;
      if (!ParseDecimal(text, value)) return false;
      add ? reflection.AddInt64(&message, field, value)
          : reflection.SetInt64(&message, field, value);
      return true;
    }
    case FieldDescriptor::CPPTYPE_BOOL: {
      if (text != kTrue && text != kFalse) return false;
      add ? reflection.AddBool(&message, field, text == kTrue)
          : reflection.SetBool(&message, field, text == kTrue);
      return true;
    }
    case FieldDescriptor::CPPTYPE_ENUM: {
      int32_t value = 0;
      if (!ParseDecimal(text, value)) return false;
      add ? reflection.AddEnumValue(&message, field, value)
          : reflection.SetEnumValue(&message, field, value);
      return true;
    }
    default:
      return SetInstant(*reflection.MutableMessage(&message, field), text);
  }
}

}  // namespace

std::string ValueText(const Message& message, const FieldDescriptor& field) {
  if (!field.is_repeated()) return SingularText(message, &field);
  std::string text;
  const int size = message.GetReflection()->FieldSize(message, &field);
  for (int i = 0; i < size; ++i) {
    absl::StrAppend(&text, i == 0 ? "" : ",", ItemText(message, &field, i));
  }
  return text;
}

bool SetValueText(Message& message, const FieldDescriptor& field, absl::string_view text) {
  message.GetReflection()->ClearField(&message, &field);
  if (!field.is_repeated()) return PutText(message, &field, text);
  for (const std::string& item : SplitItems(text)) {
    if (!PutText(message, &field, item)) return false;
  }
  return ValueText(message, field) == text;
}

std::vector<std::string> SplitItems(absl::string_view text) {
  std::vector<std::string> items;
  if (text.empty()) return items;
  items.emplace_back();
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ',') {
      items.emplace_back();
    } else if (text.substr(i, 2) == kEmptyItem) {
      ++i;
    } else {
      if (text[i] == '\\' && i + 1 < text.size()) ++i;
      items.back().push_back(text[i]);
    }
  }
  return items;
}

std::optional<absl::Time> ParseInstant(absl::string_view text) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(kInstantFormat, text, absl::UTCTimeZone(), &time, &error) ||
      time < FirstInstant() || time >= EndOfInstants() ||
      absl::FormatTime(kInstantFormat, time, absl::UTCTimeZone()) != text) {
    return std::nullopt;
  }
  return time;
}

}  // namespace bangfu::domain
