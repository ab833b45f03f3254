#ifndef BANGFU_SERVER_STORE_POSTGRES_POSTGRES_SEQUENCER_H_
#define BANGFU_SERVER_STORE_POSTGRES_POSTGRES_SEQUENCER_H_

#include <memory>
#include <string>
#include <utility>

#include "server/store/postgres/listening_session.h"
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
  static absl::StatusOr<std::unique_ptr<SequencerSession>> Open(
      const std::string& connection_string);

  explicit PostgresSequencer(ListeningSession session) : session_(std::move(session)) {}

  // Errors of all: UNAVAILABLE STORE_UNAVAILABLE.
  absl::StatusOr<bool> Lead() override;
  // FAILED_PRECONDITION when another session leads.
  absl::StatusOr<int64_t> Sequence(int limit) override;
  absl::Status Wait(absl::Duration timeout) override { return session_.Wait(timeout); }

 private:
  ListeningSession session_;
  bool leads_ = false;  // as long as the session is not broken
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_POSTGRES_SEQUENCER_H_
