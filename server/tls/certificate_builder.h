#ifndef BANGFU_SERVER_TLS_CERTIFICATE_BUILDER_H_
#define BANGFU_SERVER_TLS_CERTIFICATE_BUILDER_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/tls/certificate_authority.h"
#include "server/tls/openssl_handles.h"

namespace bangfu::server {

// Whether a node certificate may say what `request` asks for: identity, names, validity.
// Errors: INVALID_ARGUMENT.
absl::Status CheckNodeCertificateRequest(const NodeCertificateRequest& request);

// A certificate authority's own certificate, signed by its key. INVALID_ARGUMENT: the name is
// empty, not UTF-8 or too long.
absl::StatusOr<CertificateHandle> BuildAuthorityCertificate(EVP_PKEY& key,
                                                            absl::string_view common_name,
                                                            absl::Time now);

// A node's certificate for `public_key`, signed by the authority. Of the key only the public half
// is used. FAILED_PRECONDITION: the authority ends before the certificate would.
absl::StatusOr<CertificateHandle> BuildNodeCertificate(X509& issuer, EVP_PKEY& issuer_key,
                                                       const NodeCertificateRequest& request,
                                                       EVP_PKEY& public_key);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_TLS_CERTIFICATE_BUILDER_H_
