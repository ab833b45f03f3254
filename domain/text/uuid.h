#ifndef BANGFU_DOMAIN_TEXT_UUID_H_
#define BANGFU_DOMAIN_TEXT_UUID_H_

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "absl/numeric/int128.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace bangfu::domain {

// Characters of a UUID as text, 8-4-4-4-12.
inline constexpr int kUuidLength = 36;

// True for a UUID of any version in canonical form: lower-case hexadecimal 8-4-4-4-12 (RFC 9562,
// 4). This is the only form that is stored and compared; as text it sorts like its bytes.
bool IsUuid(absl::string_view text);

// The canonical form of a UUID written in upper or mixed case, or nothing when `text` is no UUID.
std::optional<std::string> ParseUuid(absl::string_view text);

// Makes version 7 UUIDs (RFC 9562, 5.7): 48 bits of Unix milliseconds, then 74 random bits. Each is
// greater than the one before from the same generator, also within one millisecond and when the
// clock is set back: then the last value grows by a random step of 1 to 2^32 (RFC 9562, 6.2, method
// 2) and carries into the time when the random bits are used up. Thread-safe.
class UuidGenerator {
 public:
  // `random` returns 64 uniformly random bits per call. It is called under the generator's lock, so
  // it need not be thread-safe itself, and must not call the generator.
  explicit UuidGenerator(std::function<uint64_t()> random);

  // The next UUID in canonical form. `now` before 1970 counts as 1970-01-01, after the year 10889
  // as the last moment that 48 bits can hold.
  std::string Next(absl::Time now);

 private:
  std::mutex mutex_;  // guards everything below
  std::function<uint64_t()> random_;
  // 48 bits of time and 74 random ones, without version and variant.
  absl::uint128 last_ = 0;
};

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_TEXT_UUID_H_
