#include "domain/rules/permission_table.h"

#include <algorithm>
#include <cstddef>

namespace bangfu::domain {
namespace {

// Sets of roles, places and tiers, one bit each.
using Set = unsigned;
constexpr Set Bit(int value) { return 1u << static_cast<unsigned>(value); }
constexpr Set Of(Place place) { return Bit(static_cast<int>(place)); }

constexpr Set kHandler = Bit(v1::ROLE_HANDLER);
constexpr Set kReviewer = Bit(v1::ROLE_REVIEWER);
constexpr Set kApprover = Bit(v1::ROLE_APPROVER);
constexpr Set kReporter = Bit(v1::ROLE_REPORTER);
constexpr Set kAuditor = Bit(v1::ROLE_AUDITOR);
constexpr Set kAdministrator = Bit(v1::ROLE_ADMINISTRATOR);
constexpr Set kSigners = kHandler | kReviewer | kApprover;

constexpr Set kUnit = Of(Place::kUnit);
constexpr Set kUnion = Of(Place::kUnion);
constexpr Set kCenter = Of(Place::kCenter);
constexpr Set kCityOffice = Of(Place::kCityOffice);
constexpr Set kFilingSide = kUnit | Of(Place::kBetween) | kUnion;
constexpr Set kEverybodyAbove = kFilingSide | kCenter | kCityOffice;

// A tier that is not stated is A: see MayAct.
constexpr Set kA = Bit(v1::TIER_A);
constexpr Set kB = Bit(v1::TIER_B);
constexpr Set kC = Bit(v1::TIER_C);
constexpr Set kAllTiers = kA | kB | kC;

constexpr v1::Owner kNoField = v1::OWNER_UNSPECIFIED;
constexpr Permission kYes = Permission::kAllowed;
constexpr Permission kWithReason = Permission::kAllowedWithReason;

struct Rule {
  v1::Action action;
  Set roles;
  Set places;
  Set tiers;
  v1::Owner owner;
  Permission permission;
};

// The table of docs/identity.md, row by row. What is not here is denied.
constexpr Rule kRules[] = {
    // Reading. The city union's offices read everything (R12), also with what is masked.
    {v1::ACTION_LIST, kSigners | kReporter | kAuditor, kEverybodyAbove, kAllTiers, kNoField, kYes},
    {v1::ACTION_READ, kSigners | kReporter | kAuditor, kEverybodyAbove, kAllTiers, kNoField, kYes},
    {v1::ACTION_UNMASK, kSigners, kEverybodyAbove, kAllTiers, kNoField, kWithReason},
    {v1::ACTION_UNMASK, kReporter, kCenter, kAllTiers, kNoField, kWithReason},

    // Fields: the filing side enters (R36), the center corrects with a reason (R35, A35).
    {v1::ACTION_CREATE, kHandler, kFilingSide, kAllTiers, v1::OWNER_FILING, kYes},
    {v1::ACTION_EDIT, kHandler, kFilingSide, kAllTiers, v1::OWNER_FILING, kYes},
    {v1::ACTION_EDIT, kHandler | kApprover, kCenter, kAllTiers, v1::OWNER_FILING, kWithReason},
    {v1::ACTION_EDIT, kHandler | kApprover, kCenter, kAllTiers, v1::OWNER_CENTER, kYes},

    // The three sign-offs: tier A ends at the center (R34, R88), B stays in its union (R42, A33), C
    // in its unit (R44).
    {v1::ACTION_SUBMIT, kHandler, kFilingSide, kA | kB, kNoField, kYes},
    {v1::ACTION_SUBMIT, kHandler, kUnit, kC, kNoField, kYes},
    {v1::ACTION_REVIEW, kReviewer, kUnion, kA, kNoField, kYes},
    {v1::ACTION_REVIEW, kReviewer, kFilingSide, kB, kNoField, kYes},
    {v1::ACTION_REVIEW, kReviewer, kUnit, kC, kNoField, kYes},
    {v1::ACTION_APPROVE, kApprover, kCenter, kA, kNoField, kYes},
    {v1::ACTION_APPROVE, kApprover, kUnion, kB, kNoField, kYes},
    {v1::ACTION_APPROVE, kApprover, kUnit, kC, kNoField, kYes},

    // Who approves also withdraws and decides on causes (R39, R53, A38).
    {v1::ACTION_WITHDRAW, kApprover, kCenter, kA, kNoField, kYes},
    {v1::ACTION_WITHDRAW, kApprover, kUnion, kB, kNoField, kYes},
    {v1::ACTION_WITHDRAW, kApprover, kUnit, kC, kNoField, kYes},
    {v1::ACTION_DECIDE_CAUSE, kApprover, kCenter, kA, kNoField, kYes},
    {v1::ACTION_DECIDE_CAUSE, kApprover, kUnion, kB, kNoField, kYes},
    {v1::ACTION_DECIDE_CAUSE, kApprover, kUnit, kC, kNoField, kYes},

    {v1::ACTION_RETURN, kReviewer | kApprover, kUnion | kCenter, kA | kB, kNoField, kYes},
    {v1::ACTION_RETURN, kReviewer | kApprover, kUnit | kCenter, kC, kNoField, kYes},
    {v1::ACTION_REPORT, kReporter, kCenter, kA, kNoField, kYes},                   // R39, R41
    {v1::ACTION_DEREGISTER, kHandler, kUnit | kUnion, kAllTiers, kNoField, kYes},  // R50
    {v1::ACTION_MERGE, kApprover, kCenter, kAllTiers, kNoField, kYes},
    {v1::ACTION_RESOLVE_CONFLICT, kSigners, kFilingSide | kCenter, kAllTiers, kNoField, kYes},
    {v1::ACTION_PREVIEW_MOVE, kSigners | kAdministrator, kEverybodyAbove, kAllTiers, kNoField,
     kYes},
};

// Where something may be done that is about no record.
enum class Reach {
  kOwnOrg,  // what lies within the person's org
  kCity,    // by people of the city union itself
};

struct ManageRule {
  v1::Action action;
  Set roles;
  Reach reach;
};

constexpr ManageRule kManageRules[] = {
    {v1::ACTION_READ_AUDIT, kAuditor, Reach::kOwnOrg},
    {v1::ACTION_MANAGE_ACCOUNTS, kAdministrator, Reach::kOwnOrg},
    {v1::ACTION_MANAGE_NODES, kAdministrator, Reach::kOwnOrg},
    {v1::ACTION_MANAGE_ORGS, kAdministrator, Reach::kCity},
};

// The bit of a value that came over the line; none for one that this program does not know.
Set BitOf(int value, int count) { return value >= 0 && value < count ? Bit(value) : 0; }
Set BitOf(v1::Role role) { return BitOf(role, v1::Role_ARRAYSIZE); }
Set BitOf(v1::Tier tier) {
  return tier == v1::TIER_UNSPECIFIED ? kA : BitOf(tier, v1::Tier_ARRAYSIZE);
}

// Nobody may use a disabled account.
Set RolesOf(const v1::Person& person) {
  Set roles = 0;
  if (person.disabled()) return roles;
  for (const int role : person.roles()) roles |= BitOf(static_cast<v1::Role>(role));
  return roles;
}

Permission MostFor(v1::Action action, Set roles, Place place, v1::Tier tier, v1::Owner owner) {
  Permission most = Permission::kDenied;
  for (const Rule& rule : kRules) {
    if (rule.action == action && rule.owner == owner && (rule.roles & roles) != 0 &&
        (rule.places & Of(place)) != 0 && (rule.tiers & BitOf(tier)) != 0) {
      most = std::max(most, rule.permission);
    }
  }
  return most;
}

}  // namespace

Place PlaceOf(const OrgTree& orgs, absl::string_view person_org, absl::string_view record_org) {
  if (orgs.Find(person_org) == nullptr || !IsWithin(record_org, orgs.City()->id()))
    return Place::kOther;
  if (orgs.IsServiceCenter(person_org)) return Place::kCenter;
  if (orgs.IsCityOffice(person_org)) return Place::kCityOffice;
  const v1::Org* filing_union = orgs.UnionOf(record_org);
  if (filing_union == nullptr || !IsWithin(record_org, person_org)) return Place::kOther;
  if (person_org == filing_union->id()) return Place::kUnion;
  if (person_org == record_org) return Place::kUnit;
  return IsWithin(person_org, filing_union->id()) ? Place::kBetween : Place::kOther;
}

Permission MayAct(v1::Action action, v1::Role role, Place place, v1::Tier tier, v1::Owner owner) {
  return MostFor(action, BitOf(role), place, tier, owner);
}

Permission MayAct(v1::Action action, const v1::Person& person, Place place, v1::Tier tier,
                  v1::Owner owner) {
  return MostFor(action, RolesOf(person), place, tier, owner);
}

Permission SomebodyMay(v1::Action action, Place place, v1::Tier tier, v1::Owner owner) {
  return MostFor(action, ~Set{0}, place, tier, owner);
}

bool MayManage(const OrgTree& orgs, v1::Action action, const v1::Person& person,
               absl::string_view org) {
  const v1::Org* own = orgs.Find(person.org());
  if (own == nullptr || !IsWithin(org, person.org())) return false;
  const Set roles = RolesOf(person);
  for (const ManageRule& rule : kManageRules) {
    if (rule.action == action && (rule.roles & roles) != 0 &&
        (rule.reach == Reach::kOwnOrg || own == orgs.City())) {
      return true;
    }
  }
  return false;
}

}  // namespace bangfu::domain
