#ifndef BANGFU_SERVER_STORE_POSTGRES_BINARY_COPY_H_
#define BANGFU_SERVER_STORE_POSTGRES_BINARY_COPY_H_

#include <cstdint>
#include <string>

#include "server/store/postgres/binary_format.h"
#include "server/store/postgres/connection.h"

namespace bangfu::server {

// Rows for COPY … FROM STDIN (FORMAT binary) (manual, COPY, "Binary Format"): the cheapest way of
// many new rows into a table, about half of an INSERT from arrays. Not for tables with row-level
// security, where PostgreSQL does not take it.
class BinaryCopy {
 public:
  explicit BinaryCopy(int16_t columns);

  // Begins a row; as many values follow, in the order of the columns, each by one of the functions
  // of binary_format.h.
  std::string& Row();

  bool empty() const { return rows_ == 0; }
  // Sends the rows. `statement` is the COPY. Throws what libpqxx throws for statements.
  void Send(Connection& connection, const char* statement);

 private:
  const int16_t columns_;
  int64_t rows_ = 0;
  std::string bytes_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_BINARY_COPY_H_
