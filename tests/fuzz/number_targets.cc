#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "domain/rules/archive_number.h"
#include "domain/text/bank_card.h"
#include "domain/text/civil_date.h"
#include "domain/text/identity_number.h"
#include "domain/text/money.h"
#include "domain/text/normalize.h"
#include "domain/text/phone.h"
#include "domain/text/spreadsheet_number.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/targets.h"

namespace bangfu::fuzz {
namespace {

bool AllDigits(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

// The first bytes of `input` as a number, so that every value is as near as any text.
template <typename Number>
Number FromBytes(absl::string_view input) {
  Number number = 0;
  std::memcpy(&number, input.data(), std::min(input.size(), sizeof(number)));
  return number;
}

// ASCII digits as their full-width forms U+FF10..U+FF19.
std::string FullWidth(absl::string_view text) {
  std::string wide;
  for (const char c : text) {
    if (absl::ascii_isdigit(static_cast<unsigned char>(c))) {
      absl::StrAppend(&wide, "\xEF\xBC", std::string(1, static_cast<char>('\x90' + (c - '0'))));
    } else {
      wide.push_back(c);
    }
  }
  return wide;
}

}  // namespace

void FuzzArchiveNumber(absl::string_view input) {
  const auto number = domain::ParseArchiveNumber(input);
  FUZZ_CHECK(number == domain::ParseArchiveNumber(domain::NormalizeIdentifier(input)));
  if (!number) return;
  FUZZ_CHECK(domain::IsNumberPrefix(number->prefix));
  FUZZ_CHECK(number->year >= 2000 && number->year <= 2099);
  FUZZ_CHECK(number->sequence >= 1 && number->sequence <= 9999);
  const std::string text = domain::FormatArchiveNumber(*number);
  FUZZ_CHECK(text == domain::NormalizeIdentifier(input));
  FUZZ_CHECK(domain::ParseArchiveNumber(text) == number);
  FUZZ_CHECK(domain::ParseArchiveNumber(FullWidth(text)) == number);
  const auto next = domain::NextArchiveNumber(number->prefix, number->year, number->sequence);
  FUZZ_CHECK(next.has_value() == (number->sequence < 9999));
  if (next) FUZZ_CHECK(domain::FormatArchiveNumber(*next) > text);
}

void FuzzMoney(absl::string_view input) {
  const auto amount = domain::ParseYuan(input);
  if (amount.ok()) {
    FUZZ_CHECK(*amount >= 0 && *amount <= domain::kMaxAmountFen);
    const std::string text = domain::FormatYuan(*amount);
    const auto again = domain::ParseYuan(text);
    FUZZ_CHECK(again.ok() && *again == *amount);
    const auto wide = domain::ParseYuan(absl::StrCat("￥", FullWidth(text), "元"));
    FUZZ_CHECK(wide.ok() && *wide == *amount);
  }
  const auto fen = FromBytes<int64_t>(input);
  const auto read = domain::ParseYuan(domain::FormatYuan(fen));
  if (fen < 0) {
    FUZZ_CHECK(!read.ok() && read.error() == domain::MoneyError::kNegative);
  } else if (fen > domain::kMaxAmountFen) {
    FUZZ_CHECK(!read.ok() && read.error() == domain::MoneyError::kTooLarge);
  } else {
    FUZZ_CHECK(read.ok() && *read == fen);
  }
}

void FuzzIdentityNumber(absl::string_view input) {
  const std::string masked = domain::MaskIdentityNumber(input);
  const auto parsed = domain::ParseIdentityNumber(input);
  if (!parsed.ok()) return;
  const std::string& number = parsed->number;
  FUZZ_CHECK(number.size() == domain::kIdentityNumberLength);
  FUZZ_CHECK(AllDigits(number.substr(0, 17)));
  FUZZ_CHECK(number.back() == domain::ComputeCheckDigit(number));
  FUZZ_CHECK(parsed->division_code == number.substr(0, 6));
  const std::string birth = domain::FormatDate(parsed->birth_date);
  FUZZ_CHECK(absl::StrCat(birth.substr(0, 4), birth.substr(5, 2), birth.substr(8)) ==
             number.substr(6, 8));
  FUZZ_CHECK((parsed->sex == domain::Sex::kMale) == ((number[16] - '0') % 2 == 1));
  const auto again = domain::ParseIdentityNumber(FullWidth(number));
  FUZZ_CHECK(again.ok() && again->number == number);
  FUZZ_CHECK(masked == absl::StrCat(number.substr(0, 3), "*************", number.substr(16)));
  // ISO 7064 MOD 11-2 finds every single wrong digit.
  std::string wrong = number;
  char& digit = wrong[input.size() % 17];
  digit = digit == '9' ? '0' : static_cast<char>(digit + 1);
  FUZZ_CHECK(!domain::ParseIdentityNumber(wrong).ok());
}

void FuzzPhone(absl::string_view input) {
  domain::MaskPhone(input);
  const auto phone = domain::ParsePhone(input);
  if (!phone.ok()) return;
  const std::string& number = phone->number;
  FUZZ_CHECK(number.find_first_not_of("0123456789-") == std::string::npos);
  if (phone->kind == domain::PhoneKind::kMobile) {
    FUZZ_CHECK(number.size() == domain::kMobileDigits && AllDigits(number) && number[0] == '1');
  }
  for (const std::string& same : {number, FullWidth(number), absl::StrCat(" ", number, "　")}) {
    const auto again = domain::ParsePhone(same);
    FUZZ_CHECK(again.ok() && again->kind == phone->kind && again->number == number);
  }
}

void FuzzBankCard(absl::string_view input) {
  domain::MaskBankCard(input);
  const auto card = domain::ParseBankCard(input);
  if (!card.ok()) return;
  FUZZ_CHECK(AllDigits(*card));
  FUZZ_CHECK(card->size() >= domain::kMinBankCardDigits &&
             card->size() <= domain::kMaxBankCardDigits);
  const auto again = domain::ParseBankCard(FullWidth(*card));
  FUZZ_CHECK(again.ok() && *again == *card);
  // The Luhn formula knows exactly one check digit.
  int passing = 0;
  std::string number = *card;
  for (char digit = '0'; digit <= '9'; ++digit) {
    number.back() = digit;
    if (domain::PassesLuhn(number)) ++passing;
  }
  FUZZ_CHECK(passing == 1);
}

void FuzzSpreadsheetNumber(absl::string_view input) {
  const std::string text = domain::NormalizeIdentifier(input);
  if (domain::HasLostDigits(text)) {
    FUZZ_CHECK(text.size() > domain::kSpreadsheetDigits && AllDigits(text));
    FUZZ_CHECK(!domain::IsScientificNotation(text));
  }
  if (domain::IsScientificNotation(text)) {
    FUZZ_CHECK(absl::ascii_isdigit(static_cast<unsigned char>(text.front())));
    FUZZ_CHECK(text.find('E') != std::string::npos);
  }
  // What a spreadsheet makes of an identity or card number in a numeric cell is always recognised.
  constexpr uint64_t kFirst = 1'000'000'000'000'000;             // 16 digits
  constexpr uint64_t kEnd = 10'000 * (kFirst - kFirst / 1'000);  // below 20 digits
  const uint64_t number = kFirst + FromBytes<uint64_t>(input) % (kEnd - kFirst);
  FUZZ_CHECK(domain::IsScientificNotation(absl::StrFormat("%.14E", static_cast<double>(number))));
  std::string zeroed = absl::StrCat(number);
  std::fill(zeroed.begin() + domain::kSpreadsheetDigits, zeroed.end(), '0');
  FUZZ_CHECK(domain::HasLostDigits(zeroed));
}

}  // namespace bangfu::fuzz
