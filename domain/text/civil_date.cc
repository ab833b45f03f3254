#include "domain/text/civil_date.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "domain/text/normalize.h"

namespace bangfu::domain {
namespace {

constexpr int kShanghaiOffsetSeconds = 8 * 60 * 60;
constexpr int kMonthsPerYear = 12;
constexpr int kShortestMonthDays = 28;
constexpr size_t kYearDigits = 4;
constexpr size_t kMaxMonthOrDayDigits = 2;
constexpr size_t kCompactDateLength = 8;  // YYYYMMDD
constexpr size_t kIsoDateLength = 10;     // YYYY-MM-DD

// One to `max_digits` ASCII digits, which must fit an int; absl::SimpleAtoi would also take signs
// and blanks, and dates are read so often that it counts how long this takes.
std::optional<int> ParseDigits(absl::string_view text, size_t max_digits) {
  if (text.empty() || text.size() > max_digits) return std::nullopt;
  int number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

std::optional<absl::CivilDay> ParseParts(absl::string_view year, absl::string_view month,
                                         absl::string_view day) {
  const auto y = ParseDigits(year, kYearDigits);
  const auto m = ParseDigits(month, kMaxMonthOrDayDigits);
  const auto d = ParseDigits(day, kMaxMonthOrDayDigits);
  if (!y || !m || !d) return std::nullopt;
  return RealDay(*y, *m, *d);
}

std::optional<absl::CivilDay> ParseSeparated(absl::string_view text, absl::string_view separator) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, separator);
  if (parts.size() != 3) return std::nullopt;
  return ParseParts(parts[0], parts[1], parts[2]);
}

std::optional<absl::CivilDay> ParseChinese(absl::string_view text) {
  const std::vector<absl::string_view> year_rest = absl::StrSplit(text, absl::MaxSplits("年", 1));
  const std::vector<absl::string_view> month_day =
      absl::StrSplit(year_rest.back(), absl::MaxSplits("月", 1));
  if (year_rest.size() != 2 || month_day.size() != 2) return std::nullopt;
  absl::string_view day = month_day[1];
  if (!absl::ConsumeSuffix(&day, "日")) absl::ConsumeSuffix(&day, "号");
  return ParseParts(year_rest[0], month_day[0], day);
}

}  // namespace

std::optional<absl::CivilDay> RealDay(int year, int month, int day) {
  if (year < kMinYear || year > kMaxYear) return std::nullopt;
  if (month >= 1 && month <= kMonthsPerYear && day >= 1 && day <= kShortestMonthDays) {
    return absl::CivilDay(year, month, day);
  }
  const absl::CivilDay candidate(year, month, day);
  // absl::CivilDay turns 02-30 into 03-02; a real day comes back as it was given.
  if (candidate.year() != year || candidate.month() != month || candidate.day() != day) {
    return std::nullopt;
  }
  return candidate;
}

std::optional<absl::CivilDay> ParseDate(absl::string_view text) {
  const std::string trimmed = NormalizeText(text);
  // Handwriting spaces out 年, 月 and 日; between bare digits a blank would hide a second number.
  if (absl::StrContains(trimmed, "年")) return ParseChinese(NormalizeIdentifier(trimmed));
  for (const char* separator : {"-", "/", "."}) {
    if (absl::StrContains(trimmed, separator)) return ParseSeparated(trimmed, separator);
  }
  if (trimmed.size() != kCompactDateLength) return std::nullopt;
  const absl::string_view compact = trimmed;
  return ParseParts(compact.substr(0, 4), compact.substr(4, 2), compact.substr(6, 2));
}

// Records keep their dates in this form and the rules read each of them several times.
std::optional<absl::CivilDay> ParseIsoDate(absl::string_view text) {
  if (text.size() != kIsoDateLength || text[4] != '-' || text[7] != '-') return std::nullopt;
  int digits[kIsoDateLength];
  bool all_digits = true;
  for (const size_t i : {0, 1, 2, 3, 5, 6, 8, 9}) {
    digits[i] = text[i] - '0';
    all_digits &= digits[i] >= 0 && digits[i] <= 9;
  }
  if (!all_digits) return std::nullopt;
  return RealDay(digits[0] * 1000 + digits[1] * 100 + digits[2] * 10 + digits[3],
                 digits[5] * 10 + digits[6], digits[8] * 10 + digits[9]);
}

std::string FormatDate(absl::CivilDay day) { return absl::FormatCivilTime(day); }

std::optional<absl::CivilDay> FromExcelSerial(double serial) {
  if (!std::isfinite(serial) || serial < kMinExcelSerial || serial >= kMaxExcelSerial + 1) {
    return std::nullopt;
  }
  const auto whole = static_cast<int>(std::floor(serial));
  if (whole == kExcelPhantomSerial) return std::nullopt;
  // After the phantom day every serial is one too high.
  return absl::CivilDay(1899, 12, 31) + (whole < kExcelPhantomSerial ? whole : whole - 1);
}

absl::CivilDay AddMonths(absl::CivilDay day, int64_t months) {
  const absl::CivilMonth month = absl::CivilMonth(day) + months;
  if (day.day() <= kShortestMonthDays)
    return absl::CivilDay(month.year(), month.month(), day.day());
  const absl::CivilDay last = absl::CivilDay(month + 1) - 1;
  return std::min(absl::CivilDay(month) + (day.day() - 1), last);
}

absl::CivilDay AddDays(absl::CivilDay day, int64_t days) {
  const int64_t day_of_month = day.day() + days;
  if (day_of_month >= 1 && day_of_month <= kShortestMonthDays) {
    return absl::CivilDay(day.year(), day.month(), day_of_month);
  }
  return day + days;
}

std::optional<int> AgeOn(absl::CivilDay birth, absl::CivilDay day) {
  if (day < birth) return std::nullopt;
  const auto years = static_cast<int>(day.year() - birth.year());
  const bool completed = AddMonths(birth, int64_t{years} * kMonthsPerYear) <= day;
  return completed ? years : years - 1;
}

absl::TimeZone ShanghaiTimeZone() {
  // Made once: making it takes a lock and a look-up.
  static const absl::TimeZone zone = absl::FixedTimeZone(kShanghaiOffsetSeconds);
  return zone;
}

absl::CivilDay ShanghaiDay(absl::Time time) { return absl::ToCivilDay(time, ShanghaiTimeZone()); }

int ShanghaiYear(absl::Time time) { return static_cast<int>(ShanghaiDay(time).year()); }

}  // namespace bangfu::domain
