#include "domain/text/uuid.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"

namespace bangfu::domain {
namespace {

constexpr int kTimeBits = 48;
constexpr int kRandABits = 12;
constexpr int kRandBBits = 62;
constexpr int kRandomBits = kRandABits + kRandBBits;
constexpr uint64_t kMaxUnixMillis = (uint64_t{1} << kTimeBits) - 1;
constexpr uint64_t kRandAMask = (uint64_t{1} << kRandABits) - 1;
constexpr uint64_t kRandBMask = (uint64_t{1} << kRandBBits) - 1;
constexpr uint64_t kStepMask = 0xFFFFFFFF;
constexpr uint64_t kVersion = 7;
constexpr uint64_t kVariant = 2;

uint64_t UnixMillis(absl::Time time) {
  const int64_t millis = std::max<int64_t>(absl::ToUnixMillis(time), 0);
  return std::min(static_cast<uint64_t>(millis), kMaxUnixMillis);
}

std::string Format(absl::uint128 value) {
  const uint64_t millis = absl::Uint128Low64(value >> kRandomBits);
  const uint64_t rand_a = absl::Uint128Low64(value >> kRandBBits) & kRandAMask;
  const uint64_t rand_b = absl::Uint128Low64(value) & kRandBMask;
  const uint64_t high = millis << 16 | kVersion << kRandABits | rand_a;
  const uint64_t low = kVariant << kRandBBits | rand_b;
  return absl::StrFormat("%08x-%04x-%04x-%04x-%012x", high >> 32, high >> 16 & 0xFFFF,
                         high & 0xFFFF, low >> 48, low & 0xFFFFFFFFFFFF);
}

// The four characters at `first` and the four at `second`.
uint64_t Eight(const char* first, const char* second) {
  uint32_t halves[2];
  std::memcpy(&halves[0], first, sizeof(halves[0]));
  std::memcpy(&halves[1], second, sizeof(halves[1]));
  return uint64_t{halves[0]} << 32 | halves[1];
}

constexpr uint64_t kEveryByte = 0x0101010101010101;
constexpr uint64_t kTopBits = 0x80 * kEveryByte;

// The top bit of each byte of `eight` that is `least` or more. Requires bytes below 0x80.
uint64_t AtLeast(uint64_t eight, char least) {
  return eight + (0x80 - static_cast<uint64_t>(least)) * kEveryByte;
}

// Whether all eight characters are 0-9 or a-f.
bool AreHexDigits(uint64_t eight) {
  if ((eight & kTopBits) != 0) return false;
  const uint64_t digits = AtLeast(eight, '0') & ~AtLeast(eight, '9' + 1);
  const uint64_t letters = AtLeast(eight, 'a') & ~AtLeast(eight, 'f' + 1);
  return ((digits | letters) & kTopBits) == kTopBits;
}

}  // namespace

// Every record holds dozens of UUIDs and each is checked, so their digits are looked at eight at a
// time.
bool IsUuid(absl::string_view text) {
  if (text.size() != kUuidLength) return false;
  const char* const t = text.data();
  if (t[8] != '-' || t[13] != '-' || t[18] != '-' || t[23] != '-') return false;
  return AreHexDigits(Eight(t, t + 4)) && AreHexDigits(Eight(t + 9, t + 14)) &&
         AreHexDigits(Eight(t + 19, t + 24)) && AreHexDigits(Eight(t + 28, t + 32));
}

std::optional<std::string> ParseUuid(absl::string_view text) {
  std::string canonical = absl::AsciiStrToLower(text);
  if (!IsUuid(canonical)) return std::nullopt;
  return canonical;
}

UuidGenerator::UuidGenerator(std::function<uint64_t()> random) : random_(std::move(random)) {}

std::string UuidGenerator::Next(absl::Time now) {
  const uint64_t millis = UnixMillis(now);
  const std::lock_guard<std::mutex> lock(mutex_);
  if (millis > absl::Uint128Low64(last_ >> kRandomBits)) {
    const uint64_t rand_a = random_() & kRandAMask;
    const uint64_t rand_b = random_() & kRandBMask;
    last_ = absl::uint128(millis) << kRandomBits | absl::uint128(rand_a) << kRandBBits | rand_b;
  } else {
    last_ += absl::uint128(random_() & kStepMask) + 1;
  }
  return Format(last_);
}

}  // namespace bangfu::domain
