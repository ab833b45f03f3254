#ifndef BANGFU_DOMAIN_TEXT_BANK_CARD_H_
#define BANGFU_DOMAIN_TEXT_BANK_CARD_H_

#include <string>

#include "absl/strings/string_view.h"
#include "domain/text/parsed.h"

namespace bangfu::domain {

// Digits of a card (ISO/IEC 7812: at most 19) or of an old passbook account (from 12).
inline constexpr int kMinBankCardDigits = 12;
inline constexpr int kMaxBankCardDigits = 19;

enum class BankCardError {
  kEmpty,
  kNumericDamage,  // digits lost in a numeric spreadsheet cell: format the column as text and type
                   // the number again
  kCharacters,     // something other than digits
  kLength,         // outside kMinBankCardDigits..kMaxBankCardDigits
};

// Reads a card or account number after NormalizeIdentifier, hyphens dropped, and returns its
// digits. The check digit is not looked at: passbook numbers have none, so a failure of PassesLuhn
// is a warning (annex 1).
Parsed<std::string, BankCardError> ParseBankCard(absl::string_view text);

// True when the last digit of `digits` is the check digit of the others (ISO/IEC 7812-1 annex B,
// the Luhn formula). False for the empty text and for anything but ASCII digits.
bool PassesLuhn(absl::string_view digits);

// For screens and logs: the last 4 characters, ***************5672. See MaskMiddle.
std::string MaskBankCard(absl::string_view text);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_TEXT_BANK_CARD_H_
