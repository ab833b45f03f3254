#include "server/upstream/placement.h"

#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace bangfu::server {

absl::Status CheckPlacement(const Principal& self, const domain::OrgTree& orgs, bool has_upstream) {
  const v1::Org* city = orgs.City();
  if (city == nullptr) return absl::OkStatus();
  const bool is_city = self.org == city->id();
  if (is_city && has_upstream) {
    return UserError(
        absl::StatusCode::kFailedPrecondition,
        {absl::StrCat("本节点的证书属于市级单位 ", self.org,
                      "，市级节点没有上级；请去掉 upstream，或换用本单位的证书。"),
         absl::StrCat("This node's certificate is that of the city ", self.org,
                      ", which has no parent: remove upstream, or use the certificate of your own "
                      "org.")});
  }
  if (!is_city && !has_upstream) {
    return UserError(absl::StatusCode::kFailedPrecondition,
                     {absl::StrCat("本节点的证书属于 ", self.org, "，不是市级单位 ", city->id(),
                                   "；请用 upstream 指定上级节点的地址（市级节点须用市级证书）。"),
                      absl::StrCat("This node's certificate is that of ", self.org,
                                   ", not of the city ", city->id(),
                                   ": name the parent node with upstream (the city's own node "
                                   "needs the city's certificate).")});
  }
  return absl::OkStatus();
}

absl::Status CheckParent(const Principal& self, const v1::HandshakeResponse& parent) {
  const bool above =
      self.org != parent.server_org() && domain::IsWithin(self.org, parent.server_org());
  if (above && parent.org() == self.org && parent.node() == self.node) return absl::OkStatus();
  return UserError(
      absl::StatusCode::kFailedPrecondition,
      {absl::StrCat("upstream 指向的节点属于 ", parent.server_org(), "，不是本节点 ", self.org,
                    " 的上级；没有推送也没有拉取，请核对 upstream 的地址。"),
       absl::StrCat("The node at upstream is of ", parent.server_org(), ", which is not above ",
                    self.org, "; nothing was pushed or pulled. Check the address in upstream.")});
}

}  // namespace bangfu::server
