#include "domain/text/date_text.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "domain/text/civil_date.h"
#include "domain/text/normalize.h"

namespace bangfu::domain {
namespace {

constexpr size_t kShortYearDigits = 2;
constexpr size_t kYearDigits = 4;
constexpr size_t kShortDateDigits = 6;  // YYMMDD, or YYYYMM
constexpr size_t kMaxFractionDigits = 9;

bool AllDigits(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

// A number of `min` to `max` digits that is at most `most`.
bool IsNumber(absl::string_view text, size_t min, size_t max, int most) {
  int number = 0;
  return text.size() >= min && text.size() <= max && AllDigits(text) &&
         absl::SimpleAtoi(text, &number) && number <= most;
}

// H:MM, H:MM:SS or H:MM:SS.f.
bool IsTimeOfDay(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, ':');
  if (parts.size() != 2 && parts.size() != 3) return false;
  if (!IsNumber(parts[0], 1, 2, 23) || !IsNumber(parts[1], 2, 2, 59)) return false;
  if (parts.size() == 2) return true;
  const std::vector<absl::string_view> seconds = absl::StrSplit(parts[2], absl::MaxSplits('.', 1));
  if (!IsNumber(seconds[0], 2, 2, 59)) return false;
  return seconds.size() == 1 || (seconds[1].size() <= kMaxFractionDigits && AllDigits(seconds[1]));
}

absl::string_view WithoutTime(absl::string_view text) {
  const size_t divider = text.find_last_of(" Tt");
  if (divider == absl::string_view::npos || !IsTimeOfDay(text.substr(divider + 1))) return text;
  return absl::StripTrailingAsciiWhitespace(text.substr(0, divider));
}

bool IsYear(absl::string_view text) {
  int year = 0;
  return text.size() == kYearDigits && AllDigits(text) && absl::SimpleAtoi(text, &year) &&
         year >= kMinYear && year <= kMaxYear;
}

bool IsMonth(absl::string_view text) {
  return IsNumber(text, 1, 2, 12) && text != "0" && text != "00";
}

bool IsShortNumber(absl::string_view text) { return IsNumber(text, 1, 2, 99); }

// "1990年7月", "85年7月28日"; blanks are gone.
DateError MistakeInChinese(absl::string_view text) {
  const std::vector<absl::string_view> year_rest = absl::StrSplit(text, absl::MaxSplits("年", 1));
  if (year_rest[0].size() == kShortYearDigits && AllDigits(year_rest[0])) {
    return DateError::kTwoDigitYear;
  }
  absl::string_view month = year_rest[1];
  absl::ConsumeSuffix(&month, "份");
  absl::ConsumeSuffix(&month, "月");
  const bool no_day = month.empty() || IsMonth(month);
  return IsYear(year_rest[0]) && no_day ? DateError::kNoDay : DateError::kNotADay;
}

DateError MistakeInParts(const std::vector<absl::string_view>& parts) {
  if (parts.size() == 2 && IsYear(parts[0]) && IsMonth(parts[1])) return DateError::kNoDay;
  const bool three_short =
      parts.size() == 3 && std::all_of(parts.begin(), parts.end(), IsShortNumber);
  return three_short && parts[0].size() == kShortYearDigits ? DateError::kTwoDigitYear
                                                            : DateError::kNotADay;
}

// What is wrong with a text that ParseDate does not read.
DateError MistakeIn(absl::string_view text) {
  if (text.empty()) return DateError::kEmpty;
  if (absl::StrContains(text, "年")) return MistakeInChinese(NormalizeIdentifier(text));
  for (const char* separator : {"-", "/", "."}) {
    if (absl::StrContains(text, separator)) return MistakeInParts(absl::StrSplit(text, separator));
  }
  if (IsYear(text)) return DateError::kNoDay;
  if (text.size() != kShortDateDigits || !AllDigits(text)) return DateError::kNotADay;
  // 199007 is a month; 850728 is no year of ours but a day without its century.
  const bool century = absl::StartsWith(text, "19") || absl::StartsWith(text, "20");
  return century && IsMonth(text.substr(kYearDigits)) ? DateError::kNoDay
                                                      : DateError::kTwoDigitYear;
}

}  // namespace

Parsed<absl::CivilDay, DateError> ReadDate(absl::string_view text) {
  const std::string normalized = NormalizeText(text);
  const absl::string_view date = WithoutTime(normalized);
  if (const std::optional<absl::CivilDay> day = ParseDate(date)) return *day;
  return MistakeIn(date);
}

}  // namespace bangfu::domain
