#ifndef BANGFU_DOMAIN_TIMERS_TIMER_SAMPLE_H_
#define BANGFU_DOMAIN_TIMERS_TIMER_SAMPLE_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "domain/policy/policy.h"
#include "domain/rules/org_tree.h"
#include "domain/rules/sample_archive.h"
#include "domain/text/civil_date.h"
#include "domain/timers/timers.h"
#include "gtest/gtest.h"

// A fictional household with its timers; for tests only.
namespace bangfu::domain::sample {

inline constexpr char kFromFile[] = "";  // entry time of a record that came from a file

// The instant, "2014-03-01T16:00:00Z".
inline absl::Time Instant(const std::string& text) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, text, &time, &error)) ADD_FAILURE() << error;
  return time;
}

inline absl::CivilDay Day(absl::string_view text) {
  const std::optional<absl::CivilDay> day = ParseIsoDate(text);
  if (!day) ADD_FAILURE() << text;
  return day.value_or(absl::CivilDay());
}

// Records of one household, of the unit 橡胶集团 under 工业工会 unless a test says otherwise.
struct Household {
  v1::CaseFile file;
  OrgTree orgs = *OrgTree::Build(Orgs());
  PolicyBook policy;

  static v1::OrgTree Orgs() {
    v1::OrgTree tree;
    const auto add = [&tree](const char* id, const char* name, v1::OrgKind kind) {
      v1::Org& org = *tree.add_orgs();
      org.set_id(id);
      org.set_name(name);
      org.set_kind(kind);
    };
    add("hz", "杭州市总工会", v1::ORG_KIND_CITY);
    add("hz.gongye", "工业工会", v1::ORG_KIND_INDUSTRY);
    add("hz.gongye.xiangjiao", "橡胶集团", v1::ORG_KIND_ENTERPRISE);
    return tree;
  }

  // A draft when `established_on` is empty.
  explicit Household(const std::string& filed_on, const std::string& established_on = "") {
    *file.mutable_archive() = Staff();
    archive().set_filed_on(filed_on);
    archive().set_determined_category(v1::HARDSHIP_CATEGORY_OTHER);
    archive().set_established_on(established_on);
    archive().set_status(established_on.empty() ? v1::ARCHIVE_STATUS_DRAFT
                                                : v1::ARCHIVE_STATUS_ESTABLISHED);
  }

  v1::Archive& archive() { return *file.mutable_archive(); }

  void End(v1::ArchiveStatus status, const std::string& ended_on) {
    archive().set_status(status);
    archive().set_ended_on(ended_on);
  }

  // `entered`: an instant, or kFromFile.
  v1::AidEvent& Aid(int id, const std::string& aided_on, const std::string& entered) {
    v1::AidEvent& aid = *file.add_aid_events();
    aid.set_id(Uuid(id));
    aid.set_aided_on(aided_on);
    if (!entered.empty()) {
      aid.mutable_entered_time()->set_seconds(absl::ToUnixSeconds(Instant(entered)));
    }
    return aid;
  }

  v1::Visit& Visit(int id, const std::string& visited_on, const std::string& entered = kFromFile,
                   v1::YesNo still_eligible = v1::YES_NO_UNSPECIFIED) {
    v1::Visit& visit = *file.add_visits();
    visit.set_id(Uuid(id));
    visit.set_visited_on(visited_on);
    visit.set_still_eligible(still_eligible);
    if (!entered.empty()) {
      visit.mutable_entered_time()->set_seconds(absl::ToUnixSeconds(Instant(entered)));
    }
    return visit;
  }

  v1::CauseReport& Report(int id, const std::string& reported_on) {
    v1::CauseReport& report = *archive().add_cause_reports();
    report.set_id(Uuid(id));
    report.set_reported_on(reported_on);
    report.set_cause(v1::HARDSHIP_CAUSE_OWN_ILLNESS);
    return report;
  }

  v1::Material& Paper(int id, v1::MaterialKind kind, const std::string& received_on,
                      const std::string& valid_until) {
    v1::Material& material = *archive().add_materials();
    material.set_id(Uuid(id));
    material.set_kind(kind);
    material.set_form(v1::MATERIAL_FORM_COPY);
    material.set_received_on(received_on);
    material.set_valid_until(valid_until);
    return material;
  }

