#include "domain/rules/archive_number.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "base/limits.h"
#include "domain/text/normalize.h"

namespace bangfu::domain {
namespace {

constexpr size_t kYearDigits = 4;
constexpr size_t kSequenceDigits = 4;

bool IsYear(int year) { return year >= limits::kFirstYear && year <= limits::kLastYear; }

// The number written in `digits`, which must be all digits: SimpleAtoi alone would take a sign.
std::optional<int> Digits(absl::string_view digits) {
  int value = 0;
  if (!std::all_of(digits.begin(), digits.end(), absl::ascii_isdigit)) return std::nullopt;
  if (!absl::SimpleAtoi(digits, &value)) return std::nullopt;
  return value;
}

}  // namespace

bool IsNumberPrefix(absl::string_view prefix) {
  return !prefix.empty() && std::none_of(prefix.begin(), prefix.end(), absl::ascii_isdigit) &&
         prefix == NormalizeIdentifier(prefix);
}

std::optional<ArchiveNumber> ParseArchiveNumber(absl::string_view text) {
  const std::string normalized = NormalizeIdentifier(text);
  if (normalized.size() <= kYearDigits + kSequenceDigits) return std::nullopt;
  const size_t prefix_size = normalized.size() - kYearDigits - kSequenceDigits;
  const absl::string_view all = normalized;
  const std::optional<int> year = Digits(all.substr(prefix_size, kYearDigits));
  const std::optional<int> sequence = Digits(all.substr(prefix_size + kYearDigits));
  if (!year || !IsYear(*year) || !sequence || *sequence < 1) return std::nullopt;
  if (!IsNumberPrefix(all.substr(0, prefix_size))) return std::nullopt;
  return ArchiveNumber{normalized.substr(0, prefix_size), *year, *sequence};
}

std::string FormatArchiveNumber(const ArchiveNumber& number) {
  return absl::StrFormat("%s%04d%04d", number.prefix, number.year, number.sequence);
}

std::optional<ArchiveNumber> NextArchiveNumber(absl::string_view prefix, int year, int last) {
  if (!IsNumberPrefix(prefix) || !IsYear(year)) return std::nullopt;
  if (last < 0 || last >= limits::kMaxSequence) return std::nullopt;
  return ArchiveNumber{std::string(prefix), year, last + 1};
}

}  // namespace bangfu::domain
