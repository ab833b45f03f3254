#include "server/main/config_file.h"

#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace bangfu::server {
namespace {

constexpr char kSection[] = "serve";

// One line of the file, for its messages.
class Line {
 public:
  Line(int number, absl::string_view text) : number_(number), rest_(text) { SkipBlanks(); }

  bool AtEnd() const { return rest_.empty() || rest_.front() == '#'; }
  bool Take(char wanted) {
    if (rest_.empty() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    SkipBlanks();
    return true;
  }

  std::string Name() {
    size_t length = 0;
    while (length < rest_.size() &&
           (absl::ascii_isalnum(static_cast<unsigned char>(rest_[length])) ||
            rest_[length] == '-' || rest_[length] == '_')) {
      ++length;
    }
    if (length == 0) Fail("缺少名称", "a name is missing");
    return TakeFirst(length);
  }

  std::string Value() {
    if (AtEnd()) Fail("缺少值", "the value is missing");
    if (rest_.front() == '"' || rest_.front() == '\'') return Quoted();
    size_t length = 0;
    while (length < rest_.size() && rest_[length] != '#' &&
           !absl::ascii_isspace(static_cast<unsigned char>(rest_[length]))) {
      ++length;
    }
    return TakeFirst(length);
  }

  void ExpectEnd() {
    if (!AtEnd())
      Fail("行末有多余内容；含空格或 # 的值须加引号",
           "there is more after the value; a value with blanks or # takes quotes");
  }

  [[noreturn]] void Fail(absl::string_view zh, absl::string_view en) const {
    throw CLI::ConfigError(absl::StrCat("配置文件第 ", number_, " 行：", zh,
                                        "。 / Configuration file, line ", number_, ": ", en, "."),
                           CLI::ExitCodes::ConfigError);
  }

 private:
  void SkipBlanks() { rest_ = absl::StripLeadingAsciiWhitespace(rest_); }

  std::string TakeFirst(size_t length) {
    std::string taken(rest_.substr(0, length));
    rest_.remove_prefix(length);
    SkipBlanks();
    return taken;
  }

  std::string Quoted() {
    const char quote = rest_.front();
    std::string value;
    for (size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == quote) {
        rest_.remove_prefix(i + 1);
        SkipBlanks();
        return value;
      }
      if (rest_[i] == '\\' && quote == '"') {
        ++i;
        if (i == rest_.size() || (rest_[i] != '"' && rest_[i] != '\\')) {
          Fail("双引号内的 \\ 须写成 \\\\；或改用单引号",
               "\\ within double quotes is written \\\\; or use single quotes");
        }
      }
      value.push_back(rest_[i]);
    }
    Fail("引号没有结束", "the quotes do not end");
  }

  const int number_;
  absl::string_view rest_;
};

}  // namespace

std::vector<CLI::ConfigItem> ConfigFile::from_config(std::istream& input) const {
  std::vector<CLI::ConfigItem> settings;
  std::string command = kSection;
  for (const char* other : {"migrate", "epoch"}) {
    if (app_.got_subcommand(other)) command = other;
  }
  std::set<std::string> names;
  bool in_section = false;
  std::string text;
  for (int number = 1; std::getline(input, text); ++number) {
    Line line(number, text);
    if (line.AtEnd()) continue;
    if (line.Take('[')) {
      if (line.Name() != kSection || !line.Take(']'))
        line.Fail("只有 [serve] 一节", "the only section is [serve]");
      line.ExpectEnd();
      if (in_section) line.Fail("[serve] 重复", "[serve] is there twice");
      in_section = true;
      continue;
    }
    if (!in_section) line.Fail("须先写 [serve]", "[serve] comes first");
    CLI::ConfigItem item;
    item.parents = {command};
    item.name = line.Name();
    if (!line.Take('=')) line.Fail("名称之后须有 =", "= is missing after the name");
    item.inputs = {line.Value()};
    line.ExpectEnd();
    if (!names.insert(item.name).second)
      line.Fail(absl::StrCat("名称重复：", item.name), absl::StrCat(item.name, " is there twice"));
    settings.push_back(std::move(item));
  }
  return settings;
}

}  // namespace bangfu::server
