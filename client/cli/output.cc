#include "client/cli/output.h"

#include <google/protobuf/util/json_util.h>

#include <cstdlib>
#include <iostream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace bangfu::client {
namespace {

ExitStatus ExitStatusOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kOutOfRange:
      return kUsage;
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kDataLoss:
      return kDefect;
    default:
      return kNotReachable;
  }
}

}  // namespace

void Output::Line(const Text& text) const {
  if (!json_) std::cout << Say(text) << "\n";
}

void Output::Print(const Table& table) const {
  if (!json_) table.Print(std::cout);
}

void Output::Print(const Json& document) const {
  if (json_) std::cout << document.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
}

ExitStatus Output::Fail(const absl::Status& status, Json done) const {
  done["error"] = ToJson(status);
  Print(done);
  std::cerr << Say(TextOf(status)) << "\n";
  return ExitStatusOf(status.code());
}

std::string Output::FindingText(const v1::Finding& finding) const {
  const bool warning = finding.severity() == v1::SEVERITY_WARNING;
  return absl::StrCat(
      finding.rule(), " ",
      english_ ? (warning ? "warning: " : "error: ") : (warning ? "提醒：" : "错误："),
      english_ ? finding.message_en() : finding.message_zh());
}

Json ToJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string text;
  if (!google::protobuf::util::MessageToJsonString(message, &text, options).ok())
    return Json::object();
  return Json::parse(text);
}

Json ToJson(const v1::Finding& finding) {
  return {{"rule", finding.rule()},
          {"code", v1::FindingCode_Name(finding.code())},
          {"severity", v1::Severity_Name(finding.severity())},
          {"field", finding.field()},
          {"other_field", finding.other_field()},
          {"member", finding.member()},
          {"message_zh", finding.message_zh()},
          {"message_en", finding.message_en()},
          {"last_day", finding.last_day()},
          {"next_action", v1::NextAction_Name(finding.next_action())}};
}

Json ToJson(const absl::Status& status) {
  const Text text = TextOf(status);
  return {{"code", absl::StatusCodeToString(status.code())},
          {"message_zh", text.zh},
          {"message_en", text.en}};
}

bool WantsEnglish(const std::string& lang) {
  if (!lang.empty()) return absl::StartsWith(lang, "en");
  const char* environment = std::getenv("LANG");
  return environment != nullptr && absl::StartsWith(environment, "en");
}

}  // namespace bangfu::client
