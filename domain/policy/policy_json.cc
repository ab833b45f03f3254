#include "domain/policy/policy_json.h"

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace bangfu::domain {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxQuotedBytes = 200;  // bytes

// Follows the names of the objects that are open. Every member returns whether to go on.
class NameReader : public nlohmann::json_sax<json> {
 public:
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_array(std::size_t) override { return true; }
  bool end_array() override { return true; }
  bool start_object(std::size_t) override {
    open_.emplace_back();
    return true;
  }
  bool end_object() override {
    open_.pop_back();
    return true;
  }
  bool key(string_t& name) override {
    if (!open_.back().insert(name).second) repeated_ = name;
    return !repeated_.has_value();
  }
  bool parse_error(std::size_t position, const std::string&, const json::exception&) override {
    mistake_ = position;
    return false;
  }

  const std::optional<std::string>& repeated() const { return repeated_; }
  std::size_t mistake() const { return mistake_; }  // bytes read up to the mistake

 private:
  std::vector<std::set<std::string>> open_;
  std::optional<std::string> repeated_;
  std::size_t mistake_ = 0;
};

}  // namespace

std::string Quote(absl::string_view text) {
  if (text.size() <= kMaxQuotedBytes) return std::string(text);
  std::size_t end = kMaxQuotedBytes;
  // UTF-8 continuation bytes are 10xxxxxx.
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return absl::StrCat(text.substr(0, end), "…");
}

absl::Status CheckJson(absl::string_view text) {
  NameReader reader;
  if (json::sax_parse(text.begin(), text.end(), &reader)) return absl::OkStatus();
  if (reader.repeated()) {
    const std::string name = Quote(*reader.repeated());
    return UserError(
        absl::StatusCode::kInvalidArgument,
        Text{absl::StrCat("政策文件的同一层里“", name, "”写了两次，请只保留一处。"),
             absl::StrCat("the policy file has ", name, " twice in one object, keep one of them")});
  }
  const absl::string_view before = text.substr(0, std::min(reader.mistake(), text.size()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  return UserError(
      absl::StatusCode::kInvalidArgument,
      Text{
          absl::StrCat("政策文件第 ", line, " 行不是 JSON，请检查该行和上一行的引号、逗号和括号。"),
          absl::StrCat("line ", line,
                       " of the policy file is not JSON: check quotes, commas and brackets of "
                       "this line and the one before")});
}

}  // namespace bangfu::domain
