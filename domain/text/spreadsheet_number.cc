#include "domain/text/spreadsheet_number.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"

namespace bangfu::domain {
namespace {

// More digits would not fit 64 bits; neither identity nor card numbers have more.
constexpr size_t kMaxDigits = 19;

bool AllDigits(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

}  // namespace

bool IsScientificNotation(absl::string_view normalized) {
  const size_t e = normalized.find('E');
  if (e == absl::string_view::npos) return false;
  absl::string_view mantissa = normalized.substr(0, e);
  absl::string_view exponent = normalized.substr(e + 1);
  if (!exponent.empty() && exponent.front() == '+') exponent.remove_prefix(1);
  if (!AllDigits(exponent) || mantissa.empty() || !absl::ascii_isdigit(mantissa.front())) {
    return false;
  }
  mantissa.remove_prefix(1);
  if (mantissa.empty()) return true;
  return mantissa.front() == '.' && AllDigits(mantissa.substr(1));
}

bool HasLostDigits(absl::string_view normalized) {
  if (normalized.size() <= kSpreadsheetDigits || normalized.size() > kMaxDigits) return false;
  uint64_t number = 0;
  if (!AllDigits(normalized) || !absl::SimpleAtoi(normalized, &number)) return false;
  uint64_t unit = 1;
  for (size_t n = kSpreadsheetDigits; n < normalized.size(); ++n) unit *= 10;
  const uint64_t kept = number / unit * unit;
  return number == kept || number == static_cast<uint64_t>(static_cast<double>(kept));
}

}  // namespace bangfu::domain
