#include "domain/text/identity_number.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
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
  if (std::find(kProvinces.begin(), kProvinces.end(), number.substr(0, 2)) == kProvinces.end()) {
    return IdentityNumberError::kDivision;
  }
  const auto birth_date = ParseIsoDate(
      absl::StrCat(number.substr(6, 4), "-", number.substr(10, 2), "-", number.substr(12, 2)));
  if (!birth_date) return IdentityNumberError::kBirthDate;
  if (!CheckDigitAgrees(number)) return IdentityNumberError::kCheckDigit;
  const bool odd = (number[kBodyLength - 1] - '0') % 2 == 1;
  return IdentityNumber{.number = normalized,
                        .division_code = std::string(number.substr(0, 6)),
                        .birth_date = *birth_date,
                        .sex = odd ? Sex::kMale : Sex::kFemale};
}

std::string MaskIdentityNumber(absl::string_view text) {
  return MaskMiddle(text, kMaskFront, kMaskBack);
}

}  // namespace bangfu::domain
