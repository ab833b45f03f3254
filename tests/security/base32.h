#ifndef BANGFU_TESTS_SECURITY_BASE32_H_
#define BANGFU_TESTS_SECURITY_BASE32_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace bangfu::security {

// The bytes of a base32 text (RFC 4648) without padding; other characters are skipped.
inline std::string FromBase32(absl::string_view text) {
  std::string bytes;
  uint32_t buffer = 0;
  int bits = 0;
  for (const char c : text) {
    const bool is_letter = c >= 'A' && c <= 'Z';
    if (!is_letter && (c < '2' || c > '7')) continue;
    buffer = buffer << 5 | static_cast<uint32_t>(is_letter ? c - 'A' : c - '2' + 26);
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push_back(static_cast<char>(buffer >> bits & 0xFF));
  }
  return bytes;
}

}  // namespace bangfu::security

#endif  // BANGFU_TESTS_SECURITY_BASE32_H_
