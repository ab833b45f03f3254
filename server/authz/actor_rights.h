#ifndef BANGFU_SERVER_AUTHZ_ACTOR_RIGHTS_H_
#define BANGFU_SERVER_AUTHZ_ACTOR_RIGHTS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "bangfu/v1/identity.pb.h"
#include "domain/rules/org_tree.h"
#include "domain/rules/permission_table.h"

namespace bangfu::server {

// The org that `path` is now: itself, or the one that it has become or was merged into. nullptr
// when it is neither an org nor was one.
const v1::Org* PresentOrg(const domain::OrgTree& orgs, absl::string_view path);

// What somebody may do to records, by the permission table: the roles of a person, and the place of
// their org. `orgs` and `person` must outlive it.
class ActorRights {
 public:
  // Nobody: may do nothing.
  ActorRights() = default;
  // By the roles of the person, who acts for `org`.
  static ActorRights OfPerson(const domain::OrgTree& orgs, const v1::Person& person,
                              absl::string_view org);
  // What people of `org` may, each by their role: for the effect of a decision, whose right is
  // that to decide.
  static ActorRights OfOrg(const domain::OrgTree& orgs, absl::string_view org);

  // The org for which the actor acts, as it is called now.
  const std::string& org() const { return org_; }

  domain::Place PlaceTowards(absl::string_view record_org) const;

  // `owner` is that of the field for ACTION_CREATE and ACTION_EDIT. A record that is no archive has
  // the tier of its archive.
  domain::Permission May(v1::Action action, absl::string_view record_org, v1::Tier tier,
                         v1::Owner owner = v1::OWNER_UNSPECIFIED) const;
  // Roles that could do it there, when this actor has none of them; empty when the actor has one,
  // and when nobody of the org could. A put counts when one of its fields could be written.
  std::vector<v1::Role> RolesMissing(v1::Action action, absl::string_view record_org,
                                     v1::Tier tier) const;
  // The same whatever the record: roles that could do it anywhere, when the actor has none of them.
  std::vector<v1::Role> RolesMissingEverywhere(v1::Action action) const;

 private:
  bool MayAt(v1::Action action, domain::Place place, v1::Tier tier) const;

  const domain::OrgTree* orgs_ = nullptr;
  const v1::Person* person_ = nullptr;  // nullptr: whoever is of the org
  std::string org_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_AUTHZ_ACTOR_RIGHTS_H_
