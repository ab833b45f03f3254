#include "server/store/postgres/postgres_sequencer.h"

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/test_hooks.h"
#include "server/store/postgres/feed_queries.h"
#include "server/store/postgres/rows.h"

namespace bangfu::server {
namespace {

// Moves rows, in one transaction; returns how many.
int64_t Move(Connection& connection, int limit) {
  pqxx::work work(connection);
  const std::string last = TextOf(work.exec1(queries::kLockFeedState)[0]);
  const int64_t moved = static_cast<int64_t>(
      work.exec_params(queries::kSequence, last, absl::StrCat(limit)).affected_rows());
  if (moved > 0) work.exec_params(queries::kAdvanceFeed, absl::StrCat(moved));
  BANGFU_STEP("sequencer.moved");
  work.commit();
  BANGFU_STEP("sequencer.committed");
  return moved;
}

}  // namespace

absl::StatusOr<std::unique_ptr<SequencerSession>> PostgresSequencer::Open(
    const std::string& connection_string) {
  absl::StatusOr<ListeningSession> session =
      ListeningSession::Open(connection_string, queries::kQueueChannel, "OpenSequencer");
  if (!session.ok()) return session.status();
  return std::make_unique<PostgresSequencer>(*std::move(session));
}

absl::StatusOr<bool> PostgresSequencer::Lead() {
  return session_.Run<bool>("Lead", [&](Connection& connection) {
    // The lock counts how often it was taken, so it is taken once.
    if (!leads_) {
      pqxx::nontransaction work(connection);
      leads_ =
          BoolOf(work.exec_params(queries::kTryLead, std::string(queries::kSequencerLock))[0][0]);
    }
    return leads_;
  });
}

absl::StatusOr<int64_t> PostgresSequencer::Sequence(int limit) {
  if (!session_.broken() && !leads_) {
    return UserError(absl::StatusCode::kFailedPrecondition,
                     {"另一会话正在排序。", "another session is the sequencer"});
  }
  return session_.Run<int64_t>("Sequence", [&](Connection& connection) {
    const int64_t moved = Move(connection, limit);
    if (moved > 0 && !connection.Notify(queries::kNotifyFeed))
      throw pqxx::broken_connection("the feed's listeners could not be woken");
    return moved;
  });
}

}  // namespace bangfu::server
