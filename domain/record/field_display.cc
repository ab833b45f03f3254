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

// The words of one language.
struct Words {
  const char* label_separator;
  const char* item_separator;
  const char* present;
  const char* yes;
  const char* no;
};
constexpr Words kChineseWords = {"·", "、", "有", "是", "否"};
constexpr Words kEnglishWords = {" · ", ", ", "present", "yes", "no"};
constexpr char kInstantFormat[] = "%Y-%m-%d %H:%M:%S";

const Words& WordsOf(Language language) {
  return language == Language::kEnglish ? kEnglishWords : kChineseWords;
}

std::string DisplayInteger(const std::string& text, v1::Format format) {
  int64_t number = 0;
  const bool is_money = format == v1::FORMAT_MONEY && absl::SimpleAtoi(text, &number);
  return is_money ? FormatYuan(number) : text;
}

std::string DisplayCode(const std::string& text, const google::protobuf::EnumDescriptor& list,
                        Language language) {
  int number = 0;
  if (!absl::SimpleAtoi(text, &number)) return text;
  const std::string& english = SpecOfCode(list, number).label_en();
  return language == Language::kEnglish && !english.empty() ? english : CodeLabel(list, number);
}

std::string DisplayInstant(const std::string& text) {
  const auto time = ParseInstant(text);
  return time.has_value() ? absl::FormatTime(kInstantFormat, *time, ShanghaiTimeZone()) : text;
}

std::string DisplayItem(const std::string& item, const FieldDescriptor& field, v1::Format format,
                        Language language) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
      return DisplayInteger(item, format);
    case FieldDescriptor::CPPTYPE_BOOL:
      return item == "true" ? WordsOf(language).yes : item == "false" ? WordsOf(language).no : item;
    case FieldDescriptor::CPPTYPE_ENUM:
      return DisplayCode(item, *field.enum_type(), language);
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

std::string LabelOfPath(const Descriptor& record, absl::string_view path, Language language) {
  const auto steps = ParsePath(record, path);
  if (!steps.has_value()) return std::string(path);
  std::vector<absl::string_view> labels;
  for (const PathStep& step : *steps) {
    const v1::FieldSpec& spec = SpecOf(*step.field);
    labels.push_back(language == Language::kEnglish ? spec.label_en() : spec.label_zh());
    if (labels.back().empty()) return std::string(path);
  }
  return absl::StrJoin(labels, WordsOf(language).label_separator);
}

std::string DisplayValue(const Descriptor& record, absl::string_view path, absl::string_view value,
                         bool masked, Language language) {
  const auto steps = ParsePath(record, path);
  const v1::FieldSpec* spec = SpecOfPath(record, path);
  if (!steps.has_value() || spec == nullptr) {
    return masked && !value.empty() ? kHiddenText : std::string(value);
  }
  const PathStep& last = steps->back();
  if (last.key.has_value()) return WordsOf(language).present;
  const FieldDescriptor& field = *last.field;
  const bool hide = masked && spec->sensitivity() != v1::SENSITIVITY_PLAIN;
  const auto display = [&](const std::string& item) {
    return hide ? MaskItem(item, field, spec->format())
                : DisplayItem(item, field, spec->format(), language);
  };
  if (!field.is_repeated()) return display(std::string(value));
  std::vector<std::string> items = SplitItems(value);
  for (std::string& item : items) item = display(item);
  return absl::StrJoin(items, WordsOf(language).item_separator);
}

}  // namespace bangfu::domain
