#include "domain/rules/contract_term.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "domain/text/civil_date.h"
#include "domain/text/normalize.h"

namespace bangfu::domain {
namespace {

constexpr int kMonthsPerYear = 12;
constexpr int kMonthsPerHalfYear = 6;
constexpr size_t kMaxDigits = 3;  // of years or months
constexpr absl::string_view kSigns[] = {"至", "到", "-", "~", "—", "–", "起"};

struct Bin {
  int last_month;
  v1::ContractTerm term;
};

// A13.
constexpr Bin kBins[] = {
    {6, v1::CONTRACT_TERM_UP_TO_HALF_YEAR}, {18, v1::CONTRACT_TERM_HALF_TO_ONE_YEAR},
    {30, v1::CONTRACT_TERM_TWO_YEARS},      {42, v1::CONTRACT_TERM_THREE_YEARS},
    {54, v1::CONTRACT_TERM_FOUR_YEARS},     {120, v1::CONTRACT_TERM_FIVE_YEARS_OR_MORE},
};

struct Numeral {
  absl::string_view word;
  int value;
};

constexpr Numeral kNumerals[] = {{"一", 1}, {"二", 2}, {"两", 2}, {"三", 3}, {"四", 4},
                                 {"五", 5}, {"六", 6}, {"七", 7}, {"八", 8}, {"九", 9}};

std::optional<int> ConsumeDigit(absl::string_view& text) {
  for (const Numeral& numeral : kNumerals) {
    if (absl::ConsumePrefix(&text, numeral.word)) return numeral.value;
  }
  return std::nullopt;
}

// A number up to 99 in characters: 三, 十, 十二, 二十, 三十六.
std::optional<int> ConsumeNumeral(absl::string_view& text) {
  const std::optional<int> first = ConsumeDigit(text);
  if (!absl::ConsumePrefix(&text, "十")) return first;
  return first.value_or(1) * 10 + ConsumeDigit(text).value_or(0);
}

// A whole number at the beginning of `text`, in digits or characters.
std::optional<int> ConsumeNumber(absl::string_view& text) {
  size_t digits = 0;
  while (digits < text.size() && absl::ascii_isdigit(static_cast<unsigned char>(text[digits]))) {
    ++digits;
  }
  if (digits == 0) return ConsumeNumeral(text);
  int number = 0;
  if (digits > kMaxDigits || !absl::SimpleAtoi(text.substr(0, digits), &number)) {
    return std::nullopt;
  }
  text.remove_prefix(digits);
  return number;
}

// 12个月, 3年, 1.5年, 一年半, 半年, 两年零六个月; all of `text`.
std::optional<int> MonthsOfWords(absl::string_view text) {
  if (text == "半年") return kMonthsPerHalfYear;
  std::optional<int> number = ConsumeNumber(text);
  if (!number) return std::nullopt;
  int months = 0;
  const bool half = absl::ConsumePrefix(&text, ".5");
  if (absl::ConsumePrefix(&text, "年")) {
    months = *number * kMonthsPerYear + (half ? kMonthsPerHalfYear : 0);
    if (text.empty()) return months;
    if (half) return std::nullopt;
    if (text == "半") return months + kMonthsPerHalfYear;
    if (!absl::ConsumePrefix(&text, "零")) absl::ConsumePrefix(&text, "又");
    number = ConsumeNumber(text);
    if (!number || *number >= kMonthsPerYear) return std::nullopt;
  } else if (half) {
    return std::nullopt;
  }
  absl::ConsumePrefix(&text, "个");
  if (text != "月") return std::nullopt;
  return months + *number;
}

// Months from `first` to `last`, a part of a month counted as one.
int MonthsBetween(absl::CivilDay first, absl::CivilDay last) {
  const auto months = static_cast<int>(absl::CivilMonth(last) - absl::CivilMonth(first));
  return AddMonths(first, months) >= last ? months : months + 1;
}

// Takes all signs that may stand between two days off the beginning of `text`: 至, --, 起至.
bool ConsumeSigns(absl::string_view& text) {
  const size_t size = text.size();
  for (bool more = true; more;) {
    more = std::any_of(std::begin(kSigns), std::end(kSigns), [&text](absl::string_view sign) {
      return absl::ConsumePrefix(&text, sign);
    });
  }
  return text.size() < size;
}

// First and last day with any sign between them; which of several hyphens it is shows only when
// both sides are dates.
std::optional<int> MonthsOfDays(absl::string_view text) {
  if (!absl::ConsumePrefix(&text, "自")) absl::ConsumePrefix(&text, "从");
  if (!absl::ConsumeSuffix(&text, "止")) absl::ConsumeSuffix(&text, "到期");
  for (size_t at = 1; at < text.size(); ++at) {
    absl::string_view last = text.substr(at);
    if (!ConsumeSigns(last)) continue;
    const std::optional<absl::CivilDay> from = ParseDate(text.substr(0, at));
    const std::optional<absl::CivilDay> until = from ? ParseDate(last) : std::nullopt;
    if (!until) continue;
    if (*until < *from) return std::nullopt;
    return std::max(MonthsBetween(*from, *until), kMinContractMonths);
  }
  return std::nullopt;
}

}  // namespace

v1::ContractTerm ContractTermOfMonths(int months) {
  if (months < kMinContractMonths) return v1::CONTRACT_TERM_UNSPECIFIED;
  for (const Bin& bin : kBins) {
    if (months <= bin.last_month) return bin.term;
  }
  return v1::CONTRACT_TERM_OPEN_ENDED;
}

std::optional<StatedContractTerm> ParseContractTerm(absl::string_view text) {
  const std::string key = CodeKey(text);
  absl::string_view words = key;
  absl::ConsumePrefix(&words, "签订");
  absl::ConsumeSuffix(&words, "合同");
  absl::ConsumeSuffix(&words, "劳动");
  if (absl::StartsWith(words, "无固定期") || words == "无固定") {
    return StatedContractTerm{v1::CONTRACT_TERM_OPEN_ENDED, std::nullopt};
  }
  std::optional<int> months = MonthsOfDays(words);
  if (!months) {
    absl::ConsumePrefix(&words, "固定期限");
    if (!absl::ConsumeSuffix(&words, "期限")) absl::ConsumeSuffix(&words, "期");
    months = MonthsOfWords(words);
  }
  if (!months || *months < kMinContractMonths || *months > kMaxContractMonths) return std::nullopt;
  return StatedContractTerm{ContractTermOfMonths(*months), *months};
}

}  // namespace bangfu::domain
