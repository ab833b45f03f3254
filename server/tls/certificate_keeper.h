#ifndef BANGFU_SERVER_TLS_CERTIFICATE_KEEPER_H_
#define BANGFU_SERVER_TLS_CERTIFICATE_KEEPER_H_

#include <functional>
#include <mutex>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "server/tls/bundle.h"

namespace bangfu::server {

// After a renewal that failed, the next one is tried this much later.
inline constexpr absl::Duration kRenewalRetry = absl::Minutes(10);

// When a certificate is due for renewal: after limits::kRenewAfter of its life.
absl::Time RenewalTimeOf(const CertificateFacts& facts);

// Renews the certificate in a folder in time, with a new key. Whoever holds one calls it now and
// then. Thread-safe.
class CertificateKeeper {
 public:
  struct Renewed {
    std::string certificate_pem;
    std::string ca_pem;
  };
  // Has a certificate request (PEM) signed for the same node; may go over the network.
  using Renew = std::function<absl::StatusOr<Renewed>(const std::string& csr_pem)>;

  // The clock is the machine's and outlives the keeper.
  CertificateKeeper(std::string dir, const Clock& clock, Renew renew);

  // Renews when it is due and the last failure is long enough ago; returns whether it did. The new
  // bundle replaces the old one as one (ReplaceBundle), but only when it is for the same node and
  // key and an authority that is trusted already has signed it: a change of authorities is brought
  // by ca.pem first, and by certificates later.
  //
  // Errors: those of LoadBundle, also when the certificate has expired meanwhile: then only a new
  //         invitation helps; those of `renew`; FAILED_PRECONDITION the answer is not what was
  //         asked for.
  absl::StatusOr<bool> RenewIfDue();

 private:
  absl::StatusOr<bool> LookAndRenew(absl::Time now);
  absl::StatusOr<bool> RenewNow(const TlsBundle& old, absl::Time now);

  const std::string dir_;
  const Clock& clock_;
  const Renew renew_;
  std::mutex mutex_;
  bool renewing_ = false;                     // one at a time; guarded by mutex_
  absl::Time failed_ = absl::InfinitePast();  // guarded by mutex_
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_TLS_CERTIFICATE_KEEPER_H_
