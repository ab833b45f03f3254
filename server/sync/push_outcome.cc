#include "server/sync/push_outcome.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "domain/record/field_values.h"

namespace bangfu::server {

using domain::Error;
using domain::Findings;

v1::Outcome Applied(v1::Verdict verdict, const WorkingRecord& record, Findings findings) {
  v1::Outcome outcome;
  outcome.set_verdict(verdict);
  outcome.set_revision(record.stored.revision);
  for (v1::Finding& finding : findings) *outcome.add_findings() = std::move(finding);
  return outcome;
}

v1::Outcome Refuse(Findings findings, const WorkingRecord* record) {
  v1::Outcome outcome;
  outcome.set_verdict(v1::VERDICT_REFUSED);
  for (v1::Finding& finding : findings) *outcome.add_findings() = std::move(finding);
  if (record != nullptr) outcome.set_revision(record->stored.revision);
  Attach(record, outcome);
  return outcome;
}

void Attach(const WorkingRecord* record, v1::Outcome& outcome) {
  if (record != nullptr) *outcome.mutable_record() = Batch::Wire(*record);
}

v1::Finding NotFound() {
  return Error(
      "R35", v1::FINDING_CODE_NOT_FOUND, "",
      {"在您的管辖范围内没有这份档案；请先同步。", "No such record in your scope; sync first."});
}

v1::Finding NotSpeakingFor() {
  return Error("R35", v1::FINDING_CODE_NOT_PERMITTED, "actor.org",
               {"本节点不能代表该单位的人员提交变更。",
                "This node may not bring changes of people of that org."});
}

v1::Finding ChangeIdReused() {
  return Error("R35", v1::FINDING_CODE_CHANGE_ID_REUSED, "change_id",
               {"该变更标识已用于另一项变更；请重新录入。",
                "This change_id was used for another change; enter it again."});
}

v1::Finding CannotWriteField() {
  return Error("R28", v1::FINDING_CODE_MALFORMED, "changed_fields",
               {"变更的字段无法写入；请升级本节点或客户端后重新录入。",
                "A changed field cannot be written; update this node or the client and enter it "
                "again."});
}

v1::Finding HasEnded() {
  return Error("R50", v1::FINDING_CODE_WRONG_STATUS, "status",
               {"档案已结束，修改已留存待处理；如需继续帮扶请重新建档。",
                "The archive has ended; the edit is kept for a decision. File again if help is "
                "still needed."});
}

v1::Finding HasMoved() {
  return Error("R35", v1::FINDING_CODE_RECORD_MOVED, "",
               {"档案已转出您的管辖范围；该变更已留存，由现管辖单位处理，请与其联系。",
                "The record has left your scope; the change is kept for those who have it now: "
                "ask them."});
}

v1::Finding HasMovedSince() {
  return domain::Warning("R35", v1::FINDING_CODE_RECORD_MOVED, "",
                         {"该变更已生效；其后档案转出了您的管辖范围。",
                          "The change took effect; the record has left your scope since."});
}

v1::Finding OutOfScope() {
  return Error("R58", v1::FINDING_CODE_OUT_OF_SCOPE, "unit",
               {"单位不在本节点的管辖范围内；请核对单位名称。",
                "The unit is not in this node's scope; check its name."});
}

v1::Finding NotEnteredHere() {
  return Error("R36", v1::FINDING_CODE_NOT_PERMITTED, "actor.org",
               {"档案由单位或其区县、产业工会录入。",
                "Records are entered by the unit or its district or industry union."});
}

v1::Finding ReasonMissing(const std::string& path) {
  return Error(
      "A35", v1::FINDING_CODE_REASON_MISSING, path,
      {"服务中心更正填报方的内容须说明理由；请用 --reason 写明。",
       "A correction of the filing side's fields needs a reason; give one with --reason."});
}

v1::Finding ChangedSinceRead(const google::protobuf::Descriptor& record, const std::string& path) {
  const std::string label = domain::LabelOfPath(record, path);
  return Error(
      "R39", v1::FINDING_CODE_CHANGED_SINCE_READ, path,
      {absl::StrCat("“", label, "”在您查看之后已被修改，未予办理；请同步后重新查看。"),
       absl::StrCat("The field ", path, " was changed since you read it; sync and read again.")});
}

v1::Finding LeftOut(const google::protobuf::Descriptor& record, const std::string& path) {
  const std::string label = domain::LabelOfPath(record, path);
  if (domain::OwnerOfPath(record, path) == v1::OWNER_FILING) {
    return Error(
        "R89", v1::FINDING_CODE_WRONG_STATUS, path,
        {absl::StrCat("“", label,
                      "”在提交后不得由填报方更改，未采用；请由服务中心更正或退回后修改。"),
         absl::StrCat("The field ", path,
                      " is fixed by submission and was left out; the service center corrects it, "
                      "or returns the archive.")});
  }
  return Error("A35", v1::FINDING_CODE_FIELD_NOT_OWNED, path,
               {absl::StrCat("“", label, "”不由您填写，未采用。"),
                absl::StrCat("The field ", path, " is not yours to write and was left out.")});
}

v1::Finding HasAnArchive(const std::string& masked, const std::string& holder) {
  return Error(
      "R28", v1::FINDING_CODE_DUPLICATE_PERSON, "identity_number",
      {absl::StrCat("证件号 ", masked, " 已在", holder,
                    "的有效档案中（一户一档）；已留存，由市职工服务中心裁定。"),
       absl::StrCat("The person ", masked, " is in a live archive of ", holder,
                    " already (one household, one archive); kept for the service center to "
                    "decide.")});
}

}  // namespace bangfu::server
