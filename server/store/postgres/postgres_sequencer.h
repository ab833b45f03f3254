#ifndef BANGFU_SERVER_STORE_POSTGRES_POSTGRES_SEQUENCER_H_
#define BANGFU_SERVER_STORE_POSTGRES_POSTGRES_SEQUENCER_H_

#include <memory>
#include <pqxx/pqxx>
#include <string>

#include "server/store/store.h"

namespace bangfu::server {

// What a sequencer session calls itself towards PostgreSQL: the application name of the store with
// this behind.
inline constexpr char kSequencerSuffix[] = "-sequencer";

// The sequencer on a connection of its own, whose advisory lock makes it the one. When the
// connection breaks, every method returns UNAVAILABLE and the lock passes on; open a new session
// then.
class PostgresSequencer final : public SequencerSession {
 public:
  static absl::StatusOr<std::unique_ptr<PostgresSequencer>> Open(
      const std::string& connection_string);

  // Errors of all: UNAVAILABLE STORE_UNAVAILABLE.
  absl::StatusOr<bool> Lead() override;
  // FAILED_PRECONDITION when another session leads.
  absl::StatusOr<int64_t> Sequence(int limit) override;
  absl::Status Wait(absl::Duration timeout) override;

 private:
  explicit PostgresSequencer(std::unique_ptr<pqxx::connection> connection);

  template <typename Result, typename Statements>
  absl::StatusOr<Result> Run(absl::string_view operation, Statements statements);

  std::unique_ptr<pqxx::connection> connection_;  // nullptr when it broke
  std::unique_ptr<pqxx::notification_receiver> receiver_;
  bool leads_ = false;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_POSTGRES_SEQUENCER_H_
