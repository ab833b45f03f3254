#ifndef BANGFU_SERVER_SEAL_COMPRESS_H_
#define BANGFU_SERVER_SEAL_COMPRESS_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace bangfu::server {

// Largest value that is compressed, in bytes.
inline constexpr size_t kMaxCompressedValueBytes = 64 * 1024 * 1024;

// The bytes as a block of LZ4; nullopt when that would not be fewer than `most`.
std::optional<std::string> Compress(absl::string_view plain, size_t most);

// The `size` bytes that were compressed; nullopt when they are others or more than
// kMaxCompressedValueBytes.
std::optional<std::string> Decompress(absl::string_view compressed, size_t size);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SEAL_COMPRESS_H_
