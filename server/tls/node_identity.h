#ifndef BANGFU_SERVER_TLS_NODE_IDENTITY_H_
#define BANGFU_SERVER_TLS_NODE_IDENTITY_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bangfu::server {

// The longest label of an org path, and the longest node name. Keeps a node name a valid DNS label
// and common name.
inline constexpr size_t kMaxIdentityLabelBytes = 63;

// The deepest org path: city, district or industry, street, enterprise and room to spare.
inline constexpr size_t kMaxOrgLabels = 8;

// What a certificate is for: a server has children and vouches for its people, a desk vouches for
// nobody.
enum class NodeKind { kServer, kDesk };

// Who a certificate speaks for.
struct NodeIdentity {
  std::string org;   // dotted path of the org the node serves, "hz.fuyang"
  std::string node;  // unique within the city, "fuyang-1"
  NodeKind kind = NodeKind::kServer;

  friend bool operator==(const NodeIdentity&, const NodeIdentity&) = default;
};

// OK when `org` is one to kMaxOrgLabels labels separated by dots and `node` is one name. Both are 1
// to kMaxIdentityLabelBytes of a–z, 0–9 and '_'; a node name may have '-' too, which no org path
// has.
//
// Errors: INVALID_ARGUMENT, naming the part and the rule.
absl::Status CheckNodeIdentity(const NodeIdentity& identity);

// The URI in the certificate: bangfu://node/<org>/<node> for a server, bangfu://desk/<org>/<node>
// for a desk. `identity` must be valid.
std::string FormatNodeUri(const NodeIdentity& identity);

// The reverse. Strict: scheme and host in lower case, no port, query, escapes or trailing slash, so
// that one identity has one spelling.
//
// Errors: INVALID_ARGUMENT.
absl::StatusOr<NodeIdentity> ParseNodeUri(absl::string_view uri);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_TLS_NODE_IDENTITY_H_
