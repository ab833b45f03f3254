#ifndef BANGFU_SERVER_STORE_POSTGRES_BINARY_ROWS_H_
#define BANGFU_SERVER_STORE_POSTGRES_BINARY_ROWS_H_

#include <libpq-fe.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "server/store/postgres/connection.h"

namespace bangfu::server {

// Rows of a statement in PostgreSQL's binary format: for statements that bring many bytes, which as
// text are twice as many and have to be written and read digit by digit. The getters throw
// std::exception when a value is not what the schema promises.
class BinaryRows {
 public:
  // Runs the statement, which the session keeps prepared (Connection::Prepared); parameters are
  // text. Throws what libpqxx throws for statements.
  static BinaryRows Read(Connection& connection, const std::string& statement,
                         const std::vector<std::string>& parameters, int edition = 0);

  int size() const { return PQntuples(result_.get()); }

  // bytea or text, without a copy; "" for NULL. As long as the rows are there.
  absl::string_view Bytes(int row, int column) const;
  // smallint, integer or bigint.
  int64_t Int(int row, int column) const;
  // uuid, as PostgreSQL writes it; "" for NULL.
  std::string Uuid(int row, int column) const;
  // ltree; "" for NULL.
  std::string Path(int row, int column) const;

 private:
  using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;
  explicit BinaryRows(Result result) : result_(std::move(result)) {}

  Result result_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_BINARY_ROWS_H_
