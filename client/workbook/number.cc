#include "client/workbook/number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace bangfu::client {
namespace {

bool IsWholeNumber(absl::string_view text) {
  absl::ConsumePrefix(&text, "-");
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
}

// Shortest decimal that reads back as `value`. The fixed form of to_chars would print all digits of
// the binary value (…035008 for a stored …035000), so the scientific form is taken and its exponent
// written out.
std::string PlainDecimal(double value) {
  std::array<char, 32> buffer;  // 17 digits, sign, point and exponent
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 std::chars_format::scientific);
  absl::string_view text(buffer.data(), static_cast<size_t>(end.ptr - buffer.data()));
  const std::string sign = absl::ConsumePrefix(&text, "-") ? "-" : "";
  const size_t e = text.find('e');
  int exponent = 0;
  if (!absl::SimpleAtoi(text.substr(e + 1), &exponent)) return absl::StrCat(value);
  std::string digits(text.substr(0, 1));
  if (e > 2) absl::StrAppend(&digits, text.substr(2, e - 2));

  const int point = exponent + 1;  // digits before the decimal point
  if (point <= 0) {
    return absl::StrCat(sign, "0.", std::string(static_cast<size_t>(-point), '0'), digits);
  }
  const size_t whole = static_cast<size_t>(point);
  if (digits.size() <= whole) {
    return absl::StrCat(sign, digits, std::string(whole - digits.size(), '0'));
  }
  return absl::StrCat(sign, digits.substr(0, whole), ".", digits.substr(whole));
}

}  // namespace

std::optional<StoredNumber> ParseStoredNumber(absl::string_view stored) {
  const absl::string_view text = absl::StripAsciiWhitespace(stored);
  StoredNumber number;
  if (!absl::SimpleAtod(text, &number.value) || !std::isfinite(number.value)) return std::nullopt;
  if (number.value == 0) {
    number.digits = std::string(1, '0');
  } else {
    number.digits = IsWholeNumber(text) ? std::string(text) : PlainDecimal(number.value);
  }
  return number;
}

bool IsBuiltInDateFormat(int format_id) {
  // 27–36 and 50–58 are the dates of the Chinese, Japanese and Korean editions.
  return (format_id >= 14 && format_id <= 22) || (format_id >= 27 && format_id <= 36) ||
         (format_id >= 45 && format_id <= 47) || (format_id >= 50 && format_id <= 58);
}

bool IsDateFormat(absl::string_view format_code) {
  if (absl::EqualsIgnoreCase(format_code, "General")) return false;
  for (size_t i = 0; i < format_code.size(); ++i) {
    switch (format_code[i]) {
      case '"':  // literal text
        i = format_code.find('"', i + 1);
        if (i == absl::string_view::npos) return false;
        break;
      case '[': {  // colour, condition, locale; or elapsed time [h]
        const size_t close = format_code.find(']', i);
        if (close == absl::string_view::npos) return false;
        const std::string inside = absl::AsciiStrToLower(format_code.substr(i + 1, close - i - 1));
        if (!inside.empty() && inside.find_first_not_of(inside[0]) == std::string::npos &&
            absl::StrContains("hms", inside.substr(0, 1))) {
          return true;
        }
        i = close;
        break;
      }
      case '\\':  // the next character is literal
      case '_':   // the next character's width
      case '*':   // the next character fills
        ++i;
        break;
      case 'y':
      case 'Y':
      case 'm':
      case 'M':
      case 'd':
      case 'D':
      case 'h':
      case 'H':
      case 's':
      case 'S':
        return true;
      default:
        break;
    }
  }
  return false;
}

}  // namespace bangfu::client
