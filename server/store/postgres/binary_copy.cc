#include "server/store/postgres/binary_copy.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "server/store/postgres/libpq_failure.h"

namespace bangfu::server {
namespace {

constexpr absl::string_view kSignature("PGCOPY\n\377\r\n\0", 11);
constexpr int16_t kEnd = -1;
constexpr size_t kFewRows = 8;
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

std::string InsertOf(absl::string_view table, int16_t columns) {
  std::string values;
  for (int column = 1; column <= columns; ++column)
    absl::StrAppend(&values, values.empty() ? "$" : ", $", column);
  return absl::StrCat("INSERT INTO ", table, " VALUES (", values, ")");
}

}  // namespace

BinaryCopy::BinaryCopy(int16_t columns) : columns_(columns), bytes_(kSignature) {
  AppendBigEndian(int32_t{0}, bytes_);  // flags
  AppendBigEndian(int32_t{0}, bytes_);  // bytes of the extension of the header
}

std::string& BinaryCopy::Row() {
  rows_.push_back(bytes_.size());
  AppendBigEndian(columns_, bytes_);
  return bytes_;
}

void BinaryCopy::Send(Connection& connection, absl::string_view table) {
  if (empty()) return;
  const std::string copy = absl::StrCat("COPY ", table, " FROM STDIN (FORMAT binary)");
  const char* const statement = copy.c_str();
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

void BinaryCopy::Send(Pipeline& pipeline, absl::string_view table) {
  if (rows_.size() > kFewRows) {
    pipeline.Run();
    return Send(pipeline.connection(), table);
  }
  const std::string insert = InsertOf(table, columns_);
  for (size_t i = 0; i < rows_.size(); ++i) {
    const size_t begin = rows_[i] + sizeof(columns_);
    const size_t end = i + 1 < rows_.size() ? rows_[i + 1] : bytes_.size();
    pipeline.Add(insert, bytes_.substr(begin, end - begin), columns_);
  }
}

}  // namespace bangfu::server
