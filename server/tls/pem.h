#ifndef BANGFU_SERVER_TLS_PEM_H_
#define BANGFU_SERVER_TLS_PEM_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/tls/openssl_handles.h"

namespace bangfu::server {

// The certificates in `pem`, in order, at least one. `source` names it in errors.
//
// Errors: INVALID_ARGUMENT no or unreadable certificate.
absl::StatusOr<std::vector<CertificateHandle>> ParseCertificates(absl::string_view pem,
                                                                 absl::string_view source);

// The unencrypted private key in `pem`.
//
// Errors: INVALID_ARGUMENT no or unreadable key.
absl::StatusOr<KeyHandle> ParseKey(absl::string_view pem, absl::string_view source);

// The certificate request (PKCS #10) in `pem`; nothing of it is checked.
//
// Errors: INVALID_ARGUMENT no or unreadable request.
absl::StatusOr<CertificateRequestHandle> ParseCertificateRequest(absl::string_view pem);

// PEM text of a certificate request. INTERNAL when out of memory.
absl::StatusOr<std::string> CertificateRequestToPem(const X509_REQ& request);

// PEM text of a certificate or an unencrypted private key (PKCS #8). INTERNAL when out of memory.
absl::StatusOr<std::string> CertificateToPem(const X509& certificate);
absl::StatusOr<std::string> KeyToPem(const EVP_PKEY& key);

// Validity as the certificate states it; InfinitePast or InfiniteFuture for an unreadable time, so
// that such a certificate is never valid.
absl::Time NotBeforeOf(const X509& certificate);
absl::Time NotAfterOf(const X509& certificate);

// INTERNAL with OpenSSL's own reason, after a call that fails only on lack of memory or entropy.
// Empties OpenSSL's error queue of this thread.
absl::Status OpenSslError(absl::string_view doing);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_TLS_PEM_H_
