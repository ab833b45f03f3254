#include "server/sync/step_place.h"

#include "absl/strings/str_cat.h"
#include "domain/life/step.h"
#include "domain/record/record_type.h"

namespace bangfu::server {

using domain::Error;

domain::Findings CheckPlace(const v1::Change& change, const v1::Archive& archive) {
  const bool of_the_case = change.has_withdraw() || change.has_decide_cause();
  const bool for_the_city =
      change.has_report() || change.has_merge_into() || (of_the_case && domain::IsTierA(archive));
  if (!for_the_city) return {};
  const Text step = domain::StepLabel(change);
  return {Error("A41", v1::FINDING_CODE_NOT_PERMITTED, "",
                {absl::StrCat(step.zh, "由市职工服务中心在市级节点办理；请连接市级节点后再办理。"),
                 absl::StrCat("The service center does this at the city's node only (", step.en,
                              "); connect to it and enter it again.")})};
}

v1::Finding OnlyTheCityEstablishes() {
  return Error("R39", v1::FINDING_CODE_NOT_PERMITTED, "number",
               {"一级档案由市职工服务中心在市级节点审批编号。",
                "Tier A archives are established and numbered at the city's node only."});
}

domain::Findings CheckMergeTarget(const WorkingRecord* target) {
  if (target == nullptr || target->archive() == nullptr) {
    return {Error("R39", v1::FINDING_CODE_NOT_FOUND, "merged_into",
                  {"要保留的档案不存在；请先同步，再重新选择。",
                   "There is no such archive to stay; sync first and choose again."})};
  }
  if (!domain::IsLive(target->archive()->status())) {
    return {Error("R39", v1::FINDING_CODE_WRONG_STATUS, "merged_into",
                  {"要保留的档案本身已终止；请选择一份有效的档案。",
                   "The archive that is to stay has ended itself; choose a live one."})};
  }
  return {};
}

}  // namespace bangfu::server
