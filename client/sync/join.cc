#include "base/error.h"
#include "client/sync/syncer.h"
#include "domain/rules/org_tree.h"

namespace bangfu::client {

absl::StatusOr<std::unique_ptr<Replica>> Join(ServerLink& link, absl::string_view server_address,
                                              const std::string& replica_path) {
  auto handshake = link.Handshake(v1::HandshakeRequest());
  if (!handshake.ok()) return handshake.status();
  auto orgs = link.GetOrgTree(0);
  if (!orgs.ok()) return orgs.status();
  if (!orgs->has_value()) {
    return UserError(
        absl::StatusCode::kFailedPrecondition,
        {"服务器还没有工会组织目录；请管理员先导入目录，再加入",
         "the server has no org tree yet; have its administrator load one, then join"});
  }
  if (auto built = domain::OrgTree::Build(**orgs); !built.ok()) return built.status();
  ReplicaIdentity identity;
  identity.server_address = std::string(server_address);
  identity.server_node = handshake->server_node();
  identity.server_org = handshake->server_org();
  identity.node = handshake->node();
  identity.org = handshake->org();
  identity.scope = handshake->scope();
  return Replica::Create(replica_path, identity, **orgs);
}

}  // namespace bangfu::client
