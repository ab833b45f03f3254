#ifndef BANGFU_DOMAIN_TEXT_MONEY_H_
#define BANGFU_DOMAIN_TEXT_MONEY_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "domain/text/parsed.h"

namespace bangfu::domain {

// Amounts are whole fen (0.01 yuan) everywhere in the system; yuan exist only as text, which is
// read and written here.
inline constexpr int64_t kFenPerYuan = 100;

// The largest amount accepted, 99,999,999.99 yuan: far above any household's, and far below where
// sums of amounts over all archives would overflow.
inline constexpr int64_t kMaxAmountFen = 9'999'999'999;

enum class MoneyError {
  kEmpty,
  kFormat,           // not a decimal number, or thousands separators out of place
  kNegative,         // annex 1: amounts are >= 0
  kTooManyDecimals,  // annex 1: yuan with two decimals
  kTooLarge,         // above kMaxAmountFen
};

// Reads an amount in yuan and returns it in fen: 1625, 1,470.00, ￥1470, 1470元, full-width or not.
// R31: "2300.00", "2,300" and "２３００元" are one amount. A unit other than yuan (万元) is
// kFormat, never guessed.
Parsed<int64_t, MoneyError> ParseYuan(absl::string_view text);

// The amount in yuan with two decimals and no separators, "1470.00"; ParseYuan reads it back. A
// negative difference gets a leading '-'.
std::string FormatYuan(int64_t amount_fen);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_TEXT_MONEY_H_
