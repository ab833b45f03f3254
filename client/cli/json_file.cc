#include "client/cli/json_file.h"

#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <climits>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "client/import/closest_word.h"

namespace bangfu::client {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using nlohmann::json;

constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr size_t kMaxNameLength = 60;  // characters of a field name that is worth quoting
constexpr int kMaxListedCodes = 12;    // codes of one message

// Names of fields are quoted in messages; anything else may be somebody's number.
bool IsName(absl::string_view text) {
  return !text.empty() && text.size() <= kMaxNameLength &&
         !absl::ascii_isdigit(static_cast<unsigned char>(text[0])) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return c == '_' || absl::ascii_isalnum(static_cast<unsigned char>(c));
         });
}

absl::Status Wrong(const std::string& file, const std::string& place, const Text& text) {
  const std::string at = place.empty() ? "" : absl::StrCat(" ", place);
  return UserError(absl::StatusCode::kInvalidArgument,
                   {absl::StrCat(file, at, "：", text.zh), absl::StrCat(file, at, ": ", text.en)});
}

// Notes the first name that an object has twice: a parsed document keeps only one of them.
class RepeatedNames {
 public:
  bool operator()(int /*depth*/, json::parse_event_t event, json& parsed) {
    if (event == json::parse_event_t::object_start) {
      names_.emplace_back();
    } else if (event == json::parse_event_t::object_end) {
      names_.pop_back();
    } else if (event == json::parse_event_t::key && !found_) {
      const auto& name = parsed.get_ref<const std::string&>();
      found_ = !names_.back().insert(name).second;
      if (found_ && IsName(name)) name_ = name;
    }
    return true;
  }
  bool found() const { return found_; }
  const std::string& name() const { return name_; }

 private:
  std::vector<std::set<std::string>> names_;
  bool found_ = false;
  std::string name_;  // empty when it is not worth quoting
};

absl::Status SyntaxError(absl::string_view text, size_t byte, const std::string& file) {
  const absl::string_view before = text.substr(0, byte == 0 ? 0 : byte - 1);
  const auto lines = std::count(before.begin(), before.end(), '\n');
  const size_t line_start =
      before.rfind('\n') == absl::string_view::npos ? 0 : before.rfind('\n') + 1;
  const size_t column = before.size() - line_start + 1;
  return Wrong(file, "",
               {absl::StrCat("第 ", lines + 1, " 行第 ", column,
                             " 字节处不是正确的 JSON；请检查逗号、引号和括号。"),
                absl::StrCat("not JSON at line ", lines + 1, ", byte ", column,
                             "; check commas, quotation marks and brackets.")});
}

absl::StatusOr<json> ParseDocument(absl::string_view text, const std::string& file) {
  RepeatedNames repeated;
  json document;
  try {
    document = json::parse(text.begin(), text.end(), std::ref(repeated));
  } catch (const json::parse_error& error) {
    return SyntaxError(text, error.byte, file);
  } catch (const json::exception&) {  // a number that nothing can hold
    return SyntaxError(text, 1, file);
  }
  if (repeated.found()) {
    const std::string& name = repeated.name();
    return Wrong(file, "",
                 {absl::StrCat("有一个栏目", name.empty() ? "" : absl::StrCat(" \"", name, "\" "),
                               "在同一处写了两次；请只保留一个。"),
                  absl::StrCat("a field", name.empty() ? "" : absl::StrCat(" \"", name, "\""),
                               " is there twice in one place; keep one of them.")});
  }
  return document;
}

// Checks a document against the message that it is to become.
class Checker {
 public:
  explicit Checker(const std::string& file) : file_(file) {}

