#ifndef BANGFU_SERVER_SERVICE_CERTIFICATE_CACHE_H_
#define BANGFU_SERVER_SERVICE_CERTIFICATE_CACHE_H_

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/authz/principal.h"

namespace bangfu::server {

// Certificates that are remembered, of a few kilobytes each.
inline constexpr size_t kMaxCachedCertificates = 4096;

// The principal that a certificate (PEM) names: node, org, kind, serial number and when it was
// issued. The certificate is one that TLS has verified. INVALID_ARGUMENT when it names no node.
absl::StatusOr<Principal> PrincipalOfCertificate(absl::string_view pem);

// Principals by the bytes of their certificates: a certificate is read once, not with every call.
// Bounded: when it is full it begins anew. Thread-safe.
class CertificateCache {
 public:
  using Reader = std::function<absl::StatusOr<Principal>(absl::string_view pem)>;
  explicit CertificateCache(Reader reader = PrincipalOfCertificate,
                            size_t capacity = kMaxCachedCertificates)
      : reader_(std::move(reader)), capacity_(capacity) {}

  // As PrincipalOfCertificate. Certificates that name no node are not remembered.
  absl::StatusOr<Principal> Find(absl::string_view pem);

  size_t size() const;

 private:
  const Reader reader_;
  const size_t capacity_;
  mutable std::mutex mutex_;
  std::map<std::string, Principal, std::less<>> principals_;  // by PEM; guarded by mutex_
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_CERTIFICATE_CACHE_H_
