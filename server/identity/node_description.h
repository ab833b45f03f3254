#ifndef BANGFU_SERVER_IDENTITY_NODE_DESCRIPTION_H_
#define BANGFU_SERVER_IDENTITY_NODE_DESCRIPTION_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "bangfu/v1/enrollment_service.pb.h"
#include "bangfu/v1/identity.pb.h"
#include "server/tls/certificate_authority.h"
#include "server/tls/certificate_facts.h"

namespace bangfu::server {

v1::NodeKind KindOf(NodeKind kind);

// Name of the node in directory and audit log, "hz.fuyang/fuyang".
std::string KeyOf(const v1::NodeDescription& node);

// What a certificate says of its node.
v1::NodeDescription DescriptionOf(const CertificateFacts& facts);

// A certificate of limits::kCertificateLife for the node, beginning at `now`. A desk may be a
// client only and has no names. Names for whole domains ("*.") are the city's to give, by hand, and
// only the root renews its own. Errors: INVALID_ARGUMENT BAD_REQUEST, naming the field.
enum class Wildcards { kRefused, kAllowed };
absl::StatusOr<NodeCertificateRequest> CertificateRequestFor(
    const v1::NodeDescription& node, absl::Time now, Wildcards wildcards = Wildcards::kRefused);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_IDENTITY_NODE_DESCRIPTION_H_
