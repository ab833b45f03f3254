#include "server/seal/compress.h"

#include <lz4.h>

namespace bangfu::server {

std::optional<std::string> Compress(absl::string_view plain, size_t most) {
  if (plain.size() > kMaxCompressedValueBytes || most == 0) return std::nullopt;
  std::string compressed(most - 1, '\0');
  const int size =
      LZ4_compress_default(plain.data(), compressed.data(), static_cast<int>(plain.size()),
                           static_cast<int>(compressed.size()));
  if (size <= 0) return std::nullopt;
  compressed.resize(static_cast<size_t>(size));
  return compressed;
}

std::optional<std::string> Decompress(absl::string_view compressed, size_t size) {
  if (size > kMaxCompressedValueBytes || compressed.size() > kMaxCompressedValueBytes)
    return std::nullopt;
  std::string plain(size, '\0');
  const int read =
      LZ4_decompress_safe(compressed.data(), plain.data(), static_cast<int>(compressed.size()),
                          static_cast<int>(plain.size()));
  if (read < 0 || static_cast<size_t>(read) != size) return std::nullopt;
  return plain;
}

}  // namespace bangfu::server
