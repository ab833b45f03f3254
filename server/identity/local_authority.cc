#include "server/identity/local_authority.h"

#include <utility>
#include <vector>

#include "server/identity/account_rights.h"

namespace bangfu::server {

absl::StatusOr<std::unique_ptr<LocalAuthority>> LocalAuthority::Create(
    IdentityStore& store, AuditStore& audit, CertificateIssuer& certificates,
    CurrentStanding current, const Clock& clock, Options options) {
  absl::StatusOr<PasswordHasher> hasher = PasswordHasher::Create(options.password_cost);
  if (!hasher.ok()) return hasher.status();
  return std::unique_ptr<LocalAuthority>(
      new LocalAuthority(store, audit, certificates, std::move(current), clock, std::move(options),
                         *std::move(hasher)));
}

LocalAuthority::LocalAuthority(IdentityStore& store, AuditStore& audit,
                               CertificateIssuer& certificates, CurrentStanding current,
                               const Clock& clock, Options options, PasswordHasher hasher)
    : store_(store),
      audit_(audit),
      certificates_(certificates),
      current_(std::move(current)),
      clock_(clock),
      hasher_(std::move(hasher)),
      token_keys_(store, clock, std::move(options.self)) {}

absl::Status LocalAuthority::KeepTokenKeys() { return token_keys_.Current().status(); }

absl::StatusOr<v1::IssueCertificateResponse> LocalAuthority::IssueCertificate(
    const Asker& asker, const v1::IssueCertificateRequest& request) {
  return certificates_.IssueCertificate(asker, request);
}

absl::Status LocalAuthority::RevokeNode(const Asker& asker, const v1::RevokeNodeRequest& request) {
  return certificates_.RevokeNode(asker, request);
}

absl::Status LocalAuthority::Refuse(const Asker& asker, const AccountAct& act,
                                    const absl::Status& refusal) {
  const absl::Status entered = audit_.Append({EntryOf(asker, act, "", "", refusal, clock_.Now())});
  return entered.ok() ? refusal : entered;
}

void LocalAuthority::Announce() {
  // The change is committed; when the store cannot be asked now, the next request asks again.
  (void)current_();
}

}  // namespace bangfu::server
