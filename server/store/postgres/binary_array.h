#ifndef BANGFU_SERVER_STORE_POSTGRES_BINARY_ARRAY_H_
#define BANGFU_SERVER_STORE_POSTGRES_BINARY_ARRAY_H_

#include <cstdint>
#include <string>

#include "server/store/postgres/binary_format.h"

namespace bangfu::server {

// A one-dimensional array in binary format, as array_recv reads it: a parameter for statements that
// take whole columns. Where columns are long, the text form (array_literal.h) costs more to read
// than the statement to run.
class BinaryArray {
 public:
  // Types of elements, by their fixed number in pg_type.
  enum class Of : int32_t {
    kBytes = 17,
    kBigint = 20,
    kSmallint = 21,
    kInteger = 23,
    kText = 25,
    kDate = 1082,
    kUuid = 2950
  };

  explicit BinaryArray(Of type) : type_(type) {}

  // The next element follows, by one of the functions of binary_format.h.
  std::string& Next() {
    ++size_;
    return elements_;
  }

  // A parameter in binary format.
  std::string Build() const;

 private:
  const Of type_;
  int32_t size_ = 0;
  std::string elements_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_BINARY_ARRAY_H_
