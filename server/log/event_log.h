#ifndef BANGFU_SERVER_LOG_EVENT_LOG_H_
#define BANGFU_SERVER_LOG_EVENT_LOG_H_

#include <initializer_list>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace spdlog {
class logger;
}

namespace bangfu::server {

// Structured log of a node: one JSON object a line on standard error, with time, level, event and
// the given fields. Fields are names of nodes and methods, ids, counts and reasons; personal data
// and secrets never go in.
class EventLog {
 public:
  using Fields = std::initializer_list<std::pair<absl::string_view, std::string>>;

  EventLog();

  void Info(absl::string_view event, Fields fields = {});
  void Warning(absl::string_view event, Fields fields = {});
  // Code, reason and English text of an error; texts of errors hold no personal data
  // (base/error.h).
  void Error(absl::string_view event, const absl::Status& status, Fields fields = {});

 private:
  std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_LOG_EVENT_LOG_H_
