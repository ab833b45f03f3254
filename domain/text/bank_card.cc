#include "domain/text/bank_card.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "domain/text/normalize.h"
#include "domain/text/spreadsheet_number.h"

namespace bangfu::domain {
namespace {

constexpr int kMaskBack = 4;
// From this length on at least three digits would have been lost, so zeros there are no
// coincidence.
constexpr size_t kMinDamagedDigits = kSpreadsheetDigits + 3;

bool AllDigits(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

}  // namespace

bool PassesLuhn(absl::string_view digits) {
  if (digits.empty() || !AllDigits(digits)) return false;
  int sum = 0;
  bool doubled = false;
  for (auto it = digits.rbegin(); it != digits.rend(); ++it) {
    const int value = (*it - '0') * (doubled ? 2 : 1);
    sum += value / 10 + value % 10;
    doubled = !doubled;
  }
  return sum % 10 == 0;
}

Parsed<std::string, BankCardError> ParseBankCard(absl::string_view text) {
  const std::string number = absl::StrReplaceAll(NormalizeIdentifier(text), {{"-", ""}});
  if (number.empty()) return BankCardError::kEmpty;
  if (IsScientificNotation(number)) return BankCardError::kNumericDamage;
  if (!AllDigits(number)) return BankCardError::kCharacters;
  if (number.size() < kMinBankCardDigits || number.size() > kMaxBankCardDigits) {
    return BankCardError::kLength;
  }
  if (number.size() >= kMinDamagedDigits && HasLostDigits(number) && !PassesLuhn(number)) {
    return BankCardError::kNumericDamage;
  }
  return number;
}

std::string MaskBankCard(absl::string_view text) { return MaskMiddle(text, 0, kMaskBack); }

}  // namespace bangfu::domain
