#include "server/service/certificate_cache.h"

#include <utility>

#include "server/tls/certificate_facts.h"

namespace bangfu::server {

absl::StatusOr<Principal> PrincipalOfCertificate(absl::string_view pem) {
  auto facts = FactsOfCertificate(pem);
  if (!facts.ok()) return facts.status();
  Principal principal{std::move(facts->identity.node), std::move(facts->identity.org)};
  principal.kind =
      facts->identity.kind == NodeKind::kDesk ? v1::NODE_KIND_DESK : v1::NODE_KIND_SERVER;
  principal.serial = std::move(facts->serial);
  principal.issued = facts->issued;
  return principal;
}

absl::StatusOr<Principal> CertificateCache::Find(absl::string_view pem) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = principals_.find(pem);
    if (found != principals_.end()) return found->second;
  }
  auto principal = reader_(pem);
  if (!principal.ok()) return principal;
  const std::lock_guard<std::mutex> lock(mutex_);
  if (principals_.size() >= capacity_) principals_.clear();
  principals_.emplace(std::string(pem), *principal);
  return principal;
}

size_t CertificateCache::size() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return principals_.size();
}

}  // namespace bangfu::server
