#include "domain/check/evaluate.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "domain/notice/public_notice.h"
#include "domain/paper/paper_comparison.h"
#include "domain/policy/income.h"
#include "domain/rules/form.h"
#include "domain/rules/label.h"
#include "domain/rules/logic.h"
#include "domain/rules/materials.h"
#include "domain/timers/timers.h"

namespace bangfu::domain {
namespace {

void Prefix(absl::string_view prefix, std::string& field) {
  if (!field.empty()) field.insert(0, prefix.data(), prefix.size());
}

// What values and required fields of the records of one list have to say, by the ids of the
// records, under paths that tell them apart: "aid_events[0190…].amount_fen".
template <typename Record>
void AppendRecords(absl::string_view list, const std::vector<const Record*>& records,
                   absl::CivilDay today, Findings& findings) {
  std::vector<std::pair<const Record*, Findings>> said;
  for (const Record* record : records) {
    Findings own = CheckValues(*record, today);
    Append(own, CheckRequired(*record));
    if (!own.empty()) said.emplace_back(record, std::move(own));
  }
  std::stable_sort(said.begin(), said.end(),
                   [](const auto& a, const auto& b) { return a.first->id() < b.first->id(); });
  for (auto& [record, own] : said) {
    const std::string prefix = absl::StrCat(ElementPath(list, record->id()), ".");
    for (v1::Finding& finding : own) {
      Prefix(prefix, *finding.mutable_field());
      Prefix(prefix, *finding.mutable_other_field());
    }
    Append(findings, std::move(own));
  }
}

}  // namespace

Findings Evaluate(const Case& c, const RuleContext& context) {
  const v1::Archive& archive = *c.archive;
  Findings findings = CheckValues(archive, context.today);
  Append(findings, CheckRequired(archive));
  Append(findings, CheckLogic(archive, context.today));
  const v1::HardshipCategory category =
      archive.determined_category() != v1::HARDSHIP_CATEGORY_UNSPECIFIED
          ? archive.determined_category()
          : archive.claimed_category();
  Append(findings, CheckMaterials(archive, category));
  Append(findings, CheckPaper(archive));
  Append(findings, CheckPublicNotice(archive, context.today));
  Append(findings, CheckIncome(archive, context));
  AppendRecords("aid_events", c.aid_events, context.today, findings);
  AppendRecords("visits", c.visits, context.today, findings);
  Append(findings, CheckTimers(c, context));
  return findings;
}

}  // namespace bangfu::domain