  // Policy data with nothing but these day counts, of the city or of an org below.
  void SetPolicy(const std::string& org, const std::string& effective_from,
                 std::optional<int> deregistration_days, std::optional<int> expiry_notice_days,
                 bool assumed = false) {
    v1::PolicySet set;
    set.set_version(1);
    v1::Policy& entry = *set.add_policies();
    entry.set_org(org);
    entry.set_effective_from(effective_from);
    entry.set_source("杭总工〔2013〕1号");
    entry.set_assumed(assumed);
    if (deregistration_days) entry.set_deregistration_days(*deregistration_days);
    if (expiry_notice_days) entry.set_expiry_notice_days(*expiry_notice_days);
    absl::StatusOr<PolicyBook> book = PolicyBook::Build(set, orgs);
    ASSERT_TRUE(book.ok()) << book.status();
    policy = *std::move(book);
  }

  std::vector<v1::Timer> TimersOn(absl::string_view today) const {
    return TimersOf(CaseOf(file), {orgs, policy, Day(today)});
  }
  Findings FindingsOn(absl::string_view today) const {
    return CheckTimers(CaseOf(file), {orgs, policy, Day(today)});
  }
  // The one finding of a code.
  v1::Finding FindingOn(v1::FindingCode code, absl::string_view today) const {
    std::vector<v1::Finding> found;
    for (const v1::Finding& finding : FindingsOn(today)) {
      if (finding.code() == code) found.push_back(finding);
    }
    EXPECT_EQ(found.size(), 1u) << v1::FindingCode_Name(code);
    return found.size() == 1 ? found[0] : v1::Finding();
  }
  bool IsDueOn(absl::string_view today, v1::WithdrawalBasis basis) const {
    return IsDue(CaseOf(file), {orgs, policy, Day(today)}, basis);
  }
  // In short: all timers, those of one kind, all findings, those of one code.
  std::vector<std::string> Timers(absl::string_view today) const;
  std::vector<std::string> Timers(v1::TimerKind kind, absl::string_view today) const;
  std::vector<std::string> Says(absl::string_view today) const;
  std::vector<std::string> Says(v1::FindingCode code, absl::string_view today) const;
};

inline std::string Name(const std::string& name, absl::string_view prefix) {
  return std::string(absl::StripPrefix(name, prefix));
}

// "FILING 2014-03-10..2015-03-09 OVERDUE 1/2 -> VISIT", " on 2014-05-01" after the state when met.
inline std::string Short(const v1::Timer& timer) {
  return absl::StrCat(
      Name(v1::TimerStart_Name(timer.started_by()), "TIMER_START_"), " ", timer.started_on(), "..",
      timer.last_day(), " ", Name(v1::TimerState_Name(timer.state()), "TIMER_STATE_"),
      timer.met_on().empty() ? "" : " on ", timer.met_on(),
      timer.due() == 0 ? "" : absl::StrCat(" ", timer.done(), "/", timer.due()),
      timer.next_action() == v1::NEXT_ACTION_UNSPECIFIED
          ? ""
          : absl::StrCat(" -> ", Name(v1::NextAction_Name(timer.next_action()), "NEXT_ACTION_")));
}

inline std::vector<std::string> Household::Timers(absl::string_view today) const {
  std::vector<std::string> lines;
  for (const v1::Timer& timer : TimersOn(today)) lines.push_back(Short(timer));
  return lines;
}

inline std::vector<std::string> Household::Timers(v1::TimerKind kind,
                                                  absl::string_view today) const {
  std::vector<std::string> lines;
  for (const v1::Timer& timer : TimersOn(today)) {
    if (timer.kind() == kind) lines.push_back(Short(timer));
  }
  return lines;
}

// "R47 VISITS_MISSED 2015-03-09 -> VISIT"; timers only warn, so an error shows as such.
inline std::string Outcome(const v1::Finding& finding) {
  return absl::StrCat(finding.severity() == v1::SEVERITY_WARNING ? "" : "ERROR ", finding.rule(),
                      " ", Name(v1::FindingCode_Name(finding.code()), "FINDING_CODE_"),
                      finding.last_day().empty() ? "" : " ", finding.last_day(), " -> ",
                      Name(v1::NextAction_Name(finding.next_action()), "NEXT_ACTION_"));
}

inline std::vector<std::string> Household::Says(absl::string_view today) const {
  std::vector<std::string> lines;
  for (const v1::Finding& finding : FindingsOn(today)) lines.push_back(Outcome(finding));
  return lines;
}

inline std::vector<std::string> Household::Says(v1::FindingCode code,
                                                absl::string_view today) const {
  std::vector<std::string> lines;
  for (const v1::Finding& finding : FindingsOn(today)) {
    if (finding.code() == code) lines.push_back(Outcome(finding));
  }
  return lines;
}

}  // namespace bangfu::domain::sample

#endif  // BANGFU_DOMAIN_TIMERS_TIMER_SAMPLE_H_
