#include "domain/life/step_actor.h"

#include "absl/strings/str_cat.h"
#include "domain/life/step.h"
#include "domain/rules/permission_table.h"

namespace bangfu::domain {
namespace {

using v1::Archive;
using v1::Change;

struct NamedPlace {
  Place place;
  Text name;
};

// Who may take the step, in words; empty when nobody may.
Text WhoMay(v1::Action action, v1::Tier tier) {
  const NamedPlace kPlaces[] = {
      {Place::kUnit, {"建档单位工会", "the filing unit"}},
      {Place::kBetween, {"其上级镇、街道工会", "the town or street union above it"}},
      {Place::kUnion, {"所属的区县、产业工会", "its district or industry union"}},
      {Place::kCenter, {"市职工服务中心", "the service center"}},
  };
  Text all;
  for (const NamedPlace& place : kPlaces) {
    if (SomebodyMay(action, place.place, tier) == Permission::kDenied) continue;
    absl::StrAppend(&all.zh, all.zh.empty() ? "" : "或", place.name.zh);
    absl::StrAppend(&all.en, all.en.empty() ? "" : " or ", place.name.en);
  }
  return all;
}

// The rule that says whose step it is.
absl::string_view RuleOf(const Change& change, bool tier_a) {
  switch (change.action_case()) {
    case Change::kApprove:
      return tier_a ? "R88" : "A33";
    case Change::kWithdraw:
      return tier_a ? "R39" : "A38";
    case Change::kDecideCause:
      return tier_a ? "R53" : "A38";
    case Change::kDeregister:
      return "R50";
    default:
      return "R39";
  }
}

}  // namespace

v1::Action ActionOf(const Change& change) {
  switch (change.action_case()) {
    case Change::kSubmit:
      return v1::ACTION_SUBMIT;
    case Change::kReview:
      return v1::ACTION_REVIEW;
    case Change::kApprove:
      return v1::ACTION_APPROVE;
    case Change::kReturn:
      return v1::ACTION_RETURN;
    case Change::kReport:
      return v1::ACTION_REPORT;
    case Change::kWithdraw:
      return v1::ACTION_WITHDRAW;
    case Change::kDeregister:
      return v1::ACTION_DEREGISTER;
    case Change::kMergeInto:
      return v1::ACTION_MERGE;
    case Change::kDecideCause:
      return v1::ACTION_DECIDE_CAUSE;
    case Change::kResolveConflict:
      return v1::ACTION_RESOLVE_CONFLICT;
    default:
      return v1::ACTION_UNSPECIFIED;
  }
}

Findings CheckStepActor(const Archive& archive, const Change& change, const OrgTree& orgs) {
  if (orgs.Find(archive.unit()) == nullptr || orgs.UnionOf(archive.unit()) == nullptr) {
    return {Error("R39", v1::FINDING_CODE_OUT_OF_SCOPE, "unit",
                  Text{"单位工会：不在组织名录中，或不属于任何区县、产业工会；请重新选择单位，"
                       "或由市总工会补充名录。",
                       "filing unit: is not in the dictionary of orgs or under no district or "
                       "industry union; choose it again or have the city union complete the "
                       "dictionary"})};
  }
  const v1::Action action = ActionOf(change);
  const v1::Tier tier = archive.tier();
  const Place place = PlaceOf(orgs, change.actor().org(), archive.unit());
  if (SomebodyMay(action, place, tier) != Permission::kDenied) return {};
  const Text step = StepLabel(change);
  const Text who = WhoMay(action, tier);
  if (who.zh.empty()) {
    return {Error("R41", v1::FINDING_CODE_NOT_PERMITTED, "tier",
                  Text{absl::StrCat("只有一级档案才录入全国系统，这份档案不能", step.zh,
                                    "；如应为一级档案，请先退回更正。"),
                       absl::StrCat("only tier A archives are recorded in the national system, so "
                                    "no ",
                                    step.en,
                                    " is possible; if it should be tier A, return it and "
                                    "correct the tier")})};
  }
  if (place == Place::kUnion && tier == v1::TIER_C && change.actor().org() == archive.unit()) {
    return {Error("R44", v1::FINDING_CODE_NOT_PERMITTED, "tier",
                  Text{"三级档案由镇、街道、企业工会建立；区县、产业工会自行建立的档案请改为二级。",
                       "archives of tier C are those of a town, street or enterprise union; what a "
                       "district or industry union files by itself is tier B, correct the tier"})};
  }
  return {Error(
      RuleOf(change, IsTierA(archive)), v1::FINDING_CODE_NOT_PERMITTED, "",
      Text{absl::StrCat("您所在的单位不能对这份档案进行", step.zh, "，请由", who.zh, "办理。"),
           absl::StrCat("your org may not take the step ", step.en,
                        " on this archive, leave it to ", who.en)})};
}

}  // namespace bangfu::domain
