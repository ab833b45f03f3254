#include "domain/paper/paper_text.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "domain/codes/code_list.h"
#include "domain/codes/field_spec.h"
#include "domain/record/field_access.h"
#include "domain/record/value_text.h"
#include "domain/text/identity_number.h"
#include "domain/text/list_split.h"
#include "domain/text/money.h"
#include "domain/text/normalize.h"

namespace bangfu::domain {
namespace {

using absl::string_view;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// A list has no order, and what is written twice is said once.
std::string JoinCodes(std::vector<int> codes) {
  std::sort(codes.begin(), codes.end());
  codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
  return absl::StrJoin(codes, ",");
}

std::optional<std::string> ReadCodes(const FieldDescriptor& field, string_view text) {
  const EnumDescriptor& list = *field.enum_type();
  if (const auto code = FindCode(list, text)) return absl::StrCat(code->number);
  if (!field.is_repeated()) return std::nullopt;
  std::vector<int> codes;
  for (const std::string& word : SplitList(text)) {
    const auto code = FindCode(list, word);
    if (!code) return std::nullopt;
    codes.push_back(code->number);
  }
  return JoinCodes(std::move(codes));
}

bool SpellsCode(const FieldDescriptor& field, int64_t number, const std::string& text) {
  return SpecOfCode(*field.enum_type(), static_cast<int>(number)).label_zh() == text;
}

// Yuan in digits without sign, separator and decimals.
bool SpellsAmount(int64_t amount_fen, const std::string& text) {
  constexpr size_t kMaxDigits = 8;  // kMaxAmountFen
  if (text.empty() || text.size() > kMaxDigits) return false;
  int64_t yuan = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    yuan = yuan * 10 + (c - '0');
  }
  return yuan * kFenPerYuan == amount_fen;
}

}  // namespace

std::optional<std::string> ReadPaperText(const FieldDescriptor& field, string_view text) {
  const std::string normal = NormalizeText(text);
  if (normal.empty()) return "";
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) return ReadCodes(field, normal);
  switch (SpecOf(field).format()) {
    case v1::FORMAT_MONEY: {
      const auto amount = ParseYuan(normal);
      if (!amount.ok()) return std::nullopt;
      return absl::StrCat(*amount);
    }
    case v1::FORMAT_IDENTITY_NUMBER: {
      const auto number = ParseIdentityNumber(normal);
      if (!number.ok()) return std::nullopt;
      return number->number;
    }
    case v1::FORMAT_PERSON_NAME:
      return CodeKey(normal);
    default:
      return normal;
  }
}

bool IsStated(const Message& message, const FieldAccess& field) {
  if (field.size != nullptr) return field.size(message) > 0;
  if (field.has != nullptr) return field.has(message);
  return field.text != nullptr ? !field.text(message).empty() : field.integer(message) != 0;
}

bool SpellsValue(const Message& message, const FieldAccess& field, const std::string& text) {
  if (text.empty() || !IsStated(message, field)) return false;
  switch (field.field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return field.text != nullptr && field.text(message) == text;
    case FieldDescriptor::CPPTYPE_ENUM:
      if (field.integer != nullptr) return SpellsCode(*field.field, field.integer(message), text);
      return field.size(message) == 1 &&
             SpellsCode(*field.field, field.integer_at(message, 0), text);
    case FieldDescriptor::CPPTYPE_INT64:
      return field.integer != nullptr && SpellsAmount(field.integer(message), text);
    default:
      return false;
  }
}

std::string ComparableValue(const Message& message, const FieldDescriptor& field) {
  if (!IsStated(message, AccessTo(field))) return "";
  if (field.is_repeated() && field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
    const auto& reflection = *message.GetReflection();
    std::vector<int> codes;
    const int size = reflection.FieldSize(message, &field);
    for (int i = 0; i < size; ++i) {
      codes.push_back(reflection.GetRepeatedEnumValue(message, &field, i));
    }
    return JoinCodes(std::move(codes));
  }
  const std::string text = ValueText(message, field);
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_STRING) return text;
  // A value that cannot be read is reported by CheckValues; here it is compared as it is.
  return ReadPaperText(field, text).value_or(text);
}

}  // namespace bangfu::domain
