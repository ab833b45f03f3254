#ifndef BANGFU_DOMAIN_TEXT_SPREADSHEET_NUMBER_H_
#define BANGFU_DOMAIN_TEXT_SPREADSHEET_NUMBER_H_

#include "absl/strings/string_view.h"

namespace bangfu::domain {

// Decimal digits that a spreadsheet keeps of a number; further digits of an identity or card number
// that was typed into a numeric cell are lost for good. Source: Microsoft, "Excel specifications
// and limits": number precision 15 digits.
inline constexpr int kSpreadsheetDigits = 15;

// True for a number in scientific notation ("3.30104E+17", "3.30104197903035E17") after
// NormalizeIdentifier.
bool IsScientificNotation(absl::string_view normalized);

// True when `normalized` is a run of 16 to 19 digits that carries no more than kSpreadsheetDigits
// significant ones: zeros after them, or what a binary double makes of those zeros
// (330104197903035000 → 330104197903035008). Such a number may still be genuine, so ask only after
// its check digit has failed.
bool HasLostDigits(absl::string_view normalized);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_TEXT_SPREADSHEET_NUMBER_H_
