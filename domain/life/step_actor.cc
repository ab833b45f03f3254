#include "domain/life/step_actor.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "domain/life/step.h"

namespace bangfu::domain {
namespace {

using v1::Archive;
using v1::Change;

enum class Who { kInOwner, kOwner, kOwnerOrCenter, kCenter, kUnitOrUnion, kNobody };

Who WhoTakes(const Change& change, bool tier_a) {
  switch (change.action_case()) {
    case Change::kSubmit:
      return Who::kInOwner;
    case Change::kReview:
      return tier_a ? Who::kOwner : Who::kInOwner;
    case Change::kReturn:
      return Who::kOwnerOrCenter;
    case Change::kReport:
      return tier_a ? Who::kCenter : Who::kNobody;
    case Change::kDeregister:
      return Who::kUnitOrUnion;
    case Change::kMergeInto:
      return Who::kCenter;
    default:
      return tier_a ? Who::kCenter : Who::kOwner;
  }
}

bool MayAct(Who who, const std::string& actor, const Archive& archive,
            const std::string& filing_union, const OrgTree& orgs) {
  const std::string& owner = archive.tier() == v1::TIER_C ? archive.unit() : filing_union;
  switch (who) {
    case Who::kInOwner:
      return IsWithin(actor, owner);
    case Who::kOwner:
      return actor == owner;
    case Who::kOwnerOrCenter:
      return actor == owner || orgs.IsServiceCenter(actor);
    case Who::kCenter:
      return orgs.IsServiceCenter(actor);
    case Who::kUnitOrUnion:
      return IsWithin(actor, archive.unit()) || actor == filing_union;
    case Who::kNobody:
      return false;
  }
  return false;
}

Text LabelOf(Who who, bool tier_c) {
  const Text owner = tier_c ? Text{"建档单位工会", "the filing unit itself"}
                            : Text{"建档单位所属的区县、产业工会",
                                   "the district or industry union of the filing unit"};
  switch (who) {
    case Who::kInOwner:
    case Who::kUnitOrUnion:
      if (who == Who::kInOwner && tier_c) return owner;
      return Text{"建档单位或其所属的区县、产业工会",
                  "the filing unit or its district or industry union"};
    case Who::kOwnerOrCenter:
      return Text{absl::StrCat(owner.zh, "或市职工服务中心"),
                  absl::StrCat(owner.en, " or the service center")};
    case Who::kCenter:
      return Text{"市职工服务中心", "the service center"};
    default:
      return owner;
  }
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

Findings CheckStepActor(const Archive& archive, const Change& change, const OrgTree& orgs) {
  const v1::Org* filing_union =
      orgs.Find(archive.unit()) == nullptr ? nullptr : orgs.UnionOf(archive.unit());
  if (filing_union == nullptr) {
    return {Error("R39", v1::FINDING_CODE_OUT_OF_SCOPE, "unit",
                  Text{"单位工会：不在组织名录中，或不属于任何区县、产业工会；请重新选择单位，"
                       "或由市总工会补充名录。",
                       "filing unit: is not in the dictionary of orgs or under no district or "
                       "industry union; choose it again or have the city union complete the "
                       "dictionary"})};
  }
  const bool tier_a = IsTierA(archive);
  const Who who = WhoTakes(change, tier_a);
  if (MayAct(who, change.actor().org(), archive, filing_union->id(), orgs)) return {};
  const Text step = StepLabel(change);
  if (who == Who::kNobody) {
    return {Error("R41", v1::FINDING_CODE_NOT_PERMITTED, "tier",
                  Text{absl::StrCat("只有一级档案才录入全国系统，这份档案不能", step.zh,
                                    "；如应为一级档案，请先退回更正。"),
                       absl::StrCat("only tier A archives are recorded in the national system, so "
                                    "no ",
                                    step.en,
                                    " is possible; if it should be tier A, return it and "
                                    "correct the tier")})};
  }
  const Text label = LabelOf(who, archive.tier() == v1::TIER_C);
  return {Error(
      RuleOf(change, tier_a), v1::FINDING_CODE_NOT_PERMITTED, "",
      Text{absl::StrCat("您所在的单位不能对这份档案进行", step.zh, "，请由", label.zh, "办理。"),
           absl::StrCat("your org may not take the step ", step.en,
                        " on this archive, leave it to ", label.en)})};
}

}  // namespace bangfu::domain
