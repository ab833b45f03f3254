#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "domain/codes/code_list.h"
#include "domain/codes/field_spec.h"
#include "domain/record/field_path.h"
#include "domain/record/field_values.h"
#include "domain/record/mask.h"
#include "domain/record/value_text.h"
#include "domain/text/civil_date.h"
#include "domain/text/money.h"

// How fields and their values are shown to people.
namespace bangfu::domain {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

constexpr char kLabelSeparator[] = "·";
constexpr char kItemSeparator[] = "、";
constexpr char kPresent[] = "有";
constexpr char kYes[] = "是";
constexpr char kNo[] = "否";
constexpr char kInstantFormat[] = "%Y-%m-%d %H:%M:%S";

std::string DisplayInteger(const std::string& text, v1::Format format) {
  int64_t number = 0;
  const bool is_money = format == v1::FORMAT_MONEY && absl::SimpleAtoi(text, &number);
  return is_money ? FormatYuan(number) : text;
}

std::string DisplayCode(const std::string& text, const google::protobuf::EnumDescriptor& list) {
  int number = 0;
  return absl::SimpleAtoi(text, &number) ? CodeLabel(list, number) : text;
}

std::string DisplayInstant(const std::string& text) {
  const auto time = ParseInstant(text);
  return time.has_value() ? absl::FormatTime(kInstantFormat, *time, ShanghaiTimeZone()) : text;
}

std::string DisplayItem(const std::string& item, const FieldDescriptor& field, v1::Format format) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
      return DisplayInteger(item, format);
    case FieldDescriptor::CPPTYPE_BOOL:
      return item == "true" ? kYes : item == "false" ? kNo : item;
    case FieldDescriptor::CPPTYPE_ENUM:
      return DisplayCode(item, *field.enum_type());
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return DisplayInstant(item);
    default:
      return item;
  }
}

std::string MaskItem(const std::string& item, const FieldDescriptor& field, v1::Format format) {
  if (item.empty()) return item;
  const bool is_text = field.cpp_type() == FieldDescriptor::CPPTYPE_STRING;
  return is_text ? MaskText(format, item) : kHiddenText;
}

}  // namespace

std::string LabelOfPath(const Descriptor& record, absl::string_view path) {
  const auto steps = ParsePath(record, path);
  if (!steps.has_value()) return std::string(path);
  std::vector<absl::string_view> labels;
  for (const PathStep& step : *steps) {
    labels.push_back(SpecOf(*step.field).label_zh());
    if (labels.back().empty()) return std::string(path);
  }
  return absl::StrJoin(labels, kLabelSeparator);
}

std::string DisplayValue(const Descriptor& record, absl::string_view path, absl::string_view value,
                         bool masked) {
  const auto steps = ParsePath(record, path);
  const v1::FieldSpec* spec = SpecOfPath(record, path);
  if (!steps.has_value() || spec == nullptr) {
    return masked && !value.empty() ? kHiddenText : std::string(value);
  }
  const PathStep& last = steps->back();
  if (last.key.has_value()) return kPresent;
  const FieldDescriptor& field = *last.field;
  const bool hide = masked && spec->sensitivity() != v1::SENSITIVITY_PLAIN;
  const auto display = [&](const std::string& item) {
    return hide ? MaskItem(item, field, spec->format()) : DisplayItem(item, field, spec->format());
  };
  if (!field.is_repeated()) return display(std::string(value));
  std::vector<std::string> items = SplitItems(value);
  for (std::string& item : items) item = display(item);
  return absl::StrJoin(items, kItemSeparator);
}

}  // namespace bangfu::domain
