#ifndef BANGFU_TESTS_SECURITY_CERTIFICATES_H_
#define BANGFU_TESTS_SECURITY_CERTIFICATES_H_

#include <string>
#include <vector>

#include "absl/time/time.h"

namespace bangfu::security {

// What one end of a line shows and whom it believes, PEM. Without a certificate both are empty.
struct Credentials {
  std::string ca_pem;
  std::string certificate_pem;
  std::string key_pem;
};

// A certificate as somebody may want it, in order or not.
struct CertificateWish {
  std::vector<std::string> uris;
  absl::Duration begins = -absl::Hours(1);  // from now
  absl::Duration ends = absl::Hours(24);
  std::string digest = "SHA256";
  bool for_clients = true;   // extended key usage
  bool self_signed = false;  // by its own key, not by the authority
  std::string key_of{};      // PEM: not a new key but this one
  std::string serial_hex{};  // hexadecimal; empty: random
};

// Signs a certificate with the authority in `authority` (a folder of server/tls), whatever is
// wished. Ends the program when OpenSSL fails.
Credentials MakeCertificate(const std::string& authority, const CertificateWish& wish);

}  // namespace bangfu::security

#endif  // BANGFU_TESTS_SECURITY_CERTIFICATES_H_
