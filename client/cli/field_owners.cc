#include "client/cli/field_owners.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bangfu/v1/archive.pb.h"
#include "client/cli/person_rights.h"
#include "domain/life/lifecycle.h"
#include "domain/record/field_values.h"
#include "domain/rules/field_permission.h"

namespace bangfu::client {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::Message;

constexpr char kRule[] = "A35";
constexpr char kIdPath[] = "id";  // names the record; nobody writes it

v1::Finding NotOwned(const Descriptor& record, const std::string& path) {
  return domain::Error(
      kRule, v1::FINDING_CODE_FIELD_NOT_OWNED, path,
      {absl::StrCat("“", domain::LabelOfPath(record, path), "”不由您填写，请去掉这一项。"),
       absl::StrCat("The field \"", domain::LabelOfPath(record, path, domain::Language::kEnglish),
                    "\" is not yours to write; leave it out.")});
}

v1::Finding ReasonMissing(const std::string& path) {
  return domain::Error(kRule, v1::FINDING_CODE_REASON_MISSING, path,
                       {"服务中心更正填报方的内容须说明理由；请用 --reason 写明。",
                        "A correction of the filing side's fields needs a reason; give one with "
                        "--reason."});
}

v1::Finding Fixed(const Descriptor& record, const std::string& path) {
  return domain::Error(
      "R89", v1::FINDING_CODE_WRONG_STATUS, path,
      {absl::StrCat("“", domain::LabelOfPath(record, path),
                    "”在提交后不得由填报方更改；请由服务中心更正，或退回后修改。"),
       absl::StrCat(
           "The field \"", domain::LabelOfPath(record, path, domain::Language::kEnglish),
           "\" is fixed by submission; the service center corrects it, or returns the archive.")});
}

v1::Finding MayNotCreate() {
  return domain::Error("R36", v1::FINDING_CODE_NOT_PERMITTED, "",
                       {"帮扶、走访等信息由建档单位或其区县、产业工会录入，请由其办理。",
                        "Records are entered by the unit or its district or industry union; leave "
                        "it to them."});
}

// What the change writes.
std::vector<std::string> PathsOf(const Message& record, const v1::Put& put) {
  std::vector<std::string> paths(put.changed_fields().begin(), put.changed_fields().end());
  if (!paths.empty()) return paths;
  for (const auto& [path, value] : domain::ReadFields(record)) {
    if (path != kIdPath) paths.push_back(path);
  }
  return paths;
}

}  // namespace

domain::Findings CheckOwners(const Session& session, const v1::Person& person,
                             const std::string& org, v1::Tier tier, const Message& record,
                             const v1::Change& change) {
  const Descriptor& descriptor = *record.GetDescriptor();
  const auto* archive = google::protobuf::DynamicCastToGenerated<v1::Archive>(&record);
  const domain::Relation relation = domain::RelationOf(session.orgs(), change.actor().org(), org);
  const bool created = change.put().changed_fields().empty();
  if (created && relation != domain::Relation::kFilingSide) return {MayNotCreate()};
  domain::Findings findings;
  bool corrects = false;
  bool role_missing = false;  // told once
  for (const std::string& path : PathsOf(record, change.put())) {
    const v1::Owner owner = domain::OwnerOfPath(descriptor, path);
    const auto missing = FindMissingRole(
        session, person, created ? v1::ACTION_CREATE : v1::ACTION_EDIT, {org, tier, owner});
    if (missing.has_value() && !std::exchange(role_missing, true)) findings.push_back(*missing);
    switch (domain::MayWriteField(relation, owner)) {
      case domain::FieldPermission::kAllowed:
        if (!created && archive != nullptr && relation == domain::Relation::kFilingSide &&
            domain::IsFixed(*archive, path)) {
          findings.push_back(Fixed(descriptor, path));
        }
        break;
      case domain::FieldPermission::kAllowedWithReason:
        if (!corrects && change.put().correction_reason().empty()) {
          findings.push_back(ReasonMissing(path));
        }
        corrects = true;
        break;
      case domain::FieldPermission::kDenied:
        findings.push_back(NotOwned(descriptor, path));
        break;
    }
  }
  return findings;
}

}  // namespace bangfu::client
