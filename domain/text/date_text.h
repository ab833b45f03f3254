#ifndef BANGFU_DOMAIN_TEXT_DATE_TEXT_H_
#define BANGFU_DOMAIN_TEXT_DATE_TEXT_H_

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "domain/text/parsed.h"

namespace bangfu::domain {

// Why a text is no date.
enum class DateError {
  kEmpty,
  kTwoDigitYear,  // "85年7月28日": the century is not to be guessed
  kNoDay,         // "1990年7月", "1990.7", "1990": the day is not to be invented
  kNotADay,       // anything else, also a day that is in no calendar
};

// Reads a date as registers write it: all that ParseDate reads, and behind it a time of day as
// spreadsheets and databases add one ("2014-03-10 00:00:00", "2014/3/10 8:30"); the time has to be
// one, 0:00 to 23:59:59, and is dropped.
Parsed<absl::CivilDay, DateError> ReadDate(absl::string_view text);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_TEXT_DATE_TEXT_H_
