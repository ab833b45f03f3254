#ifndef BANGFU_DOMAIN_TEXT_DIVISION_H_
#define BANGFU_DOMAIN_TEXT_DIVISION_H_

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"

namespace bangfu::domain {

// What is known of the first six digits of an identity number.
enum class DivisionStanding {
  kInForce,     // a division in which a number may have been issued between birth and `today`
  kNotInForce,  // a division of Hangzhou that had ended before the birth or begins after `today`
  kUnknown,     // no division of GB/T 2260, in no edition since 1980
};

// Looks the six digits of `code` up. They are those of the division at the time of issue (GB
// 11643), and a number is issued at birth or at any time after it and never changes: a code counts
// when it was in force on some day from `birth` to `today`. So 330183 (富阳, until 2014) is right
// for everybody born until then, for ever, and 330111 (富阳 since 2014) also for somebody born in
// 1970.
//
// Counties are known for Hangzhou with the years in which their codes were in force, both ends
// counted: in the year of a change offices used the old code and the new. Elsewhere only the first
// four digits are looked at (prefectures, and the groups in which counties under a province are
// coded), without years: the codes there are many and a unit in Hangzhou sees few of them.
//
// Sources: GB/T 2260 (1980 to 2007) and the yearly tables of county-level divisions by the Ministry
// of Civil Affairs.
DivisionStanding StandingOfDivision(absl::string_view code, absl::CivilDay birth,
                                    absl::CivilDay today);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_TEXT_DIVISION_H_
