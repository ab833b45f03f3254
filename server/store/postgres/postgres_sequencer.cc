#include "server/store/postgres/postgres_sequencer.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "server/store/postgres/connection_pool.h"
#include "server/store/postgres/queries.h"
#include "server/store/postgres/rows.h"
#include "server/store/postgres/sql_failure.h"

namespace bangfu::server {
namespace {

// Being woken is all: the rows say what there is to do.
class Wake final : public pqxx::notification_receiver {
 public:
  using notification_receiver::notification_receiver;
  void operator()(const std::string&, int) override {}
};

absl::Status Closed() {
  return ErrorBuilder(absl::StatusCode::kUnavailable, v1::ERROR_REASON_STORE_UNAVAILABLE,
                      {"排序会话的数据库连接已断开，请重新打开。",
                       "the sequencer's database connection is lost; open a new session"})
      .Build();
}

}  // namespace

PostgresSequencer::PostgresSequencer(std::unique_ptr<pqxx::connection> connection)
    : connection_(std::move(connection)),
      receiver_(std::make_unique<Wake>(*connection_, queries::kQueueChannel)) {}

absl::StatusOr<std::unique_ptr<PostgresSequencer>> PostgresSequencer::Open(
    const std::string& connection_string) {
  try {
    // The constructor is private.
    return std::unique_ptr<PostgresSequencer>(
        new PostgresSequencer(OpenConnection(connection_string)));
  } catch (...) {
    return CurrentSqlFailure("OpenSequencer").status;
  }
}

template <typename Result, typename Statements>
absl::StatusOr<Result> PostgresSequencer::Run(absl::string_view operation, Statements statements) {
  if (connection_ == nullptr) return Closed();
  try {
    return statements();
  } catch (...) {
    const SqlFailure failure = CurrentSqlFailure(operation);
    if (failure.connection_broken) {
      leads_ = false;
      receiver_.reset();
      connection_.reset();
    }
    return failure.status;
  }
}

absl::StatusOr<bool> PostgresSequencer::Lead() {
  return Run<bool>("Lead", [&] {
    // The lock counts how often it was taken, so it is taken once.
    if (!leads_) {
      pqxx::nontransaction session(*connection_);
      leads_ = session.exec_params(queries::kTryLead, std::string(queries::kSequencerLock))[0][0]
                   .as<bool>();
    }
    return leads_;
  });
}

absl::StatusOr<int64_t> PostgresSequencer::Sequence(int limit) {
  if (connection_ != nullptr && !leads_) {
    return UserError(absl::StatusCode::kFailedPrecondition,
                     {"另一会话正在排序。", "another session is the sequencer"});
  }
  return Run<int64_t>("Sequence", [&] {
    pqxx::work work(*connection_);
    const std::string last = TextOf(work.exec1(queries::kLockFeedState)[0]);
    const int64_t moved = static_cast<int64_t>(
        work.exec_params(queries::kSequence, last, absl::StrCat(limit)).affected_rows());
    if (moved > 0) work.exec_params(queries::kAdvanceFeed, absl::StrCat(moved));
    work.commit();
    return moved;
  });
}

absl::Status PostgresSequencer::Wait(absl::Duration timeout) {
  return Run<bool>("Wait",
                   [&] {
                     const int64_t microseconds = absl::ToInt64Microseconds(timeout);
                     connection_->await_notification(microseconds / 1000000,
                                                     microseconds % 1000000);
                     if (!connection_->is_open()) throw pqxx::broken_connection();
                     return true;
                   })
      .status();
}

}  // namespace bangfu::server
