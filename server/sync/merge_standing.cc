#include "server/sync/merge_standing.h"

#include <cstddef>

namespace bangfu::server {
namespace {

constexpr size_t kDrawCharacters = 17;  // "8000-000000000001": eight bytes of a UUID

Office OfficeOf(const domain::OrgTree& orgs, absl::string_view org) {
  if (orgs.IsCityOffice(org)) return Office::kCity;
  const v1::Org* above = orgs.UnionOf(org);
  return above != nullptr && above->id() == org ? Office::kUnion : Office::kUnit;
}

}  // namespace

Standing StandingOf(const domain::OrgTree& orgs, const v1::Actor& actor,
                    absl::string_view change_id) {
  Standing standing;
  standing.office = OfficeOf(orgs, actor.org());
  standing.change_id = std::string(change_id);
  standing.draw = change_id.size() < kDrawCharacters
                      ? standing.change_id
                      : standing.change_id.substr(change_id.size() - kDrawCharacters);
  return standing;
}

Standing StandingOf(const domain::OrgTree& orgs, const Revision& revision) {
  Standing standing = StandingOf(orgs, revision.actor, revision.change_id);
  if (revision.pushed_by == kFromUpstream) standing.office = Office::kAuthority;
  return standing;
}

}  // namespace bangfu::server
