#ifndef BANGFU_SERVER_TLS_CERTIFICATE_FACTS_H_
#define BANGFU_SERVER_TLS_CERTIFICATE_FACTS_H_

#include <openssl/x509.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/tls/node_identity.h"

namespace bangfu::server {

// What a node's certificate says.
struct CertificateFacts {
  NodeIdentity identity;
  std::string serial;     // hexadecimal, lower case, an even number of digits
  absl::Time not_before;  // valid from, inclusive
  absl::Time not_after;   // valid until, exclusive
  absl::Time issued;      // by the authority's clock; certificates begin kClockAllowance earlier
  std::vector<std::string> dns_names;
  std::vector<std::string> ip_addresses;  // textual, as inet_ntop(3) writes them
};

// Reads the first certificate in `pem`, in some tens of microseconds: what TLS has verified of a
// peer (gRPC's x509_pem_cert) may be read at every call. Says nothing about who signed it.
//
// Errors: INVALID_ARGUMENT no certificate, or not exactly one valid node URI.
absl::StatusOr<CertificateFacts> FactsOfCertificate(absl::string_view pem);
absl::StatusOr<CertificateFacts> FactsOfCertificate(const X509& certificate);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_TLS_CERTIFICATE_FACTS_H_
