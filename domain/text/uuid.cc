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

// Sixteen characters at a time: a type that GCC and clang compile to what the processor has.
constexpr size_t kLanes = 16;
using Characters __attribute__((vector_size(kLanes))) = unsigned char;

Characters Load(const char* text) {
  Characters characters;
  std::memcpy(&characters, text, sizeof(characters));
  return characters;
}

// All bits of each of the `kLanes` characters that is 0-9 or a-f.
Characters HexDigits(Characters c) {
  return reinterpret_cast<Characters>((c - '0' < 10) | (c - 'a' < 6));
}

bool AllBits(Characters c) {
  uint64_t halves[2];
  std::memcpy(halves, &c, sizeof(c));
  return (halves[0] & halves[1]) == ~uint64_t{0};
}

}  // namespace

// Every record holds dozens of UUIDs and each is checked, so sixteen characters are looked at at a
// time: three overlapping parts, with all bits set where a hyphen belongs.
bool IsUuid(absl::string_view text) {
  if (text.size() != kUuidLength) return false;
  const char* const t = text.data();
  if (t[8] != '-' || t[13] != '-' || t[18] != '-' || t[23] != '-') return false;
  constexpr unsigned char kHyphen = 0xFF;
  constexpr Characters kFirst = {0, 0, 0, 0, 0, 0, 0, 0, kHyphen, 0, 0, 0, 0, kHyphen, 0, 0};
  constexpr Characters kMiddle = {0, 0, kHyphen, 0, 0, 0, 0, kHyphen, 0, 0, 0, 0, 0, 0, 0, 0};
  constexpr Characters kLast = {0, 0, 0, kHyphen, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  return AllBits((HexDigits(Load(t)) | kFirst) & (HexDigits(Load(t + 16)) | kMiddle) &
                 (HexDigits(Load(t + kUuidLength - kLanes)) | kLast));
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
