#include "server/store/postgres/binary_array.h"

namespace bangfu::server {

std::string BinaryArray::Build() const {
  std::string bytes;
  constexpr size_t kHeaderBytes = 20;
  bytes.reserve(kHeaderBytes + elements_.size());
  AppendBigEndian(int32_t{size_ > 0}, bytes);  // dimensions
  AppendBigEndian(int32_t{1}, bytes);          // there may be NULLs
  AppendBigEndian(static_cast<int32_t>(type_), bytes);
  if (size_ > 0) {
    AppendBigEndian(size_, bytes);
    AppendBigEndian(int32_t{1}, bytes);  // number of the first element
  }
  bytes += elements_;
  return bytes;
}

}  // namespace bangfu::server
