#include "server/log/event_log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>

#include "base/error.h"

namespace bangfu::server {
namespace {

nlohmann::ordered_json Object(absl::string_view event, EventLog::Fields fields) {
  nlohmann::ordered_json object;
  object["event"] = std::string(event);
  for (const auto& [key, value] : fields) object[std::string(key)] = value;
  return object;
}

std::string Line(const nlohmann::ordered_json& object) {
  const std::string text = object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return text.substr(1, text.size() - 2);  // the braces are in the pattern
}

}  // namespace

EventLog::EventLog()
    : logger_(std::make_shared<spdlog::logger>("bangfu",
                                               std::make_shared<spdlog::sinks::stderr_sink_mt>())) {
  logger_->set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l",%v})");
  logger_->flush_on(spdlog::level::info);
}

void EventLog::Info(absl::string_view event, Fields fields) {
  logger_->info("{}", Line(Object(event, fields)));
}

void EventLog::Warning(absl::string_view event, Fields fields) {
  logger_->warn("{}", Line(Object(event, fields)));
}

void EventLog::Error(absl::string_view event, const absl::Status& status, Fields fields) {
  nlohmann::ordered_json object = Object(event, fields);
  object["code"] = absl::StatusCodeToString(status.code());
  if (ReasonOf(status) != v1::ERROR_REASON_UNSPECIFIED)
    object["reason"] = v1::ErrorReason_Name(ReasonOf(status));
  object["message"] = std::string(status.message());
  logger_->error("{}", Line(object));
}

}  // namespace bangfu::server
