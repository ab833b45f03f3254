#include "server/sync/actor_check.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/test_hooks.h"
#include "domain/codes/code_list.h"
#include "domain/life/step_actor.h"
#include "domain/record/record_type.h"
#include "server/authz/permissions.h"
#include "server/sync/push_outcome.h"

namespace bangfu::server {
namespace {

using domain::Error;

v1::Finding UnknownPerson() {
  return Error("R89", v1::FINDING_CODE_UNKNOWN_PERSON, "actor.person_id",
               {"没有这个账号，或账号已停用、不属于该单位；请由有效账号的人员重新录入，"
                "或请管理员核对账号。",
                "No such account, or it is disabled or of another org; let somebody with a valid "
                "account enter it again, or ask an administrator to check the account."});
}

v1::Finding NotSignedIn() {
  return Error("R89", v1::FINDING_CODE_NOT_SIGNED_IN, "actor.person_id",
               {"经办人没有在这台设备上登录，未接收；请登录后再同步。",
                "The actor has not signed in at this desk; sign in and sync again."});
}

Text WordOf(const google::protobuf::EnumDescriptor& list, int number) {
  const v1::ValueSpec& spec = domain::SpecOfCode(list, number);
  return {spec.label_zh(), spec.label_en()};
}

// The rule that says whose it is.
absl::string_view RuleOf(v1::Action action, v1::Tier tier) {
  const bool tier_a = tier == v1::TIER_UNSPECIFIED || tier == v1::TIER_A;
  switch (action) {
    case v1::ACTION_CREATE:
    case v1::ACTION_EDIT:
      return "R36";
    case v1::ACTION_APPROVE:
      return tier_a ? "R88" : "A33";
    case v1::ACTION_REPORT:
      return "R41";
    case v1::ACTION_WITHDRAW:
      return tier_a ? "R39" : "A38";
    case v1::ACTION_DECIDE_CAUSE:
      return tier_a ? "R53" : "A38";
    case v1::ACTION_DEREGISTER:
      return "R50";
    case v1::ACTION_RESOLVE_CONFLICT:
      return "A35";
    default:
      return "R39";
  }
}

v1::Finding RoleMissing(v1::Action action, v1::Tier tier, const std::vector<v1::Role>& roles) {
  const Text what = WordOf(*v1::Action_descriptor(), action);
  Text who;
  for (const v1::Role role : roles) {
    const Text word = WordOf(*v1::Role_descriptor(), role);
    absl::StrAppend(&who.zh, who.zh.empty() ? "" : "或", word.zh);
    absl::StrAppend(&who.en, who.en.empty() ? "" : " or ", word.en);
  }
  return Error(
      RuleOf(action, tier), v1::FINDING_CODE_ROLE_MISSING, "actor.person_id",
      {absl::StrCat("“", what.zh, "”须由有“", who.zh,
                    "”角色的人员办理，您的账号没有；请由其办理，或请管理员调整角色。"),
       absl::StrCat("To ", what.en, " takes the role of ", who.en,
                    ", which your account has not; leave it to them, or ask an administrator for "
                    "the role.")});
}

// Whether the paths are of one org, which may have become another one since.
bool IsSameOrg(const domain::OrgTree& orgs, const std::string& one, const std::string& other) {
  const v1::Org* present = PresentOrg(orgs, one);
  return present != nullptr && present == PresentOrg(orgs, other);
}

bool IsSignedIn(const Principal& principal, const std::string& person_id) {
  return std::count(principal.signed_in.begin(), principal.signed_in.end(), person_id) > 0;
}

}  // namespace

ActorCheck CheckActor(const domain::OrgTree& orgs, const Principal& principal,
                      const PeopleBook& people, const v1::Change& change) {
  const v1::Actor& actor = change.actor();
  ActorCheck check;
  if (!MaySpeakFor(orgs, principal, actor.org())) {
    check.problem = NotSpeakingFor();
    return check;
  }
  // Whatever is no server vouches for nobody.
  if (principal.kind != v1::NODE_KIND_SERVER && !IsSignedIn(principal, actor.person_id())) {
    check.problem = NotSignedIn();
    return check;
  }
  if (BANGFU_SEEDED_BUG("anybody_acts")) {
    check.rights = ActorRights::OfOrg(orgs, actor.org());
    return check;
  }
  const v1::Person* person = people.Find(actor.person_id());
  const bool known =
      person != nullptr && !person->disabled() && IsSameOrg(orgs, actor.org(), person->org());
  if (!known) {
    check.problem = UnknownPerson();
    return check;
  }
  check.person = person;
  check.rights = ActorRights::OfPerson(orgs, *person, actor.org());
  // A put of something that is not known here may be either.
  const v1::Action action = ActionOfChange(change, /*creates=*/false);
  const std::vector<v1::Role> missing = check.rights.RolesMissingEverywhere(action);
  if (!missing.empty()) check.problem = RoleMissing(action, v1::TIER_UNSPECIFIED, missing);
  return check;
}

bool IsHidden(const Principal& principal, const ActorRights& actor, absl::string_view record_org) {
  return principal.kind != v1::NODE_KIND_SERVER &&
         actor.PlaceTowards(record_org) == domain::Place::kOther;
}

std::optional<v1::Finding> FindMissingRole(const ActorRights& actor, v1::Action action,
                                           absl::string_view record_org, v1::Tier tier) {
  const std::vector<v1::Role> missing = actor.RolesMissing(action, record_org, tier);
  if (missing.empty()) return std::nullopt;
  return RoleMissing(action, tier, missing);
}

v1::Tier TierOf(Batch& batch, const WorkingRecord& record) {
  const WorkingRecord* holder =
      record.archive() != nullptr ? &record : batch.Find(domain::ParentIdOf(*record.message));
  return holder == nullptr || holder->archive() == nullptr ? v1::TIER_UNSPECIFIED
                                                           : holder->archive()->tier();
}

v1::Action ActionOfChange(const v1::Change& change, bool creates) {
  if (change.has_put()) return creates ? v1::ACTION_CREATE : v1::ACTION_EDIT;
  return domain::ActionOf(change);
}

}  // namespace bangfu::server
