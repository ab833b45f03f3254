#ifndef BANGFU_CLIENT_CLI_OUTPUT_H_
#define BANGFU_CLIENT_CLI_OUTPUT_H_

#include <nlohmann/json.hpp>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "bangfu/v1/finding.pb.h"
#include "base/error.h"
#include "client/cli/table.h"
#include "domain/record/field_values.h"
#include "google/protobuf/message.h"

namespace bangfu::client {

using Json = nlohmann::ordered_json;

// Exit statuses of all commands.
enum ExitStatus {
  kDone = 0,
  kSomeRefused = 1,   // done, some items refused; each was listed with its reason
  kUsage = 2,         // wrong usage, wrong file
  kNotReachable = 3,  // server not reachable, or not permitted
  kDefect = 4,
};

// How a command speaks: Chinese or English; tables for people or one JSON document for programs.
class Output {
 public:
  Output(bool english, bool json) : english_(english), json_(json) {}

  bool json() const { return json_; }
  bool english() const { return english_; }
  domain::Language language() const {
    return english_ ? domain::Language::kEnglish : domain::Language::kChinese;
  }
  // The text in the language of the user.
  const std::string& Say(const Text& text) const { return english_ ? text.en : text.zh; }

  // A line for people; nothing in JSON mode.
  void Line(const Text& text) const;
  void Print(const Table& table) const;
  // The document; nothing in table mode.
  void Print(const Json& document) const;

  // Prints why a command failed, to standard error (in JSON mode as a document too), and returns
  // its exit status. `done` is what it had done before: the rest of that document.
  ExitStatus Fail(const absl::Status& status, Json done = Json::object()) const;

  // "R63 错误 H33 身份证号码：…" of a finding, for lists.
  std::string FindingText(const v1::Finding& finding) const;

 private:
  bool english_;
  bool json_;
};

// JSON of a protobuf message, field names as in the proto.
Json ToJson(const google::protobuf::Message& message);

// Finding as JSON, always with all of rule, code, severity, field, other_field, member, message_zh,
// message_en, last_day, next_action; names of codes as in the proto.
Json ToJson(const v1::Finding& finding);

// Code and both messages of an error.
Json ToJson(const absl::Status& status);

// Chinese by default, English with `lang` "en" or, when `lang` is empty, an English LANG.
bool WantsEnglish(const std::string& lang);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_CLI_OUTPUT_H_
