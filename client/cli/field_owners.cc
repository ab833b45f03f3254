#include "client/cli/field_owners.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "domain/record/field_values.h"
#include "domain/rules/field_permission.h"
#include "domain/rules/lifecycle.h"

namespace bangfu::client {
namespace {

constexpr char kRule[] = "A35";

v1::Finding NotOwned(const std::string& path) {
  const auto& archive = *v1::Archive::descriptor();
  return domain::Error(
      kRule, v1::FINDING_CODE_FIELD_NOT_OWNED, path,
      {absl::StrCat("“", domain::LabelOfPath(archive, path), "”不由您填写，请去掉这一项。"),
       absl::StrCat("The field \"", domain::LabelOfPath(archive, path, domain::Language::kEnglish),
                    "\" is not yours to write; leave it out.")});
}

v1::Finding ReasonMissing(const std::string& path) {
  return domain::Error(kRule, v1::FINDING_CODE_REASON_MISSING, path,
                       {"服务中心更正填报方的内容须说明理由；请用 --reason 写明。",
                        "A correction of the filing side's fields needs a reason; give one with "
                        "--reason."});
}

v1::Finding Fixed(const std::string& path) {
  const auto& archive = *v1::Archive::descriptor();
  return domain::Error(
      "R89", v1::FINDING_CODE_WRONG_STATUS, path,
      {absl::StrCat("“", domain::LabelOfPath(archive, path),
                    "”在提交后不得由填报方更改；请由服务中心更正，或退回后修改。"),
       absl::StrCat(
           "The field \"", domain::LabelOfPath(archive, path, domain::Language::kEnglish),
           "\" is fixed by submission; the service center corrects it, or returns the archive.")});
}

}  // namespace

domain::Findings CheckOwners(const Session& session, const LocalRecord& record,
                             const v1::Archive& archive, const v1::Change& change) {
  const domain::Relation relation =
      domain::RelationOf(session.orgs(), change.actor().org(), record.org);
  domain::Findings findings;
  bool corrects = false;
  for (const std::string& path : change.put().changed_fields()) {
    const v1::Owner owner = domain::OwnerOfPath(*v1::Archive::descriptor(), path);
    switch (domain::MayWriteField(relation, owner)) {
      case domain::FieldPermission::kAllowed:
        if (relation == domain::Relation::kFilingSide && domain::IsFixed(archive, path)) {
          findings.push_back(Fixed(path));
        }
        break;
      case domain::FieldPermission::kAllowedWithReason:
        if (!corrects && change.put().correction_reason().empty()) {
          findings.push_back(ReasonMissing(path));
        }
        corrects = true;
        break;
      case domain::FieldPermission::kDenied:
        findings.push_back(NotOwned(path));
        break;
    }
  }
  return findings;
}

}  // namespace bangfu::client
