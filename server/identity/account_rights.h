#ifndef BANGFU_SERVER_IDENTITY_ACCOUNT_RIGHTS_H_
#define BANGFU_SERVER_IDENTITY_ACCOUNT_RIGHTS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "domain/rules/org_tree.h"
#include "server/identity/authority.h"
#include "server/identity/standing.h"

// Whose accounts a call may touch (docs/identity.md).
namespace bangfu::server {

// Org of a node's name, "hz.fuyang/fuyang".
absl::string_view OrgOfNode(absl::string_view node);

// Whether a server hands on the call of somebody at another desk.
bool IsRelayed(const Asker& asker);

// Org path whose people may sign in by this call: what the desk reads (its own subtree, for the
// city's offices the city), and for a relayed call the subtree of the server. Empty for nobody: the
// desk is not below the server that speaks for it.
std::string SignInScope(const domain::OrgTree& orgs, const Asker& asker);

// Org path whose subtree's accounts or nodes the asker manages, by `action`: of a person who may
// within their own org, or of the operator of a server. UNAUTHENTICATED SIGN_IN_REQUIRED: a desk
// without a session, or a session that is not good · PERMISSION_DENIED NOT_PERMITTED
absl::StatusOr<std::string> ManagedScope(const Standing& standing, const Asker& asker,
                                         v1::Action action);

// Whether the asker, whose managed scope is `scope`, manages what belongs to `org`.
bool Manages(const Standing& standing, const Asker& asker, v1::Action action,
             absl::string_view scope, absl::string_view org);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_IDENTITY_ACCOUNT_RIGHTS_H_
