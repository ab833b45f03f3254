#ifndef BANGFU_DOMAIN_RULES_ARCHIVE_NUMBER_H_
#define BANGFU_DOMAIN_RULES_ARCHIVE_NUMBER_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace bangfu::domain {

// A unified number (R24–R27): prefix + 4-digit year + 4-digit sequence, "工业橡胶20130006".
struct ArchiveNumber {
  std::string prefix;
  int year = 0;      // 2000–2099 (R102)
  int sequence = 0;  // 1–9999 (A2)

  friend bool operator==(const ArchiveNumber&, const ArchiveNumber&) = default;
};

// Whether `prefix` can stand before year and sequence: not empty, without digits (the number could
// be read in two ways) and blanks, and in the normal form of NormalizeIdentifier.
bool IsNumberPrefix(absl::string_view prefix);

// Reads a number, after normalisation of width and blanks. nullopt when it is none: wrong year,
// sequence 0000, digits in the prefix's place, empty prefix.
std::optional<ArchiveNumber> ParseArchiveNumber(absl::string_view text);

// Writes a number: sequence with leading zeros.
std::string FormatArchiveNumber(const ArchiveNumber& number);

// The number after `last` (0 when none was given yet) of a prefix and year; nullopt when 9999 are
// given (A2), the year is not one of 2000–2099 (R102) or `prefix` is none.
std::optional<ArchiveNumber> NextArchiveNumber(absl::string_view prefix, int year, int last);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_RULES_ARCHIVE_NUMBER_H_
