#include "server/store/postgres/binary_format.h"

#include <algorithm>
#include <stdexcept>

#include "absl/strings/match.h"
#include "domain/text/uuid.h"

namespace bangfu::server {
namespace {

constexpr size_t kMaxValueBytes = size_t{1} << 30;
constexpr int32_t kUuidBytes = 16;
constexpr char kPathVersion = 1;  // of the binary form of ltree

}  // namespace

void AppendBytes(absl::string_view value, std::string& bytes) {
  if (value.size() >= kMaxValueBytes) throw std::length_error("a value of 1 GiB");
  AppendBigEndian(static_cast<int32_t>(value.size()), bytes);
  bytes.append(value.data(), value.size());
}

void AppendText(absl::string_view text, std::string& bytes) {
  if (absl::StrContains(text, '\0')) throw std::invalid_argument("a text with a NUL character");
  AppendBytes(text, bytes);
}

void AppendUuid(absl::string_view uuid, std::string& bytes) {
  if (!domain::IsUuid(uuid)) throw std::invalid_argument("not a UUID");
  AppendBigEndian(kUuidBytes, bytes);
  int half = -1;  // the upper half of a byte
  for (const char digit : uuid) {
    if (digit == '-') continue;
    const int value = digit <= '9' ? digit - '0' : digit - 'a' + 10;
    if (half < 0) {
      half = value;
    } else {
      bytes.push_back(static_cast<char>(half << 4 | value));
      half = -1;
    }
  }
}

void AppendPath(absl::string_view path, std::string& bytes) {
  if (absl::StrContains(path, '\0')) throw std::invalid_argument("a path with a NUL character");
  AppendBigEndian(static_cast<int32_t>(path.size() + 1), bytes);
  bytes.push_back(kPathVersion);
  bytes.append(path.data(), path.size());
}

void AppendTime(absl::Time time, std::string& bytes) {
  const absl::TimeZone utc = absl::UTCTimeZone();
  const absl::Time zero = absl::FromCivil(absl::CivilYear(2000), utc);
  const absl::Time first = absl::FromCivil(absl::CivilSecond(1), utc);
  const absl::Time last = absl::FromCivil(absl::CivilSecond(10000), utc) - absl::Microseconds(1);
  AppendNumber(absl::ToInt64Microseconds(std::clamp(time, first, last) - zero), bytes);
}

void AppendBool(bool value, std::string& bytes) {
  AppendBigEndian(int32_t{1}, bytes);
  bytes.push_back(value ? '\1' : '\0');
}

void AppendNull(std::string& bytes) { AppendBigEndian(int32_t{-1}, bytes); }

}  // namespace bangfu::server
