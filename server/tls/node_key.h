#ifndef BANGFU_SERVER_TLS_NODE_KEY_H_
#define BANGFU_SERVER_TLS_NODE_KEY_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/tls/openssl_handles.h"

namespace bangfu::server {

// Keys that the city's authority certifies: EC on P-256, P-384 or P-521, RSA of these sizes. Larger
// RSA keys only cost time.
inline constexpr int kMinRsaBits = 3072;
inline constexpr int kMaxRsaBits = 8192;

// A node's own key and what it asks a certificate with.
struct NodeKey {
  std::string key_pem;      // secret: never log it, never send it
  std::string csr_pem;      // PKCS #10 (RFC 2986), signed by the key
  std::string fingerprint;  // see FingerprintOf
};

// A new EC P-256 key. INTERNAL when out of memory or entropy.
absl::StatusOr<NodeKey> MakeNodeKey();

// The request and fingerprint of a key that there is already, to go on with what was begun.
// Errors: INVALID_ARGUMENT no readable key.
absl::StatusOr<NodeKey> NodeKeyOf(absl::string_view key_pem);

// The public key of a certificate request that may be certified.
struct RequestedKey {
  KeyHandle key;
  std::string fingerprint;
};

// Checks a certificate request: size (limits::kMaxCsrBytes), form, type and size of its key, and
// that whoever made it holds the key (its own signature, SHA-256 or better). Nothing else in it is
// looked at: what a certificate says comes from whoever approves it.
// Errors: INVALID_ARGUMENT BAD_REQUEST, naming csr_pem.
absl::StatusOr<RequestedKey> CheckCertificateRequest(absl::string_view csr_pem);

// SHA-256 of the SubjectPublicKeyInfo (RFC 5280 4.1.2.7): 64 hexadecimal digits in lower case, in
// 16 groups of four, with spaces, for people to compare.
absl::StatusOr<std::string> FingerprintOf(const EVP_PKEY& key);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_TLS_NODE_KEY_H_
