#include "server/store/postgres/connection_settings.h"

#include <libpq-fe.h>

#include <map>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/error.h"

namespace bangfu::server {
namespace {

absl::StatusOr<std::map<std::string, std::string>> Parse(const std::string& address) {
  char* error = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
      PQconninfoParse(address.c_str(), &error), &PQconninfoFree);
  if (error != nullptr) PQfreemem(error);
  if (options == nullptr) {
    return UserError(
        absl::StatusCode::kInvalidArgument,
        {"数据库地址无法识别，请写成 postgresql://用户@主机/库 的形式。",
         "the database address cannot be read; write it as postgresql://user@host/database"});
  }
  std::map<std::string, std::string> keywords;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) keywords[option->keyword] = option->val;
  }
  return keywords;
}

std::string Quote(absl::string_view value) {
  return absl::StrCat("'", absl::StrReplaceAll(value, {{"\\", "\\\\"}, {"'", "\\'"}}), "'");
}

}  // namespace

absl::StatusOr<std::string> WithSessionSettings(absl::string_view address,
                                                const SessionSettings& settings) {
  absl::StatusOr<std::map<std::string, std::string>> keywords = Parse(std::string(address));
  if (!keywords.ok()) return keywords.status();
  std::map<std::string, std::string>& values = *keywords;
  // The server takes the last of several.
  values["options"] = absl::StrCat(
      "-c statement_timeout=", absl::ToInt64Milliseconds(settings.statement_timeout),
      " -c lock_timeout=", absl::ToInt64Milliseconds(settings.lock_timeout), " ", values["options"],
      " -c timezone=UTC -c datestyle=ISO -c bytea_output=hex"
      " -c default_transaction_isolation=read\\ committed",
      settings.role.empty() ? "" : " -c role=", settings.role);
  values["client_encoding"] = "UTF8";
  values.try_emplace("application_name", settings.application_name);
  values.try_emplace("connect_timeout",
                     absl::StrCat(absl::ToInt64Seconds(limits::kConnectTimeout)));
  values.try_emplace("tcp_user_timeout", absl::StrCat(absl::ToInt64Milliseconds(kNetworkTimeout)));
  std::string text;
  for (const auto& [keyword, value] : values) {
    absl::StrAppend(&text, text.empty() ? "" : " ", keyword, "=", Quote(value));
  }
  return text;
}

}  // namespace bangfu::server
