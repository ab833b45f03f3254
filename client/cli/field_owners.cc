#include "client/cli/field_owners.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "domain/record/field_values.h"

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

}  // namespace

domain::Findings CheckOwners(const Session& session, const LocalRecord& record,
                             const v1::Change& change) {
  const std::string& org = change.actor().org();
  const bool is_center = session.orgs().IsServiceCenter(org);
  const bool is_filing_side =
      !session.orgs().IsCityOffice(org) && domain::IsWithin(record.org, org);
  domain::Findings findings;
  bool corrects = false;
  for (const std::string& path : change.put().changed_fields()) {
    const v1::Owner owner = domain::OwnerOfPath(*v1::Archive::descriptor(), path);
    if (owner == v1::OWNER_FILING && is_center) {
      if (!corrects && change.put().correction_reason().empty())
        findings.push_back(ReasonMissing(path));
      corrects = true;
    } else if (!(owner == v1::OWNER_FILING && is_filing_side) &&
               !(owner == v1::OWNER_CENTER && is_center)) {
      findings.push_back(NotOwned(path));
    }
  }
  return findings;
}

}  // namespace bangfu::client
