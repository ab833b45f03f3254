#include "domain/text/identity_number.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "domain/text/civil_date.h"
#include "domain/text/normalize.h"
#include "domain/text/spreadsheet_number.h"

namespace bangfu::domain {
namespace {

constexpr size_t kBodyLength = kIdentityNumberLength - 1;
constexpr std::array<int, kBodyLength> kWeights = {7, 9, 10, 5,  8, 4, 2, 1, 6,
                                                   3, 7, 9,  10, 5, 8, 4, 2};
constexpr char kCheckCharacters[] = "10X98765432";

// GB/T 2260: the first two digits of the 34 provinces, autonomous regions, municipalities and
// special regions.
constexpr std::array<absl::string_view, 34> kProvinces = {
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34",
    "35", "36", "37", "41", "42", "43", "44", "45", "46", "50", "51", "52",
    "53", "54", "61", "62", "63", "64", "65", "71", "81", "82"};

constexpr int kMaskFront = 3;
constexpr int kMaskBack = 2;

constexpr std::array<bool, 100> ProvinceTable() {
  std::array<bool, 100> table{};
  for (const absl::string_view province : kProvinces) {
    table[static_cast<size_t>((province[0] - '0') * 10 + (province[1] - '0'))] = true;
  }
  return table;
}
constexpr std::array<bool, 100> kIsProvince = ProvinceTable();

// Requires two ASCII digits at the beginning.
bool BeginsWithProvince(absl::string_view number) {
  return kIsProvince[static_cast<size_t>((number[0] - '0') * 10 + (number[1] - '0'))];
}

constexpr size_t kYearAt = 6;
constexpr size_t kMonthAt = 10;
constexpr size_t kDayAt = 12;

// The whole number that the ASCII digits write.
int NumberOf(absl::string_view digits) {
  int number = 0;
  for (const char digit : digits) number = number * 10 + (digit - '0');
  return number;
}

// Nothing when the digits of the birth date are no real day. Requires 17 ASCII digits.
std::optional<absl::CivilDay> BirthDateOf(absl::string_view number) {
  return RealDay(NumberOf(number.substr(kYearAt, kMonthAt - kYearAt)),
                 NumberOf(number.substr(kMonthAt, kDayAt - kMonthAt)),
                 NumberOf(number.substr(kDayAt, 2)));
}

Sex SexOf(absl::string_view number) {
  return (number[kBodyLength - 1] - '0') % 2 == 1 ? Sex::kMale : Sex::kFemale;
}

bool AllDigits(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

bool CheckDigitAgrees(absl::string_view number) {
  return ComputeCheckDigit(number) == number.back();
}

bool IsDamaged(absl::string_view normalized) {
  if (IsScientificNotation(normalized)) return true;
  return normalized.size() == kIdentityNumberLength && HasLostDigits(normalized) &&
         !CheckDigitAgrees(normalized);
}

}  // namespace

char ComputeCheckDigit(absl::string_view digits) {
  int sum = 0;
  for (size_t i = 0; i < kBodyLength; ++i) sum += (digits[i] - '0') * kWeights[i];
  return kCheckCharacters[sum % 11];
}

bool LooksLikeSpreadsheetDamage(absl::string_view text) {
  return IsDamaged(NormalizeIdentifier(text));
}

Parsed<IdentityNumber, IdentityNumberError> ParseIdentityNumber(absl::string_view text) {
  const std::string normalized = NormalizeIdentifier(text);
  const absl::string_view number = normalized;
  if (number.empty()) return IdentityNumberError::kEmpty;
  if (IsDamaged(number)) return IdentityNumberError::kNumericDamage;
  const bool x_last = number.size() == kIdentityNumberLength && number.back() == 'X';
  if (!AllDigits(x_last ? number.substr(0, kBodyLength) : number)) {
    return IdentityNumberError::kCharacters;
  }
  if (number.size() == kOldIdentityNumberLength) return IdentityNumberError::kLength15;
  if (number.size() != kIdentityNumberLength) return IdentityNumberError::kLength;
  if (!BeginsWithProvince(number)) return IdentityNumberError::kDivision;
  const auto birth_date = BirthDateOf(number);
  if (!birth_date) return IdentityNumberError::kBirthDate;
  if (!CheckDigitAgrees(number)) return IdentityNumberError::kCheckDigit;
  return IdentityNumber{.number = normalized,
                        .division_code = std::string(number.substr(0, 6)),
                        .birth_date = *birth_date,
                        .sex = SexOf(number)};
}

std::optional<IdentityFacts> ReadNormalIdentityNumber(absl::string_view text) {
  // Without an 'E' and with a right check character a number is not damaged either.
  if (text.size() != kIdentityNumberLength || !AllDigits(text.substr(0, kBodyLength)) ||
      !BeginsWithProvince(text) || !CheckDigitAgrees(text)) {
    return std::nullopt;
  }
  const auto birth_date = BirthDateOf(text);
  if (!birth_date) return std::nullopt;
  return IdentityFacts{*birth_date, SexOf(text)};
}

std::optional<IdentityFacts> ReadIdentityNumber(absl::string_view text) {
  if (text.empty()) return std::nullopt;
  if (const auto facts = ReadNormalIdentityNumber(text)) return facts;
  const auto number = ParseIdentityNumber(text);
  if (!number.ok()) return std::nullopt;
  return IdentityFacts{number->birth_date, number->sex};
}

std::string MaskIdentityNumber(absl::string_view text) {
  return MaskMiddle(text, kMaskFront, kMaskBack);
}

}  // namespace bangfu::domain
