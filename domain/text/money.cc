#include "domain/text/money.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "domain/text/normalize.h"

namespace bangfu::domain {
namespace {

constexpr size_t kGroupDigits = 3;
constexpr size_t kMaxDecimals = 2;

bool AllDigits(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

// The digits before the decimal point without separators; nothing when a separator does not stand
// before three digits.
std::optional<std::string> Ungroup(absl::string_view whole) {
  const std::vector<absl::string_view> groups = absl::StrSplit(whole, ',');
  for (size_t i = 0; i < groups.size(); ++i) {
    if (!AllDigits(groups[i])) return std::nullopt;
    if (i > 0 && groups[i].size() != kGroupDigits) return std::nullopt;
  }
  if (groups.size() > 1 && groups[0].size() > kGroupDigits) return std::nullopt;
  return absl::StrJoin(groups, "");
}

// The amount without currency sign and unit.
absl::string_view StripCurrency(absl::string_view text) {
  // U+00A5 and its full-width form U+FFE5.
  if (!absl::ConsumePrefix(&text, "\u00A5")) absl::ConsumePrefix(&text, "\uFFE5");
  absl::ConsumeSuffix(&text, "元");
  return absl::StripAsciiWhitespace(text);
}

}  // namespace

Parsed<int64_t, MoneyError> ParseYuan(absl::string_view text) {
  // Not NormalizeIdentifier: without its blanks "12 34", two numbers in one cell, would be a third
  // one.
  const std::string normalized = NormalizeText(text);
  if (normalized.empty()) return MoneyError::kEmpty;
  absl::string_view amount = StripCurrency(normalized);
  const bool negative = absl::ConsumePrefix(&amount, "-");

  const std::vector<absl::string_view> parts = absl::StrSplit(amount, absl::MaxSplits('.', 1));
  const auto whole = Ungroup(parts[0]);
  const absl::string_view decimals = parts.size() == 2 ? parts[1] : "0";
  if (!whole || !AllDigits(decimals)) return MoneyError::kFormat;
  if (negative) return MoneyError::kNegative;
  if (decimals.size() > kMaxDecimals) return MoneyError::kTooManyDecimals;

  int64_t fen = 0;
  for (const char digit : *whole) {
    fen = fen * 10 + (digit - '0');
    if (fen > kMaxAmountFen / kFenPerYuan) return MoneyError::kTooLarge;
  }
  fen *= kFenPerYuan;
  int64_t digit_value = kFenPerYuan / 10;
  for (const char digit : decimals) {
    fen += (digit - '0') * digit_value;
    digit_value /= 10;
  }
  return fen;
}

std::string FormatYuan(int64_t amount_fen) {
  // The remainder has the sign of the amount; taken apart so that the smallest int64 does not
  // overflow.
  const int64_t yuan = amount_fen / kFenPerYuan;
  const int64_t fen = amount_fen % kFenPerYuan;
  const char* sign = amount_fen < 0 ? "-" : "";
  return absl::StrFormat("%s%d.%02d", sign, yuan < 0 ? -yuan : yuan, fen < 0 ? -fen : fen);
}

}  // namespace bangfu::domain
