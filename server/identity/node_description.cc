#include "server/identity/node_description.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/limits.h"
#include "server/tls/certificate_builder.h"

namespace bangfu::server {
namespace {

absl::Status BadNode(absl::string_view field, const Text& text) {
  return ErrorBuilder(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_BAD_REQUEST, text)
      .Field(field, text.en)
      .Build();
}

}  // namespace

v1::NodeKind KindOf(NodeKind kind) {
  return kind == NodeKind::kDesk ? v1::NODE_KIND_DESK : v1::NODE_KIND_SERVER;
}

std::string KeyOf(const v1::NodeDescription& node) {
  return absl::StrCat(node.org(), "/", node.node());
}

v1::NodeDescription DescriptionOf(const CertificateFacts& facts) {
  v1::NodeDescription node;
  node.set_org(facts.identity.org);
  node.set_node(facts.identity.node);
  node.set_kind(KindOf(facts.identity.kind));
  for (const std::string& name : facts.dns_names) node.add_dns_names(name);
  for (const std::string& address : facts.ip_addresses) node.add_ip_addresses(address);
  return node;
}

absl::StatusOr<NodeCertificateRequest> CertificateRequestFor(const v1::NodeDescription& node,
                                                             absl::Time now, Wildcards wildcards) {
  const bool is_desk = node.kind() == v1::NODE_KIND_DESK;
  if (!is_desk && node.kind() != v1::NODE_KIND_SERVER) {
    return BadNode("node.kind",
                   {"须指明节点是服务器还是终端。", "Say whether the node is a server or a desk."});
  }
  if (is_desk && node.dns_names_size() + node.ip_addresses_size() > 0) {
    return BadNode("node.dns_names", {"终端没有下级，不能有域名或地址。",
                                      "A desk has no children and takes no names or addresses."});
  }
  for (const std::string& name : node.dns_names()) {
    if (wildcards == Wildcards::kRefused && absl::StrContains(name, '*')) {
      return BadNode("node.dns_names",
                     {"入网证书不能使用通配域名；请逐个写明主机名。",
                      "Certificates of enrolled nodes take no wildcards; name each host."});
    }
  }
  NodeCertificateRequest request;
  request.node_name = node.node();
  request.org = node.org();
  request.kind = is_desk ? NodeKind::kDesk : NodeKind::kServer;
  request.dns_names.assign(node.dns_names().begin(), node.dns_names().end());
  request.ip_addresses.assign(node.ip_addresses().begin(), node.ip_addresses().end());
  request.role = is_desk ? CertificateRole::kClient : CertificateRole::kBoth;
  request.validity = limits::kCertificateLife;
  request.now = now;
  if (const absl::Status checked = CheckNodeCertificateRequest(request); !checked.ok()) {
    return BadNode("node", TextOf(checked));
  }
  return request;
}

}  // namespace bangfu::server
