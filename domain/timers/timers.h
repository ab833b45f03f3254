#ifndef BANGFU_DOMAIN_TIMERS_TIMERS_H_
#define BANGFU_DOMAIN_TIMERS_TIMERS_H_

#include <vector>

#include "bangfu/v1/codes.pb.h"
#include "bangfu/v1/timer.pb.h"
#include "domain/rules/case.h"
#include "domain/rules/finding.h"

namespace bangfu::domain {

// Visits that are due in each year from the filing (R47).
inline constexpr int kVisitsPerYear = 2;
// Years from the filing for which visits are answered; the newest are kept.
inline constexpr int kMaxVisitYears = 10;
// Days from the aid, its day not counted, to the last day of its entry (R48).
inline constexpr int kAidEntryDays = 15;
// Months without an entry of aid after which withdrawal is proposed (R49).
inline constexpr int kAidMonths = 12;
// Months without a new cause after which withdrawal of a temporary family is proposed (R52, A19).
inline constexpr int kNewCauseMonths = 6;
// Days from the visit that found a household no longer eligible to the last day of its
// deregistration, while no policy states it (R50, R51). Assumed: the notice gives no number.
inline constexpr int kAssumedDeregistrationDays = 15;
// Days before the end of a contract or certificate from which it is announced, while no policy
// states it (R20, R21). Assumed.
inline constexpr int kAssumedExpiryNoticeDays = 30;

// The timers of one case as of `context.today`: what was entered after that day is not known yet.
// A record without entry time (from a file) counts as known from its own day on. Order: by kind,
// then start, then subject. A date that cannot be read starts nothing (see CheckValues).
//
//   visits          one for each year from `filed_on` that overlaps established_on … today (R47)
//   aid entry       one for each aid event whose entry time is known (R48)
//   aid of the year one; starts again with each entry of aid, on the day of the entry (R49)
//   new cause       one, temporary families only; starts again with each report (R52)
//   cause decision  one for each undecided report of a temporary family (R53)
//   deregistration  one when a visit found the household no longer eligible and no later one found
//                   it eligible again (R50); stays, met or met late, when it is deregistered
//   posting         one, for the latest posting (R91)
//   contract        one, for the contract that ends last, migrant workers only (R20)
//   certificate     one, for the certificate that ends last, its holders only (R21)
//
// Visits, aid of the year and causes run while the archive is established and has not ended,
// returns for supplement included; the day of the ending is outside. Posting, contract and
// certificate run from the draft on until the ending. Aid entry and deregistration stay after it.
// When `determined_category` is 意外致困户 by a decision of a later day, the family was temporary
// until then (R53).
std::vector<v1::Timer> TimersOf(const Case& c, const RuleContext& context);

// What the timers have to say: duties that were missed or met late, proposals, papers near their
// end, and aid dated before the establishment (先建档后帮扶, R48). Warnings only: a record is never
// refused for a missed deadline (A17). `field` is a path in the archive or in the case file
// ("visits[0190…].still_eligible"). Order: that of TimersOf, then aid before establishment by day.
// Says nothing about postings: see CheckPublicNotice.
Findings CheckTimers(const Case& c, const RuleContext& context);

// Whether the archive may be withdrawn for `basis` on `context.today`: the timer of R49 (NO_AID) or
// R52 (NO_NEW_CAUSE) is overdue; always for OTHER, never when the basis is not stated.
bool IsDue(const Case& c, const RuleContext& context, v1::WithdrawalBasis basis);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_TIMERS_TIMERS_H_
