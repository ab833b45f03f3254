#ifndef BANGFU_SERVER_AUTHZ_PRINCIPAL_H_
#define BANGFU_SERVER_AUTHZ_PRINCIPAL_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "bangfu/v1/identity.pb.h"

namespace bangfu::server {

// Who calls: the node named in the client certificate (docs/identity.md).
struct Principal {
  std::string node;  // "gongye-desktop"
  std::string org;   // "hz.gongye"
  // Replica that sends, when it said so: two desktops with one certificate are two writers.
  std::string replica{};
  // A server vouches for the people of its subtree; a desk brings sessions.
  v1::NodeKind kind = v1::NODE_KIND_SERVER;
  // Of the certificate: serial number (hexadecimal, lower case) and when it was issued.
  std::string serial{};
  absl::Time issued = absl::InfinitePast();
  // Accounts whose sessions came with this call and are good.
  std::vector<std::string> signed_in{};

  // Name under which its pushes are logged; unique in the city.
  std::string Key() const { return org + "/" + node; }
  // Whose edits never conflict with each other.
  std::string Writer() const { return replica.empty() ? Key() : Key() + "#" + replica; }
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_AUTHZ_PRINCIPAL_H_
