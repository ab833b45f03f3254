#ifndef BANGFU_DOMAIN_TEXT_CIVIL_DATE_H_
#define BANGFU_DOMAIN_TEXT_CIVIL_DATE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace bangfu::domain {

// Years a written date may have. GB 11643's own example was born in 1880; 9999 stands for "no end".
inline constexpr int kMinYear = 1800;
inline constexpr int kMaxYear = 9999;

// Serial numbers of the spreadsheet's 1900 date system: 1 is 1900-01-01, the last is 9999-12-31.
// Serial 60 is 1900-02-29, a day that never was, kept by spreadsheets for compatibility with Lotus
// 1-2-3. Source: ECMA-376 part 1, 18.17.4.1; Microsoft, "Excel incorrectly assumes that the year
// 1900 is a leap year".
inline constexpr double kMinExcelSerial = 1;
inline constexpr int kExcelPhantomSerial = 60;
inline constexpr double kMaxExcelSerial = 2958465;

// The day year-month-day, or nothing when there is no such day or the year is outside
// kMinYear..kMaxYear.
std::optional<absl::CivilDay> RealDay(int year, int month, int day);

// Reads a date as people write it: 1985年7月28日 (or 号, or neither), 1990.7.12, 1997-06-05,
// 1997/6/5, 19970605; digits and signs may be full-width, blanks around are ignored. Nothing when
// it is anything else or not a real day; two-digit years and dates without a day are refused.
std::optional<absl::CivilDay> ParseDate(absl::string_view text);

// Reads YYYY-MM-DD and nothing else (RFC 3339 full-date).
std::optional<absl::CivilDay> ParseIsoDate(absl::string_view text);

// The day as YYYY-MM-DD.
std::string FormatDate(absl::CivilDay day);

// The day of a spreadsheet serial number in the 1900 date system; the time of day in its fraction
// is dropped. Nothing below kMinExcelSerial, from kMaxExcelSerial + 1 on, at kExcelPhantomSerial
// and for what is not a finite number.
std::optional<absl::CivilDay> FromExcelSerial(double serial);

// The same day of the month `months` later (earlier when negative), or that month's last day when
// it has no such day: 2013-08-31 + 6 = 2014-02-28 (R52, A19, A20). The one function for month
// arithmetic: absl::CivilDay would roll over into the next month, and PostgreSQL follows rules of
// its own, so neither is asked.
absl::CivilDay AddMonths(absl::CivilDay day, int64_t months);

// The day `days` natural days later (earlier when negative). The first day is not counted: 03-01 +
// 15 = 03-16 (R48).
absl::CivilDay AddDays(absl::CivilDay day, int64_t days);

// Completed years of age on `day`, by AddMonths: somebody born on 29 February completes a year on
// 28 February. Nothing when `day` is before the birth.
std::optional<int> AgeOn(absl::CivilDay birth, absl::CivilDay day);

// The time zone of all business dates (A23): UTC+8, right for Asia/Shanghai since September 1991,
// when daylight saving time ended. A fixed offset on purpose: the instants we handle are entry and
// receipt times of this system, and the result must not depend on whether a machine has the time
// zone database.
absl::TimeZone ShanghaiTimeZone();

// The civil day, and the year, at that instant in ShanghaiTimeZone().
absl::CivilDay ShanghaiDay(absl::Time time);
int ShanghaiYear(absl::Time time);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_TEXT_CIVIL_DATE_H_
