#include "server/store/postgres/sql_failure.h"

#include <exception>
#include <pqxx/pqxx>
#include <string>

#include "absl/strings/match.h"
#include "base/error.h"

namespace bangfu::server {
namespace {

constexpr char kState[] = "sqlstate";
constexpr char kOperation[] = "operation";

ErrorBuilder Unavailable(absl::string_view operation) {
  ErrorBuilder error(
      absl::StatusCode::kUnavailable, v1::ERROR_REASON_STORE_UNAVAILABLE,
      {"数据库暂时不可用，操作是否完成尚不确定。请稍后用相同的变更编号重试。",
       "the database is not available and the outcome is unknown; retry later with the same "
       "change_ids"});
  error.With(kOperation, operation);
  return error;
}

SqlFailure Lost(absl::string_view operation) {
  return {.status = Unavailable(operation).Build(), .connection_broken = true};
}

SqlFailure Collision(absl::string_view operation, absl::string_view state) {
  return {.status = ErrorBuilder(absl::StatusCode::kAborted, v1::ERROR_REASON_TRANSACTION_CONFLICT,
                                 {"与其他人的操作同时发生冲突，请重试。",
                                  "concurrent transactions collided too often; retry"})
                        .With(kOperation, operation)
                        .With(kState, state)
                        .Build(),
          .collision = true};
}

SqlFailure Full(absl::string_view operation, absl::string_view state) {
  return {.status =
              ErrorBuilder(absl::StatusCode::kResourceExhausted, v1::ERROR_REASON_STORE_UNAVAILABLE,
                           {"数据库的磁盘、内存或连接数已用尽，未写入任何内容。请联系管理员。",
                            "the database has run out of disk, memory or connections, nothing was "
                            "written; tell the administrator"})
                  .With(kOperation, operation)
                  .With(kState, state)
                  .RetryAfter(kBusyRetryAfter)
                  .Build()};
}

SqlFailure Defect(absl::string_view operation, absl::string_view state) {
  return {.status = ErrorBuilder(
                        absl::StatusCode::kInternal, v1::ERROR_REASON_INTERNAL,
                        {"服务器内部错误，未写入任何内容。请把错误信息告知管理员。",
                         "a defect of the server, nothing was written; report it with its details"})
                        .With(kOperation, operation)
                        .With(kState, state)
                        .Build()};
}

// By PostgreSQL's manual, appendix A, "PostgreSQL Error Codes".
SqlFailure JudgeState(absl::string_view operation, const std::string& state) {
  // Class 08: connection exception. 57P01–57P05: the server ends the session. 25006: after a
  // switch-over the old primary only reads.
  if (absl::StartsWith(state, "08") || absl::StartsWith(state, "57P") || state == "25006") {
    return Lost(operation);
  }
  // 57014: statement timeout. 55P03: lock timeout. 25P03: idle in the transaction for too long.
  if (state == "57014" || state == "55P03") return {.status = StoreBusy(operation)};
  if (state == "25P03") return Lost(operation);
  // 23503: what a record refers to was removed meanwhile. 23505: somebody else was first.
  if (state == "23503" || state == "23505" || state == "40001" || state == "40P01") {
    return Collision(operation, state);
  }
  if (state == "40003") return Lost(operation);
  if (absl::StartsWith(state, "53")) return Full(operation, state);
  return Defect(operation, state);
}

}  // namespace

SqlFailure RecordCollision(absl::string_view operation) { return Collision(operation, "40001"); }

absl::Status StoreBusy(absl::string_view operation) {
  return ErrorBuilder(absl::StatusCode::kUnavailable, v1::ERROR_REASON_STORE_UNAVAILABLE,
                      {"数据库繁忙，未写入任何内容，请稍后重试。",
                       "the database is too busy, nothing was written; retry later"})
      .With(kOperation, operation)
      .RetryAfter(kBusyRetryAfter)
      .Build();
}

SqlFailure CurrentSqlFailure(absl::string_view operation) {
  try {
    throw;
  } catch (const pqxx::too_many_connections&) {
    return Full(operation, "53300");
  } catch (const pqxx::broken_connection&) {
    return Lost(operation);
  } catch (const pqxx::in_doubt_error&) {
    return Lost(operation);
  } catch (const pqxx::statement_completion_unknown&) {
    return Lost(operation);
  } catch (const pqxx::deadlock_detected&) {
    return Collision(operation, "40P01");
  } catch (const pqxx::transaction_rollback&) {
    return Collision(operation, "40001");
  } catch (const pqxx::sql_error& error) {
    return JudgeState(operation, error.sqlstate());
  } catch (const NotOpened& error) {
    return {.status = error.status()};
  } catch (const std::exception&) {
    return Defect(operation, "");
  }
}

}  // namespace bangfu::server
