#include "server/authz/actor_rights.h"

#include <algorithm>

namespace bangfu::server {
namespace {

using domain::Permission;
using domain::Place;

constexpr Place kPlaces[] = {Place::kUnit,   Place::kBetween,    Place::kUnion,
                             Place::kCenter, Place::kCityOffice, Place::kOther};
constexpr v1::Tier kTiers[] = {v1::TIER_A, v1::TIER_B, v1::TIER_C};
constexpr v1::Owner kOwners[] = {v1::OWNER_UNSPECIFIED, v1::OWNER_FILING, v1::OWNER_CENTER,
                                 v1::OWNER_SERVER};

// Of a put, that one of its fields may be written.
template <typename PermissionOf>
bool AnyOwner(PermissionOf permission_of) {
  return std::any_of(std::begin(kOwners), std::end(kOwners),
                     [&](v1::Owner owner) { return permission_of(owner) != Permission::kDenied; });
}

bool RoleMay(v1::Action action, v1::Role role, Place place, v1::Tier tier) {
  return AnyOwner(
      [&](v1::Owner owner) { return domain::MayAct(action, role, place, tier, owner); });
}

template <typename Allowed>
std::vector<v1::Role> RolesWith(Allowed allowed) {
  std::vector<v1::Role> roles;
  for (int role = v1::Role_MIN; role <= v1::Role_MAX; ++role) {
    if (v1::Role_IsValid(role) && allowed(static_cast<v1::Role>(role)))
      roles.push_back(static_cast<v1::Role>(role));
  }
  return roles;
}

}  // namespace

const v1::Org* PresentOrg(const domain::OrgTree& orgs, absl::string_view path) {
  const v1::Org* org = orgs.Find(path);
  return org != nullptr ? org : orgs.FindSuccessor(path);
}

ActorRights ActorRights::OfPerson(const domain::OrgTree& orgs, const v1::Person& person,
                                  absl::string_view org) {
  ActorRights rights = OfOrg(orgs, org);
  rights.person_ = &person;
  return rights;
}

ActorRights ActorRights::OfOrg(const domain::OrgTree& orgs, absl::string_view org) {
  ActorRights rights;
  rights.orgs_ = &orgs;
  const v1::Org* present = PresentOrg(orgs, org);
  rights.org_ = present == nullptr ? std::string(org) : present->id();
  return rights;
}

Place ActorRights::PlaceTowards(absl::string_view record_org) const {
  return orgs_ == nullptr ? Place::kOther : domain::PlaceOf(*orgs_, org_, record_org);
}

Permission ActorRights::May(v1::Action action, absl::string_view record_org, v1::Tier tier,
                            v1::Owner owner) const {
  if (orgs_ == nullptr) return Permission::kDenied;
  const Place place = PlaceTowards(record_org);
  return person_ == nullptr ? domain::SomebodyMay(action, place, tier, owner)
                            : domain::MayAct(action, *person_, place, tier, owner);
}

bool ActorRights::MayAt(v1::Action action, Place place, v1::Tier tier) const {
  return AnyOwner([&](v1::Owner owner) {
    return person_ == nullptr ? domain::SomebodyMay(action, place, tier, owner)
                              : domain::MayAct(action, *person_, place, tier, owner);
  });
}

std::vector<v1::Role> ActorRights::RolesMissing(v1::Action action, absl::string_view record_org,
                                                v1::Tier tier) const {
  const Place place = PlaceTowards(record_org);
  if (MayAt(action, place, tier)) return {};
  return RolesWith([&](v1::Role role) { return RoleMay(action, role, place, tier); });
}

std::vector<v1::Role> ActorRights::RolesMissingEverywhere(v1::Action action) const {
  const auto anywhere = [](auto allowed) {
    return std::any_of(std::begin(kPlaces), std::end(kPlaces), [&](Place place) {
      return std::any_of(std::begin(kTiers), std::end(kTiers),
                         [&](v1::Tier tier) { return allowed(place, tier); });
    });
  };
  if (anywhere([&](Place place, v1::Tier tier) { return MayAt(action, place, tier); })) return {};
  return RolesWith([&](v1::Role role) {
    return anywhere([&](Place place, v1::Tier tier) { return RoleMay(action, role, place, tier); });
  });
}

}  // namespace bangfu::server
