#include "server/identity/account_rights.h"

#include "domain/rules/permission_table.h"
#include "server/identity/identity_errors.h"

namespace bangfu::server {
namespace {

// The narrower of two subtrees; empty when neither lies in the other.
std::string Narrower(absl::string_view one, absl::string_view other) {
  if (domain::IsWithin(one, other)) return std::string(one);
  if (domain::IsWithin(other, one)) return std::string(other);
  return std::string();
}

// What the holder of the certificate may concern itself with at all.
std::string ReachOf(const domain::OrgTree& orgs, const Principal& node) {
  return node.kind == v1::NODE_KIND_SERVER ? node.org : orgs.ReadScope(node.org);
}

}  // namespace

absl::string_view OrgOfNode(absl::string_view node) { return node.substr(0, node.find('/')); }

bool IsRelayed(const Asker& asker) { return asker.desk != asker.node.Key(); }

std::string SignInScope(const domain::OrgTree& orgs, const Asker& asker) {
  const std::string reach = ReachOf(orgs, asker.node);
  if (!IsRelayed(asker)) return reach;
  const absl::string_view desk_org = OrgOfNode(asker.desk);
  if (asker.node.kind != v1::NODE_KIND_SERVER || !domain::IsWithin(desk_org, asker.node.org)) {
    return std::string();
  }
  return Narrower(orgs.ReadScope(desk_org), reach);
}

absl::StatusOr<std::string> ManagedScope(const Standing& standing, const Asker& asker,
                                         v1::Action action) {
  const std::string reach = SignInScope(*standing.orgs, asker);
  if (asker.person) {
    const std::string& own = asker.person->org();
    const std::string scope = Narrower(own, reach);
    if (scope.empty() || !domain::MayManage(*standing.orgs, action, *asker.person, own)) {
      return MayNotManage();
    }
    return scope;
  }
  // The operator of a server below reaches the root by that server's own certificate. A session
  // that is not good makes nobody an operator.
  const bool by_itself = asker.session.empty() && !IsRelayed(asker);
  if (asker.node.kind == v1::NODE_KIND_SERVER && by_itself) return reach;
  return NoSession();
}

bool Manages(const Standing& standing, const Asker& asker, v1::Action action,
             absl::string_view scope, absl::string_view org) {
  if (standing.orgs->Find(org) == nullptr || !domain::IsWithin(org, scope)) return false;
  return !asker.person || domain::MayManage(*standing.orgs, action, *asker.person, org);
}

}  // namespace bangfu::server
