#include "server/store/postgres/binary_copy.h"

#include <memory>

namespace bangfu::server {
namespace {

constexpr absl::string_view kSignature("PGCOPY\n\377\r\n\0", 11);
constexpr int16_t kEnd = -1;

using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

// The message of PostgreSQL is left out: it may quote values.
[[noreturn]] void Fail(PGconn* connection, const PGresult* result, const char* statement) {
  const char* const state =
      result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SQLSTATE);
  if (state == nullptr || PQstatus(connection) == CONNECTION_BAD)
    throw pqxx::broken_connection("the connection was lost in COPY");
  throw pqxx::sql_error("COPY failed", statement, state);
}

// Until there are no more results the connection is not idle.
void Drain(PGconn* connection) {
  while (const Result rest{PQgetResult(connection), &PQclear}) {
  }
}

void Expect(ExecStatusType status, PGconn* connection, const char* statement,
            const Result& result) {
  if (PQresultStatus(result.get()) == status) return;
  Drain(connection);
  Fail(connection, result.get(), statement);
}

}  // namespace

BinaryCopy::BinaryCopy(int16_t columns) : columns_(columns), bytes_(kSignature) {
  AppendBigEndian(int32_t{0}, bytes_);  // flags
  AppendBigEndian(int32_t{0}, bytes_);  // bytes of the extension of the header
}

std::string& BinaryCopy::Row() {
  ++rows_;
  AppendBigEndian(columns_, bytes_);
  return bytes_;
}

void BinaryCopy::Send(Connection& connection, const char* statement) {
  if (empty()) return;
  AppendBigEndian(kEnd, bytes_);
  PGconn* const handle = connection.handle();
  if (handle == nullptr) throw pqxx::broken_connection("the connection is closed");
  Expect(PGRES_COPY_IN, handle, statement, Result(PQexec(handle, statement), &PQclear));
  if (PQputCopyData(handle, bytes_.data(), static_cast<int>(bytes_.size())) != 1 ||
      PQputCopyEnd(handle, nullptr) != 1) {
    Fail(handle, nullptr, statement);
  }
  Expect(PGRES_COMMAND_OK, handle, statement, Result(PQgetResult(handle), &PQclear));
  Drain(handle);
}

}  // namespace bangfu::server
