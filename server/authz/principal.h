#ifndef BANGFU_SERVER_AUTHZ_PRINCIPAL_H_
#define BANGFU_SERVER_AUTHZ_PRINCIPAL_H_

#include <string>

namespace bangfu::server {

// Who calls: the node named in the client certificate (URI bangfu://node/<org>/<node>).
struct Principal {
  std::string node;  // "gongye-desktop"
  std::string org;   // "hz.gongye"
  // Replica that sends, when it said so: two desktops with one certificate are two writers.
  std::string replica{};

  // Name under which its pushes are logged; unique in the city.
  std::string Key() const { return org + "/" + node; }
  // Whose edits never conflict with each other.
  std::string Writer() const { return replica.empty() ? Key() : Key() + "#" + replica; }
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_AUTHZ_PRINCIPAL_H_
