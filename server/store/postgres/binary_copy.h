#ifndef BANGFU_SERVER_STORE_POSTGRES_BINARY_COPY_H_
#define BANGFU_SERVER_STORE_POSTGRES_BINARY_COPY_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "server/store/postgres/binary_format.h"
#include "server/store/postgres/pipeline.h"

namespace bangfu::server {

// New rows of a table, named as in "table (column, …)". Many go as COPY … FROM STDIN (FORMAT
// binary) (manual, COPY, "Binary Format"), the cheapest way, about half of an INSERT from arrays.
// Not for tables with row-level security, where PostgreSQL does not take it.
class BinaryCopy {
 public:
  explicit BinaryCopy(int16_t columns);

  // Begins a row; as many values follow, in the order of the columns, each by one of the functions
  // of binary_format.h.
  std::string& Row();

  bool empty() const { return rows_.empty(); }
  // Few rows wait in the pipeline then, each an INSERT: a COPY takes two ways there and back. Many
  // are sent after those that wait, as a COPY whose end nobody has waited for. Throws what libpqxx
  // throws for statements.
  void Send(Pipeline& pipeline, absl::string_view table);

 private:
  const int16_t columns_;
  std::vector<size_t> rows_;  // where each begins in bytes_
  std::string bytes_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_BINARY_COPY_H_
