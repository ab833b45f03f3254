#ifndef BANGFU_SERVER_TLS_BUNDLE_H_
#define BANGFU_SERVER_TLS_BUNDLE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/tls/node_identity.h"

namespace bangfu::server {

// What a node needs for mutual TLS, as gRPC takes it.
struct TlsBundle {
  std::string ca_pem;    // one authority, or old and new one while they change
  std::string cert_pem;  // the node's certificate
  std::string key_pem;   // secret: never log it

  NodeIdentity identity;  // in the certificate
  absl::Time not_after;   // the certificate is valid before this moment
};

// Reads ca.pem, node.pem and node.key from `dir` and checks that they belong together and are valid
// at `now`, which must be the machine's time: the other side checks against its own.
//
// Errors: NOT_FOUND, PERMISSION_DENIED naming the file; INVALID_ARGUMENT a file is broken, the key
// is
//         not the certificate's, or the certificate names no node; FAILED_PRECONDITION expired, not
//         yet valid, or not signed by an authority in ca.pem.
absl::StatusOr<TlsBundle> LoadBundle(const std::string& dir, absl::Time now);

// The node that a certificate (PEM) speaks for: its only bangfu:// URI. Says nothing about who
// signed it; for a peer, TLS has checked that.
//
// Errors: INVALID_ARGUMENT no certificate, or not exactly one valid node URI.
absl::StatusOr<NodeIdentity> IdentityOfCertificate(absl::string_view cert_pem);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_TLS_BUNDLE_H_
