#ifndef BANGFU_SERVER_STORE_POSTGRES_LISTENING_SESSION_H_
#define BANGFU_SERVER_STORE_POSTGRES_LISTENING_SESSION_H_

#include <memory>
#include <pqxx/pqxx>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/store/postgres/connection.h"
#include "server/store/postgres/sql_failure.h"

namespace bangfu::server {

// A connection of its own that listens on a channel. When it breaks, every method returns
// UNAVAILABLE STORE_UNAVAILABLE; open a new one then. Not for use by several threads.
class ListeningSession {
 public:
  static absl::StatusOr<ListeningSession> Open(const std::string& connection_string,
                                               const std::string& channel,
                                               absl::string_view operation);

  bool broken() const { return connection_ == nullptr; }

  // Runs `statements`, which take the connection and may throw, and returns what they return.
  template <typename Result, typename Statements>
  absl::StatusOr<Result> Run(absl::string_view operation, Statements statements) {
    if (connection_ == nullptr) return Lost();
    try {
      return statements(*connection_);
    } catch (...) {
      const SqlFailure failure = CurrentSqlFailure(operation);
      if (failure.connection_broken) Close();
      return failure.status;
    }
  }

  // Sleeps until the channel is notified, at most `timeout`.
  absl::Status Wait(absl::Duration timeout);

 private:
  ListeningSession(std::unique_ptr<Connection> connection, const std::string& channel);

  static absl::Status Lost();
  void Close();

  std::unique_ptr<Connection> connection_;  // nullptr when it broke
  std::unique_ptr<pqxx::notification_receiver> receiver_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_LISTENING_SESSION_H_
