#include "domain/rules/cause_decision.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "domain/rules/label.h"
#include "domain/text/civil_date.h"

namespace bangfu::domain {
namespace {

using v1::Archive;

constexpr char kDecisionRule[] = "R53";

// Index of the report, or -1.
int Find(const Archive& archive, absl::string_view id) {
  const auto& reports = archive.cause_reports();
  const auto it = std::find_if(reports.begin(), reports.end(),
                               [&](const v1::CauseReport& report) { return report.id() == id; });
  return id.empty() || it == reports.end() ? -1 : static_cast<int>(it - reports.begin());
}

}  // namespace

bool IsUndecided(const v1::CauseReport& report) {
  return report.qualifies() == v1::YES_NO_UNSPECIFIED && report.decided_on().empty();
}

Findings CheckCauseDecision(const Archive& archive, const v1::DecideCause& decision) {
  Findings findings;
  const int index = Find(archive, decision.cause_report_id());
  if (index < 0) {
    findings.push_back(
        Error(kDecisionRule, v1::FINDING_CODE_NOT_FOUND, "cause_reports",
              Text{"这份档案没有该条上报的致困原因；请刷新后重新选择。",
                   "the archive has no such report of a cause; refresh and choose again"}));
    return findings;
  }
  const std::string field =
      absl::StrCat(ElementPath("cause_reports", decision.cause_report_id()), ".qualifies");
  if (!IsUndecided(archive.cause_reports(index))) {
    findings.push_back(Error(kDecisionRule, v1::FINDING_CODE_WRONG_STATUS, field,
                             Text{"该条致困原因已经审定，不再重复审定；如有变化请单位另行上报。",
                                  "this cause is decided already; if things changed, the unit "
                                  "reports a cause anew"}));
  }
  const v1::YesNo qualifies = decision.qualifies();
  if (qualifies != v1::YES_NO_YES && qualifies != v1::YES_NO_NO) {
    findings.push_back(Error(kDecisionRule,
                             qualifies == v1::YES_NO_UNSPECIFIED ? v1::FINDING_CODE_REQUIRED_MISSING
                                                                 : v1::FINDING_CODE_UNKNOWN_CODE,
                             field,
                             Text{"审定结果：必须写明该原因是否符合意外致困户条件（是或否）。",
                                  "decision: say whether the cause meets the conditions, yes or "
                                  "no"}));
  }
  if (qualifies == v1::YES_NO_YES &&
      archive.determined_category() != v1::HARDSHIP_CATEGORY_TEMPORARY) {
    v1::Finding finding = Error(
        kDecisionRule, v1::FINDING_CODE_LOGIC, "determined_category",
        Text{"认定困难类别不是“临时困难户”，新的致困原因不能使其转为“意外致困户”；请审定为“否”，"
             "或退回后重新认定类别。",
             "the determined category is no temporary family, so a new cause does not move it; "
             "decide no, or return the archive and determine the category again"});
    finding.set_other_field(field);
    findings.push_back(std::move(finding));
  }
  return findings;
}

void DecideCause(Archive& archive, const v1::DecideCause& decision, absl::CivilDay today) {
  const int index = Find(archive, decision.cause_report_id());
  if (index < 0 || !IsUndecided(archive.cause_reports(index))) return;
  v1::CauseReport& report = *archive.mutable_cause_reports(index);
  report.set_qualifies(decision.qualifies());
  report.set_decided_on(FormatDate(today));
  report.set_decision_opinion(decision.opinion());
  if (decision.qualifies() == v1::YES_NO_YES) {
    archive.set_determined_category(v1::HARDSHIP_CATEGORY_ACCIDENT);
  }
}

}  // namespace bangfu::domain
