#ifndef BANGFU_SERVER_TLS_CERTIFICATE_AUTHORITY_H_
#define BANGFU_SERVER_TLS_CERTIFICATE_AUTHORITY_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/tls/certificate_facts.h"
#include "server/tls/node_identity.h"

namespace bangfu::server {

// Validity of an authority's own certificate.
inline constexpr absl::Duration kAuthorityValidity = absl::Hours(24 * 3650);

// Validity of a node's certificate; the default when the request gives none.
inline constexpr absl::Duration kMinNodeValidity = absl::Minutes(1);
inline constexpr absl::Duration kDefaultNodeValidity = absl::Hours(24 * 365);
inline constexpr absl::Duration kMaxNodeValidity = absl::Hours(24 * 1095);

// Certificates begin this much before they are issued: clocks at the grassroots are off.
inline constexpr absl::Duration kClockAllowance = absl::Hours(1);

// RFC 5280 ub-common-name, in characters.
inline constexpr size_t kMaxCommonNameCharacters = 64;

inline constexpr size_t kMaxSubjectNames = 32;   // DNS names and addresses of one certificate
inline constexpr size_t kMaxDnsNameBytes = 253;  // RFC 1035
inline constexpr size_t kMaxDnsLabelBytes = 63;  // RFC 1035

// What a node may do with its certificate (extended key usage, RFC 5280 4.2.1.12). A node with an
// upstream that also serves children needs both.
enum class CertificateRole { kServer, kClient, kBoth };

struct NodeCertificateRequest {
  std::string node_name;                          // see NodeIdentity
  std::string org;                                // see NodeIdentity
  NodeKind kind = NodeKind::kServer;              // see NodeIdentity
  std::vector<std::string> dns_names;             // what children dial; "*." in front is allowed
  std::vector<std::string> ip_addresses;          // IPv4 or IPv6, textual
  CertificateRole role = CertificateRole::kBoth;  // a desk is a client whatever is said here
  absl::Duration validity = kDefaultNodeValidity;
  absl::Time now;
};

// Makes a certificate authority in `dir`: ca.pem and ca.key (mode 0600, not encrypted; the folder
// belongs on the city's machine and into its backup). EC P-256, may sign node certificates only
// (path length 0), valid for kAuthorityValidity.
//
// Errors: ALREADY_EXISTS `dir` is not empty, an authority is never overwritten; INVALID_ARGUMENT
//         `common_name` is empty, not UTF-8 or longer than kMaxCommonNameCharacters.
absl::Status InitAuthority(const std::string& dir, absl::string_view common_name, absl::Time now);

struct SignedCertificate {
  std::string certificate_pem;
  std::string ca_pem;  // the authorities to trust
  CertificateFacts facts;
};

// Signs the key of a certificate request (PKCS #10, PEM) for the node that `request` describes.
// Nothing but the public key is taken from the certificate request.
//
// Errors: those of CheckCertificateRequest; INVALID_ARGUMENT, FAILED_PRECONDITION, NOT_FOUND,
//         PERMISSION_DENIED as IssueCertificate.
absl::StatusOr<SignedCertificate> SignCsr(const std::string& ca_dir, absl::string_view csr_pem,
                                          const NodeCertificateRequest& request);

// Makes a key and a certificate for a node and writes its bundle into the new folder `out_dir`:
// ca.pem, node.pem, node.key (mode 0600), complete or absent. The certificate carries the URI
// of its identity, the DNS names and addresses, a random 128-bit serial number and
// the usage of the role.
//
// Errors: INVALID_ARGUMENT the request breaks a limit above; ALREADY_EXISTS `out_dir` is not empty;
//         FAILED_PRECONDITION the authority is not valid now, or ends before the certificate would,
//         or its key does not match; NOT_FOUND, PERMISSION_DENIED ca.pem or ca.key.
absl::Status IssueCertificate(const std::string& ca_dir, const NodeCertificateRequest& request,
                              const std::string& out_dir);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_TLS_CERTIFICATE_AUTHORITY_H_
