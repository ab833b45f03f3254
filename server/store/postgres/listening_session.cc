#include "server/store/postgres/listening_session.h"

#include <utility>

#include "base/error.h"

namespace bangfu::server {
namespace {

// Being woken is all: the rows say what there is to do.
class Wake final : public pqxx::notification_receiver {
 public:
  using notification_receiver::notification_receiver;
  void operator()(const std::string&, int) override {}
};

}  // namespace

ListeningSession::ListeningSession(std::unique_ptr<Connection> connection,
                                   const std::string& channel)
    : connection_(std::move(connection)),
      receiver_(std::make_unique<Wake>(*connection_, channel)) {}

absl::StatusOr<ListeningSession> ListeningSession::Open(const std::string& connection_string,
                                                        const std::string& channel,
                                                        absl::string_view operation) {
  try {
    return ListeningSession(std::make_unique<Connection>(connection_string), channel);
  } catch (...) {
    return CurrentSqlFailure(operation).status;
  }
}

absl::Status ListeningSession::Wait(absl::Duration timeout) {
  return Run<bool>("Wait",
                   [&](Connection& connection) {
                     const int64_t microseconds = absl::ToInt64Microseconds(timeout);
                     connection.await_notification(microseconds / 1000000, microseconds % 1000000);
                     if (!connection.is_open()) throw pqxx::broken_connection();
                     return true;
                   })
      .status();
}

absl::Status ListeningSession::Lost() {
  return ErrorBuilder(absl::StatusCode::kUnavailable, v1::ERROR_REASON_STORE_UNAVAILABLE,
                      {"本会话的数据库连接已断开，请重新打开。",
                       "the database connection of this session is lost; open a new session"})
      .Build();
}

void ListeningSession::Close() {
  receiver_.reset();
  connection_.reset();
}

}  // namespace bangfu::server
