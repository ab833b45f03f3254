#include "server/tls/certificate_keeper.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/limits.h"
#include "server/tls/node_key.h"

namespace bangfu::server {

absl::Time RenewalTimeOf(const CertificateFacts& facts) {
  return facts.issued + limits::kRenewAfter * (facts.not_after - facts.issued);
}

CertificateKeeper::CertificateKeeper(std::string dir, const Clock& clock, Renew renew)
    : dir_(std::move(dir)), clock_(clock), renew_(std::move(renew)) {}

absl::StatusOr<bool> CertificateKeeper::RenewIfDue() {
  const absl::Time now = clock_.Now();
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (renewing_ || (now >= failed_ && now - failed_ < kRenewalRetry)) return false;
    renewing_ = true;
  }
  absl::StatusOr<bool> renewed = LookAndRenew(now);
  const std::lock_guard<std::mutex> lock(mutex_);
  renewing_ = false;
  failed_ = renewed.ok() ? absl::InfinitePast() : now;
  return renewed;
}

absl::StatusOr<bool> CertificateKeeper::LookAndRenew(absl::Time now) {
  const absl::StatusOr<TlsBundle> bundle = LoadBundle(dir_, now);
  if (!bundle.ok()) return bundle.status();
  if (now < RenewalTimeOf(bundle->facts)) return false;
  return RenewNow(*bundle, now);
}

absl::StatusOr<bool> CertificateKeeper::RenewNow(const TlsBundle& old, absl::Time now) {
  const absl::StatusOr<NodeKey> key = MakeNodeKey();
  if (!key.ok()) return key.status();
  const absl::StatusOr<Renewed> renewed = renew_(key->csr_pem);
  if (!renewed.ok()) return renewed.status();
  const NewBundle bundle{renewed->ca_pem, renewed->certificate_pem, key->key_pem};
  const absl::StatusOr<TlsBundle> checked = CheckBundle(bundle, dir_, now);
  const absl::StatusOr<TlsBundle> trusted =
      CheckBundle({old.ca_pem, bundle.cert_pem, bundle.key_pem}, dir_, now);
  if (!checked.ok() || !trusted.ok() || !(checked->identity == old.identity)) {
    const absl::Status why = checked.ok() ? trusted.status() : checked.status();
    return UserError(absl::StatusCode::kFailedPrecondition,
                     {absl::StrCat("续期得到的证书不可用，继续使用原证书；请联系市级管理员。",
                                   why.ok() ? "" : TextOf(why).zh),
                      absl::StrCat("The renewed certificate cannot be used, the old one stays; ask "
                                   "the administrator of the city. ",
                                   why.ok() ? "" : TextOf(why).en)});
  }
  const absl::Status replaced = ReplaceBundle(dir_, bundle);
  if (!replaced.ok()) return replaced;
  return true;
}

}  // namespace bangfu::server
