#include "server/authz/permissions.h"

namespace bangfu::server {
bool MayAccess(const domain::OrgTree& orgs, const Principal& principal,
               absl::string_view record_org) {
  if (orgs.Find(principal.org) == nullptr) return false;
  return domain::IsWithin(record_org, orgs.ReadScope(principal.org));
}

bool MaySpeakFor(const domain::OrgTree& orgs, const Principal& principal,
                 absl::string_view actor_org) {
  // A unit that was re-zoned since was below the node when its people entered the change.
  const bool known = orgs.Find(actor_org) != nullptr || orgs.FindSuccessor(actor_org) != nullptr;
  return orgs.Find(principal.org) != nullptr && known && domain::IsWithin(actor_org, principal.org);
}

}  // namespace bangfu::server
