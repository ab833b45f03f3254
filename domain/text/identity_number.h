#ifndef BANGFU_DOMAIN_TEXT_IDENTITY_NUMBER_H_
#define BANGFU_DOMAIN_TEXT_IDENTITY_NUMBER_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "domain/text/parsed.h"

namespace bangfu::domain {

// The citizen identity number, GB 11643-1999: 6 digits of division, 8 of birth date, 3 of sequence,
// 1 check character.
inline constexpr int kIdentityNumberLength = 18;
// The form before 1999. Refused: it is no longer valid and has no check digit (A32).
inline constexpr int kOldIdentityNumberLength = 15;

enum class Sex { kMale, kFemale };

struct IdentityNumber {
  std::string number;         // normalised: 18 characters, the last may be 'X'
  std::string division_code;  // 6 digits, the division of the time of issue (GB/T 2260)
  absl::CivilDay birth_date;
  Sex sex;
};

// In the order in which they are looked for: one text has one mistake.
enum class IdentityNumberError {
  kEmpty,
  // Digits were lost in a numeric spreadsheet cell: format the column as text and type the number
  // again.
  kNumericDamage,
  kCharacters,  // something other than 17 digits and a final digit or X
  kLength15,    // an old number (A32)
  kLength,
  kDivision,    // the first two digits are no province
  kBirthDate,   // not a real day from kMinYear on; a future one is left to the caller
  kCheckDigit,  // ISO 7064 MOD 11-2
};

// Reads an identity number after NormalizeIdentifier, so full-width digits, blanks and a small x
// are fine. Of the division only the province is checked: codes below it change over the years and
// are not dictionary data here.
Parsed<IdentityNumber, IdentityNumberError> ParseIdentityNumber(absl::string_view text);

// What the digits of a valid number say of a person.
struct IdentityFacts {
  absl::CivilDay birth_date;
  Sex sex;
};

// The facts of a valid number that is written in its normal form, as numbers are kept; nothing for
// every other text, of which ParseIdentityNumber tells more. Allocates nothing: the rules read
// every number several times.
std::optional<IdentityFacts> ReadNormalIdentityNumber(absl::string_view text);

// The facts of a valid number, in whatever form it is written.
std::optional<IdentityFacts> ReadIdentityNumber(absl::string_view text);

// The check character, '0'..'9' or 'X', for the first 17 digits of `digits`.
// Requires at least 17 ASCII digits.
char ComputeCheckDigit(absl::string_view digits);

// True for an identity number that went through a numeric spreadsheet cell: "3.30104E+17", or 18
// digits of which only 15 are left (330104197903035000) and whose check digit is wrong.
bool LooksLikeSpreadsheetDamage(absl::string_view text);

// For screens and logs: the first 3 and last 2 characters, 330*************67. See MaskMiddle.
std::string MaskIdentityNumber(absl::string_view text);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_TEXT_IDENTITY_NUMBER_H_
