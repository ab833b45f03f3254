#ifndef BANGFU_SERVER_TLS_BUNDLE_H_
#define BANGFU_SERVER_TLS_BUNDLE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/tls/certificate_facts.h"
#include "server/tls/node_identity.h"

namespace bangfu::server {

// What a node needs for mutual TLS, as gRPC takes it.
struct TlsBundle {
  std::string ca_pem;    // one authority, or old and new one while they change
  std::string cert_pem;  // the node's certificate
  std::string key_pem;   // secret: never log it

  NodeIdentity identity;   // in the certificate
  absl::Time not_after;    // the certificate is valid before this moment
  CertificateFacts facts;  // all that the certificate says
};

// The parts of a bundle, not checked.
struct NewBundle {
  std::string ca_pem;
  std::string cert_pem;
  std::string key_pem;  // secret
};

// Checks that the parts belong together and are valid at `now`, as LoadBundle does; `dir` names
// them in errors.
absl::StatusOr<TlsBundle> CheckBundle(const NewBundle& parts, const std::string& dir,
                                      absl::Time now);

// Reads ca.pem, node.pem and node.key from `dir` and checks that they belong together and are valid
// at `now`, which must be the machine's time: the other side checks against its own.
//
// Sees the bundle before or after a ReplaceBundle, also one that is under way or broke off.
//
// Errors: NOT_FOUND, PERMISSION_DENIED naming the file; INVALID_ARGUMENT a file is broken, the key
//         is not the certificate's, or the certificate names no node; FAILED_PRECONDITION expired,
//         not yet valid, or not signed by an authority in ca.pem.
absl::StatusOr<TlsBundle> LoadBundle(const std::string& dir, absl::Time now);

// Puts a renewed bundle in the place of the one in `dir`: all of it or, as seen by LoadBundle,
// nothing, also after a crash at any moment. It is not checked here. Errors: as the file operations
// reported.
absl::Status ReplaceBundle(const std::string& dir, const NewBundle& bundle);

// The node that a certificate (PEM) speaks for: its only bangfu:// URI. Says nothing about who
// signed it; for a peer, TLS has checked that.
//
// Errors: INVALID_ARGUMENT no certificate, or not exactly one valid node URI.
absl::StatusOr<NodeIdentity> IdentityOfCertificate(absl::string_view cert_pem);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_TLS_BUNDLE_H_