  absl::Status CheckMessage(const json& value, const Descriptor& message,
                            const std::string& place) const {
    if (message.full_name() == google::protobuf::Timestamp::descriptor()->full_name()) {
      google::protobuf::Timestamp time;
      const bool good = value.is_string() && google::protobuf::util::TimeUtil::FromString(
                                                 value.get_ref<const std::string&>(), &time);
      return Unless(!good, place,
                    {"应为带时区的时间，如 \"2014-03-12T09:00:00+08:00\"。",
                     "must be a time with its zone, like \"2014-03-12T09:00:00+08:00\"."});
    }
    if (!value.is_object()) {
      return Wrong(file_, place,
                   {"应为一组栏目，写在 { } 之中。", "must be an object, written in { }."});
    }
    std::set<int> seen;
    for (const auto& [name, content] : value.items()) {
      const FieldDescriptor* field = message.FindFieldByName(name);
      if (field == nullptr) field = message.FindFieldByCamelcaseName(name);
      if (field == nullptr) return UnknownField(name, message, place);
      const std::string at = absl::StrCat(place, place.empty() ? "" : ".", name);
      if (!seen.insert(field->number()).second) {
        return Wrong(file_, at,
                     {"同一栏目用两种写法写了两次；请只保留一个。",
                      "the field is there twice, in both spellings; keep one of them."});
      }
      if (content.is_null()) continue;  // not stated
      if (absl::Status status = CheckField(content, *field, at); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

 private:
  absl::Status Unless(bool wrong, const std::string& place, const Text& text) const {
    return wrong ? Wrong(file_, place, text) : absl::OkStatus();
  }

  absl::Status UnknownField(const std::string& name, const Descriptor& message,
                            const std::string& place) const {
    if (!IsName(name)) {
      return Wrong(file_, place,
                   {"有一个不是栏目名的名称；栏目名只含字母、数字和下划线，不要写中文栏目名。",
                    "there is a name that is no field; field names have letters, digits and "
                    "underscores only."});
    }
    std::vector<std::string> names;
    for (int i = 0; i < message.field_count(); ++i) names.push_back(message.field(i)->name());
    const std::string closest = ClosestWord(name, names);
    return Wrong(
        file_, absl::StrCat(place, place.empty() ? "" : ".", name),
        {absl::StrCat("没有这个栏目", closest.empty() ? "" : absl::StrCat("，是否应为 ", closest),
                      "；请更正或删去。"),
         absl::StrCat("there is no such field",
                      closest.empty() ? "" : absl::StrCat(", did you mean ", closest),
                      "; correct or remove it.")});
  }

  absl::Status CheckField(const json& value, const FieldDescriptor& field,
                          const std::string& place) const {
    if (!field.is_repeated()) return CheckOne(value, field, place);
    if (!value.is_array()) {
      return Wrong(file_, place, {"应为列表，写在 [ ] 之中。", "must be a list, written in [ ]."});
    }
    for (size_t i = 0; i < value.size(); ++i) {
      if (absl::Status status = CheckOne(value[i], field, absl::StrCat(place, "[", i, "]"));
          !status.ok()) {
        return status;
      }
    }
    return absl::OkStatus();
  }

  absl::Status CheckOne(const json& value, const FieldDescriptor& field,
                        const std::string& place) const {
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return CheckMessage(value, *field.message_type(), place);
      case FieldDescriptor::CPPTYPE_STRING:
        return Unless(!value.is_string(), place,
                      {"应为文字，写在双引号之中。", "must be a text in quotation marks."});
      case FieldDescriptor::CPPTYPE_BOOL:
        return Unless(!value.is_boolean(), place,
                      {"应为 true 或 false。", "must be true or false."});
      case FieldDescriptor::CPPTYPE_INT32:
        return CheckInteger(value, std::numeric_limits<int32_t>::max(), place);
      case FieldDescriptor::CPPTYPE_INT64:
        return CheckInteger(value, std::numeric_limits<int64_t>::max(), place);
      case FieldDescriptor::CPPTYPE_ENUM:
        return CheckCode(value, *field.enum_type(), place);
      default:  // records have nothing else; protobuf looks at it
        return absl::OkStatus();
    }
  }

  absl::Status CheckInteger(const json& value, int64_t max, const std::string& place) const {
    int64_t number = 0;
    const bool good =
        (value.is_number_integer() &&
         (!value.is_number_unsigned() || value.get<uint64_t>() <= static_cast<uint64_t>(max))) ||
        (value.is_string() && absl::SimpleAtoi(value.get_ref<const std::string&>(), &number));
    if (good && value.is_number_integer()) number = value.get<int64_t>();
    return Unless(!good || number > max || number < -max - 1, place,
                  {"应为整数（金额以分为单位，162500 为 1625.00 元）。",
                   "must be a whole number (amounts are in fen, 162500 is 1625.00 yuan)."});
  }

  absl::Status CheckCode(const json& value, const google::protobuf::EnumDescriptor& codes,
                         const std::string& place) const {
    if (value.is_number_integer()) {
      const int number = value.is_number_unsigned() && value.get<uint64_t>() > INT_MAX
                             ? -1
                             : static_cast<int>(std::max<int64_t>(value.get<int64_t>(), -1));
      if (codes.FindValueByNumber(number) != nullptr) return absl::OkStatus();
    }
    std::vector<std::string> names;
    for (int i = 1; i < codes.value_count(); ++i) names.push_back(codes.value(i)->name());
    std::string listed;
    if (value.is_string()) {
      const auto& word = value.get_ref<const std::string&>();
      if (codes.FindValueByName(word) != nullptr) return absl::OkStatus();
      listed = ClosestWord(word, names);
    }
    const bool closest = !listed.empty() && names.size() > kMaxListedCodes;
    if (!closest) {
      const bool more = names.size() > kMaxListedCodes;
      if (more) names.resize(kMaxListedCodes);
      listed = absl::StrCat(absl::StrJoin(names, ", "), more ? ", …" : "");
    }
    return Wrong(file_, place,
                 {absl::StrCat("没有这个代码，", closest ? "是否应为 " : "可用：", listed, "。"),
                  absl::StrCat("there is no such code, ", closest ? "did you mean " : "use ",
                               listed, closest ? "?" : ".")});
  }

  const std::string& file_;
};

}  // namespace

absl::StatusOr<std::string> ReadTextFile(const std::string& path, size_t max_bytes) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return UserError(
        absl::StatusCode::kNotFound,
        {absl::StrCat("找不到文件或无权读取：", path, "；请核对文件名。"),
         absl::StrCat("No such file, or it may not be read: ", path, "; check its name.")});
  }
  std::string text(max_bytes + kByteOrderMark.size() + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad() || (file.fail() && !file.eof())) {
    return UserError(
        absl::StatusCode::kInvalidArgument,
        {absl::StrCat("无法读取 ", path, "；它可能是目录，或磁盘有故障。"),
         absl::StrCat("Cannot read ", path, "; it may be a folder, or the disk fails.")});
  }
  text.resize(static_cast<size_t>(file.gcount()));
  if (absl::string_view(text).substr(0, kByteOrderMark.size()) == kByteOrderMark) {
    text.erase(0, kByteOrderMark.size());
  }
  if (text.size() > max_bytes) {
    return UserError(absl::StatusCode::kInvalidArgument,
                     {absl::StrCat(path, " 超过 ", max_bytes >> 20, " MiB；请拆成几个文件。"),
                      absl::StrCat(path, " is larger than ", max_bytes >> 20,
                                   " MiB; split it into several files.")});
  }
  return text;
}

absl::Status ParseJson(absl::string_view json_text, const std::string& path,
                       google::protobuf::Message& message) {
  {
    auto document = ParseDocument(json_text, path);
    if (!document.ok()) return document.status();
    const absl::Status status = Checker(path).CheckMessage(*document, *message.GetDescriptor(), "");
    if (!status.ok()) return status;
  }
  // Everything that it would complain about, quoting values, was said before.
  const bool parsed =
      google::protobuf::util::JsonStringToMessage(
          google::protobuf::StringPiece(json_text.data(), json_text.size()), &message)
          .ok();
  if (parsed) return absl::OkStatus();
  return Wrong(path, "",
               {absl::StrCat("不是 ", message.GetDescriptor()->full_name(), " 的 JSON。"),
                absl::StrCat("is not JSON of ", message.GetDescriptor()->full_name(), ".")});
}

}  // namespace bangfu::client
