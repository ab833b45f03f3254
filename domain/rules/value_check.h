#ifndef BANGFU_DOMAIN_RULES_VALUE_CHECK_H_
#define BANGFU_DOMAIN_RULES_VALUE_CHECK_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "bangfu/v1/finding.pb.h"
#include "bangfu/v1/options.pb.h"
#include "base/error.h"
#include "domain/text/date_text.h"

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
