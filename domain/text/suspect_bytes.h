#ifndef BANGFU_DOMAIN_TEXT_SUSPECT_BYTES_H_
#define BANGFU_DOMAIN_TEXT_SUSPECT_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "absl/strings/string_view.h"

namespace bangfu::domain {

// Whether `text` has a byte below 0x20 or 0x7F: a control character of ASCII, line breaks and tabs
// among them. Texts are most of a record, so they are looked at eight bytes at a time.
inline bool HasSuspectBytes(const absl::string_view& text) {
  constexpr uint64_t kEveryByte = 0x0101010101010101;
  constexpr uint64_t kTopBits = 0x80 * kEveryByte;
  constexpr size_t kWordBytes = sizeof(uint64_t);
  const auto is_suspect = [](uint64_t word) {
    const uint64_t low = word & ~kTopBits;
    const uint64_t from_space = low + 0x60 * kEveryByte;  // top bit: 0x20 or more
    const uint64_t is_delete = low + kEveryByte;          // top bit: 0x7F
    return ((~from_space | is_delete) & ~word & kTopBits) != 0;
  };
  const char* const begin = text.data();
  const size_t size = text.size();
  uint64_t word = ' ' * kEveryByte;
  if (size < kWordBytes) {
    for (size_t i = 0; i < size; ++i) word = word << 8 | static_cast<unsigned char>(begin[i]);
    return is_suspect(word);
  }
  for (size_t at = 0; at + kWordBytes < size; at += kWordBytes) {
    std::memcpy(&word, begin + at, kWordBytes);
    if (is_suspect(word)) return true;
  }
  // The last eight bytes, some of them for the second time.
  std::memcpy(&word, begin + size - kWordBytes, kWordBytes);
  return is_suspect(word);
}

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_TEXT_SUSPECT_BYTES_H_
