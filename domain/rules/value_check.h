#ifndef BANGFU_DOMAIN_RULES_VALUE_CHECK_H_
#define BANGFU_DOMAIN_RULES_VALUE_CHECK_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "bangfu/v1/finding.pb.h"
#include "bangfu/v1/options.pb.h"
#include "base/error.h"
#include "domain/rules/org_tree.h"
#include "domain/text/civil_date.h"
#include "domain/text/date_text.h"
#include "domain/text/phone.h"
#include "domain/text/suspect_bytes.h"
#include "domain/text/uuid.h"

namespace bangfu::domain {

// What is wrong with one value and what to do, without the field's name and without the value.
struct ValueProblem {
  v1::FindingCode code;
  v1::Severity severity;
  Text text;
};

// Whether a date has to lie on or before today.
enum class DateRange { kPast, kAny };

// Checks a text that is not empty against the format of its field. `max_characters` is in Unicode
// code points. One text has one problem: the first in the order characters, length, format. Of an
// identity number that is right by itself the division is looked up (see division.h): one that is
// unknown, or was not in force at any time from birth to `today`, is a warning.
std::optional<ValueProblem> CheckTextValue(v1::Format format, absl::string_view text,
                                           int max_characters, DateRange range,
                                           absl::CivilDay today);

// Whether the text is an identity number, or bank card number, in which nothing is wrong and which
// is in the form in which it is kept.
bool IsRightIdentityNumber(absl::string_view text, const absl::CivilDay& today);
bool IsRightBankCard(absl::string_view text);

// Whether CheckTextValue has nothing to say about the text and that is quickly seen, as of nearly
// all texts. False says nothing.
inline bool IsPlainlyRight(v1::Format format, const absl::string_view& text, int max_characters,
                           DateRange range, const absl::CivilDay& today) {
  // A text has no more characters than bytes.
  if (text.size() > static_cast<size_t>(max_characters)) return false;
  // The usual formats first: processors guess such branches better than jumps through a table.
  if (format == v1::FORMAT_UUID) return IsUuid(text);
  if (format == v1::FORMAT_TEXT) return !HasSuspectBytes(text);
  if (format == v1::FORMAT_DATE) {
    const std::optional<absl::CivilDay> day = ParseIsoDate(text);
    return day && (range == DateRange::kAny || *day <= today);
  }
  switch (format) {
    case v1::FORMAT_PERSON_NAME:
      return !HasSuspectBytes(text);
    case v1::FORMAT_IDENTITY_NUMBER:
      return IsRightIdentityNumber(text, today);
    case v1::FORMAT_ORG:
      return IsOrgPath(text);
    case v1::FORMAT_PHONE:
      return IsKeptPhone(text);
    case v1::FORMAT_BANK_CARD:
      return IsRightBankCard(text);
    default:
      return false;
  }
}

// What is wrong with a date of which something is left out: its day, or two digits of its year.
// Nothing for other mistakes; what to write instead depends on where the date is written.
std::optional<ValueProblem> IncompleteDate(DateError error);

// Checks a whole number with both limits counted; `unit_zh` and `unit_en` as in "个月", "months".
std::optional<ValueProblem> CheckNumber(int64_t number, int64_t least, int64_t most,
                                        absl::string_view unit_zh, absl::string_view unit_en);

// Checks an amount in fen: from 0 (annex 1) to kMaxAmountFen.
std::optional<ValueProblem> CheckAmount(int64_t amount_fen);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_RULES_VALUE_CHECK_H_
