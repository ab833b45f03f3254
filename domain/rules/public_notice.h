#ifndef BANGFU_DOMAIN_RULES_PUBLIC_NOTICE_H_
#define BANGFU_DOMAIN_RULES_PUBLIC_NOTICE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "bangfu/v1/archive.pb.h"
#include "domain/rules/case.h"
#include "domain/rules/finding.h"

namespace bangfu::domain {

// A posting lasts at least this long, both ends counted (R91, A24).
inline constexpr int kMinPostingDays = 7;

// Whether the publicity certificate (annex 2) may be issued on a day.
struct CertificateVerdict {
  bool may_issue = false;
  const v1::Posting* posting = nullptr;  // the posting that counts: the latest
  std::optional<absl::CivilDay>
      first_possible;   // day after its last day, when nothing else hinders
  Findings hindrances;  // errors
};

// Only after the last day of a posting of at least kMinPostingDays and with no objection of its
// period open or upheld (R92). An objection that the unit rejected as unfounded needs a new posting
// or a resolution of the service center (A25); one raised after the period is a complaint and does
// not count. As of `today`: what was raised or resolved later is not known yet.
CertificateVerdict MayIssueCertificate(const v1::Archive& archive, absl::CivilDay today);

// Postings and objections in order by themselves, and the certificate held (M5) not dated before it
// could be issued. Nothing while no posting is recorded: archives from before this system have the
// certificate only.
Findings CheckPublicNotice(const v1::Archive& archive, absl::CivilDay today);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_RULES_PUBLIC_NOTICE_H_
