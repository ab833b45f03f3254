#ifndef BANGFU_DOMAIN_TEXT_PHONE_H_
#define BANGFU_DOMAIN_TEXT_PHONE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "domain/text/parsed.h"

namespace bangfu::domain {

// Digits of telephone numbers in mainland China (MIIT, 电信网编号计划, 2017).
inline constexpr int kMobileDigits = 11;
inline constexpr int kMinLocalDigits = 7;
inline constexpr int kMaxLocalDigits = 8;
inline constexpr int kMaxExtensionDigits = 6;

enum class PhoneKind { kMobile, kLandline };

struct Phone {
  PhoneKind kind;
  // For keeping and comparing: 13805710000; 0571-86762610; 86762610 when no area code was given;
  // with an extension 0571-86762610-8012.
  std::string number;
};

enum class PhoneError {
  kEmpty,
  kNumericDamage,  // 1.38E+10 from a numeric spreadsheet cell: format the column as text and type
                   // the number again
  kCharacters,     // something that belongs in no telephone number
  kFormat,         // neither a mobile nor a landline number, or more than one
};

// Reads one telephone number:
// - mobile: 1, a digit 3 to 9, nine more; a trunk 0 before it is dropped;
// - landline: area code (010, 02x or 03xx to 09xx), then 7 or 8 digits not starting with 0 or 1; 8
// after 010 and 02x;
//   or a local number alone;
// - extension of a landline: 1 to 6 digits after 转, ext, x, # or a hyphen.
// Country code +86, 0086 or 86-, hyphens, parentheses, blanks and full-width forms are understood.
// Service numbers (400, 12351) reach no family and are kFormat.
Parsed<Phone, PhoneError> ParsePhone(absl::string_view text);

// Whether `text` is a telephone number without extension in the form in which numbers are kept.
// ParsePhone tells more, this allocates nothing.
bool IsKeptPhone(absl::string_view text);

// For screens and logs: the first 3 and last 4 characters, 138****0000. See MaskMiddle.
std::string MaskPhone(absl::string_view text);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_TEXT_PHONE_H_
