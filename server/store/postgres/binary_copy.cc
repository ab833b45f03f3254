#include "server/store/postgres/binary_copy.h"

#include <memory>

#include "server/store/postgres/libpq_failure.h"

namespace bangfu::server {
namespace {

constexpr absl::string_view kSignature("PGCOPY\n\377\r\n\0", 11);
constexpr int16_t kEnd = -1;
constexpr int kMaxResults = 10;  // of one COPY; there are two

using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

// Until there are no more results the connection is not idle.
void Drain(PGconn* connection) {
  for (int i = 0; i < kMaxResults; ++i) {
    if (const Result rest{PQgetResult(connection), &PQclear}; rest == nullptr) return;
  }
}

void Expect(ExecStatusType status, PGconn* connection, const char* statement,
            const Result& result) {
  if (PQresultStatus(result.get()) == status) return;
  Drain(connection);
  ThrowLibpqFailure(connection, result.get(), statement);
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
    ThrowLibpqFailure(handle, nullptr, statement);
  }
  Expect(PGRES_COMMAND_OK, handle, statement, Result(PQgetResult(handle), &PQclear));
  Drain(handle);
}

}  // namespace bangfu::server
