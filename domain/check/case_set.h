#ifndef BANGFU_DOMAIN_CHECK_CASE_SET_H_
#define BANGFU_DOMAIN_CHECK_CASE_SET_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "domain/rules/case.h"
#include "domain/rules/finding.h"

namespace bangfu::domain {

// A finding about one archive among others, or about a unit.
struct SetFinding {
  const v1::Archive* archive = nullptr;  // nullptr: about the unit
  std::string unit;                      // org path
  v1::Finding finding;
};

// Rules that compare archives with each other, as of `context.today`. Archives with the same id are
// the same archive.
//
//   DUPLICATE_PERSON  error, each side: a person is worker or member in more than one live archive
//                     (one person, one archive). Others are named by their union and the masked
//                     identity number only. An archive that ended after that day is still live.
//   MALFORMED         error, each side: two records have the same id
//   NUMBER_REPEATED   error, each side: the same unified number, given or claimed (R26, A36);
//                     numbers are never used again, so ended archives count with theirs
//   NUMBER_GAP        warning, of the unit: numbers of a prefix and year are missing from 0001 to
//                     the highest (R26). It only says that an archive is not in the set.
//   DECEMBER_RUSH     warning, of the unit: the share of December in the filings of a complete year
//                     (or of the running one, in December) reaches the policy's percentage, and the
//                     year has at least as many filings as the policy asks for (R46, A30). Filings
//                     after that day do not count. Without policy: nothing.
//
// n log n in the number of archives. Order: archives as the cases come, then units by path; the
// order of the cases changes nothing else.
std::vector<SetFinding> CheckCaseSet(absl::Span<const Case> cases, const RuleContext& context);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_CHECK_CASE_SET_H_
