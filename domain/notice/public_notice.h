#ifndef BANGFU_DOMAIN_NOTICE_PUBLIC_NOTICE_H_
#define BANGFU_DOMAIN_NOTICE_PUBLIC_NOTICE_H_

#include <optional>

#include "absl/time/civil_time.h"
#include "bangfu/v1/archive.pb.h"
#include "domain/rules/finding.h"

namespace bangfu::domain {

// A posting lasts at least this long, both ends counted (R91, A24): 03-03 … 03-09.
inline constexpr int kMinPostingDays = 7;

// Whether the publicity certificate (annex 2) may be issued on a day.
struct CertificateVerdict {
  bool may_issue = false;
  // The posting that counts; points into the archive. nullptr when none is recorded.
  const v1::Posting* posting = nullptr;
  // Day after the last day of that posting; nothing while something hinders that waiting does not
  // cure.
  std::optional<absl::CivilDay> first_possible;
  // Errors: why not. POSTING_TOO_SHORT, CERTIFICATE_TOO_EARLY, OBJECTION_STANDS.
  Findings hindrances;
};

// Whether the certificate may be issued on `today`: only after the last day of a posting of at
// least kMinPostingDays and with no objection standing (R92).
//
// The posting that counts is the one that began last by `today`; before the first has begun, the
// one that begins first. An objection counts when it was raised by the last day of its posting,
// with the unit or with the city (R99); one raised later is a complaint. Of those that count
//   an open one stands, whichever posting it is about
//   one that was upheld stands until a new posting begins after it was raised
//   one that the unit rejected as unfounded stands until then too, unless the service center
//   recorded a resolution (A25)
//   a retracted one does not stand.
//
// As of `today`: what was raised later is not known yet, what was resolved later is still open. A
// day that is not stated is taken as known.
CertificateVerdict MayIssueCertificate(const v1::Archive& archive, absl::CivilDay today);

// What is to be done on `today` about the posting that counts, by the same reading: what the first
// hindrance asks for, the certificate to be issued when none hinders it and none is held that could
// be issued on the day on which it was received, or else nothing.
v1::NextAction AfterPosting(const v1::Archive& archive, absl::CivilDay today);

// Postings and objections in order by themselves, and the certificate held (M5, of several the
// latest) against MayIssueCertificate, on `today` and on the day on which it was received. A
// posting that was too short is cured by posting again, so only the one that counts and those that
// are still to begin are too short. Says nothing of a certificate that is not there: CheckMaterials
// does. Nothing while neither posting nor objection is recorded: archives from before this system
// have the certificate only.
Findings CheckPublicNotice(const v1::Archive& archive, absl::CivilDay today);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_NOTICE_PUBLIC_NOTICE_H_
