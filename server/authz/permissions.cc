#include "server/authz/permissions.h"

namespace bangfu::server {
bool MayAccess(const domain::OrgTree& orgs, const Principal& principal,
               absl::string_view record_org) {
  if (orgs.Find(principal.org) == nullptr) return false;
  return domain::IsWithin(record_org, orgs.ReadScope(principal.org));
}

bool MaySpeakFor(const domain::OrgTree& orgs, const Principal& principal,
                 absl::string_view actor_org) {
  return orgs.Find(principal.org) != nullptr && orgs.Find(actor_org) != nullptr &&
         domain::IsWithin(actor_org, principal.org);
}

}  // namespace bangfu::server
