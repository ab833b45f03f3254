#include "client/cli/person_rights.h"

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "domain/rules/finding.h"
#include "domain/rules/label.h"

namespace bangfu::client {
namespace {

using domain::Permission;
using domain::Place;

constexpr char kRule[] = "R88";  // the sign-offs are those of handler, reviewer and approver
constexpr char kActor[] = "actor.person_id";

Place PlaceFor(const Session& session, const v1::Person& person, const ActedUpon& upon) {
  return domain::PlaceOf(session.orgs(), person.org(), upon.org);
}

// "经办或审批", "handler or approver": who may at this place; empty when nobody.
Text RolesFor(v1::Action action, Place place, const ActedUpon& upon) {
  Text roles;
  for (int number = v1::Role_MIN + 1; number <= v1::Role_MAX; ++number) {
    const auto role = static_cast<v1::Role>(number);
    if (domain::MayAct(action, role, place, upon.tier, upon.owner) == Permission::kDenied) continue;
    const Text word = domain::ValueLabel(*v1::Role_descriptor(), number);
    absl::StrAppend(&roles.zh, roles.zh.empty() ? "" : "或", word.zh);
    absl::StrAppend(&roles.en, roles.en.empty() ? "" : " or ", word.en);
  }
  return roles;
}

// Why the person may not.
Text Refusal(v1::Action action, const Text& roles) {
  const Text what = domain::ValueLabel(*v1::Action_descriptor(), action);
  if (roles.zh.empty()) {
    return {absl::StrCat("“", what.zh, "”不由您所在的单位办理，请由有权的单位办理。"),
            absl::StrCat("To ", what.en,
                         " is not for your org here; leave it to the one whose it "
                         "is.")};
  }
  return {
      absl::StrCat("“", what.zh, "”须由有“", roles.zh,
                   "”角色的人员办理，您的账号没有；请由其办理（用 --user 说明），或请管理员调整角色"
                   "后同步。"),
      absl::StrCat("To ", what.en, " takes the role of ", roles.en,
                   ", which your account has not; leave it to them (--user), or ask an "
                   "administrator for the role and sync.")};
}

}  // namespace

Permission MayAct(const Session& session, const v1::Person& person, v1::Action action,
                  const ActedUpon& upon) {
  return domain::MayAct(action, person, PlaceFor(session, person, upon), upon.tier, upon.owner);
}

std::optional<v1::Finding> FindMissingRole(const Session& session, const v1::Person& person,
                                           v1::Action action, const ActedUpon& upon) {
  if (MayAct(session, person, action, upon) != Permission::kDenied) return std::nullopt;
  const Text roles = RolesFor(action, PlaceFor(session, person, upon), upon);
  if (roles.zh.empty()) return std::nullopt;
  return domain::Error(kRule, v1::FINDING_CODE_ROLE_MISSING, kActor, Refusal(action, roles));
}

absl::Status CheckMayAct(const Session& session, const v1::Person& person, v1::Action action,
                         const ActedUpon& upon) {
  if (MayAct(session, person, action, upon) != Permission::kDenied) return absl::OkStatus();
  const Text roles = RolesFor(action, PlaceFor(session, person, upon), upon);
  return ErrorBuilder(absl::StatusCode::kPermissionDenied, v1::ERROR_REASON_NOT_PERMITTED,
                      Refusal(action, roles))
      .Build();
}

}  // namespace bangfu::client
