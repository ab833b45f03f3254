#ifndef BANGFU_SERVER_SEAL_DEFLATE_H_
#define BANGFU_SERVER_SEAL_DEFLATE_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace bangfu::server {

// Largest value that is inflated, in bytes.
inline constexpr size_t kMaxInflatedBytes = 64 * 1024 * 1024;

// Deflated bytes (RFC 1951); nullopt when they would not be fewer than `most`.
std::optional<std::string> Deflate(absl::string_view plain, size_t most);

// The `size` bytes that were deflated; nullopt when they are others or more than kMaxInflatedBytes.
std::optional<std::string> Inflate(absl::string_view deflated, size_t size);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SEAL_DEFLATE_H_
