#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/case_check.h"
#include "client/cli/checked_cases.h"
#include "client/cli/commands.h"
#include "client/cli/file_table.h"
#include "client/cli/finding_place.h"
#include "client/cli/policy_table.h"
#include "domain/check/policy_preview.h"
#include "domain/rules/org_tree.h"
#include "domain/text/civil_date.h"

namespace bangfu::client {
namespace {

Json ToJson(const domain::Findings& findings) {
  Json list = Json::array();
  for (const v1::Finding& finding : findings) list.push_back(bangfu::client::ToJson(finding));
  return list;
}

void AddRows(const Output& out, const CheckedCases& cases, const CheckedCase& c, const Text& change,
             const domain::Findings& findings, FileTable& table) {
  for (const v1::Finding& finding : findings) {
    table.Add(&cases.files[c.file],
              {out.Say(NameOf(c)), out.Say(change), FieldPlace(finding.field(), out.language()),
               out.FindingText(finding)});
  }
}

// The highest org that the policy names: what holds for everybody.
std::string TopOrg(const v1::PolicySet& set) {
  std::string top;
  for (const v1::Policy& policy : set.policies()) {
    if (top.empty() || domain::IsWithin(top, policy.org())) top = policy.org();
  }
  return top;
}

}  // namespace

absl::StatusOr<ExitStatus> CheckPolicy(const CommonOptions& common,
                                       const PolicyCheckOptions& options, const Output& out) {
  auto set = ReadPolicyFile(options.file);
  if (!set.ok()) return set.status();
  BasisOptions wanted;
  wanted.orgs = options.orgs;
  auto basis = RuleBasis::Load(common, wanted);
  if (!basis.ok()) return basis.status();
  const domain::Findings findings = domain::CheckPolicySet(*set, (*basis)->orgs());
  Table table(out.english() ? std::vector<std::string>{"place", "what to do"}
                            : std::vector<std::string>{"位置", "问题与处理办法"});
  int errors = 0;
  for (const v1::Finding& finding : findings) {
    errors += finding.severity() == v1::SEVERITY_ERROR ? 1 : 0;
    table.Add({finding.field(), out.FindingText(finding)});
  }
  const int warnings = static_cast<int>(findings.size()) - errors;
  if (!table.empty()) out.Print(table);
  const bool with_orgs = (*basis)->orgs().City() != nullptr;
  out.Line({absl::StrCat("第 ", set->version(), " 版，", set->policies_size(), " 项：错误 ", errors,
                         " 条，提醒 ", warnings, " 条",
                         with_orgs ? "。" : "（未核对单位路径，可用 --orgs 指定组织字典）。"),
            absl::StrCat("version ", set->version(), ", ", set->policies_size(),
                         " policies: ", errors, " errors, ", warnings, " warnings",
                         with_orgs ? "." : " (org paths not looked up, give --orgs).")});
  out.Print(Json{{"version", set->version()},
                 {"policies", set->policies_size()},
                 {"errors", errors},
                 {"warnings", warnings},
                 {"orgs_checked", with_orgs},
                 {"findings", ToJson(findings)}});
  return errors > 0 ? kSomeRefused : kDone;
}

absl::StatusOr<ExitStatus> ShowPolicy(const CommonOptions& common, const PolicyShowOptions& options,
                                      const Output& out) {
  auto basis = RuleBasis::Load(common, options.basis);
  if (!basis.ok()) return basis.status();
  const domain::OrgTree& orgs = (*basis)->orgs();
  std::string org = options.org.empty() ? (*basis)->home() : options.org;
  if (!options.org.empty() && orgs.City() != nullptr) {
    const absl::Status status = CheckOrg(orgs, org, orgs.City()->id(), "--org");
    if (!status.ok()) return status;
  }
  if (org.empty()) org = TopOrg((*basis)->policy().proto());
  Table table(
      out.english()
          ? std::vector<std::string>{"value", "in force", "set for", "since", "assumed", "source"}
          : std::vector<std::string>{"项目", "现行值", "适用单位", "生效日期", "假定", "依据"});
  Json values = Json::array();
  for (const PolicyEntry& entry : EntriesInForce((*basis)->policy(), org, (*basis)->today())) {
    const v1::Policy none;
    const v1::Policy& policy = entry.policy == nullptr ? none : *entry.policy;
    table.Add({out.Say(entry.label), entry.policy == nullptr ? "-" : entry.value, policy.org(),
               policy.effective_from(), policy.assumed() ? out.Say({"假定", "assumed"}) : "",
               policy.source()});
    values.push_back({{"name", entry.name},
                      {"value", entry.value},
                      {"set", entry.policy != nullptr},
                      {"org", policy.org()},
                      {"effective_from", policy.effective_from()},
                      {"source", policy.source()},
                      {"assumed", policy.assumed()}});
  }
  out.Print(table);
  const std::string day = domain::FormatDate((*basis)->today());
  const int64_t version = (*basis)->policy().version();
  const Text& source = (*basis)->policy_source();
  out.Line({absl::StrCat(org, " 于 ", day, " 适用；政策数据第 ", version, " 版，", source.zh, "。"),
            absl::StrCat("For ", org, " on ", day, "; policy data version ", version, ", ",
                         source.en, ".")});
  out.Print(Json{{"org", org},
                 {"as_of", day},
                 {"source", source.en},
                 {"version", version},
                 {"values", std::move(values)}});
  return kDone;
}

absl::StatusOr<ExitStatus> PreviewPolicyChange(const CommonOptions& common,
                                               const PolicyPreviewOptions& options,
                                               const Output& out) {
  BasisOptions wanted = options.basis;
  wanted.with_replica = options.files.empty();
  auto basis = RuleBasis::Load(common, wanted);
  if (!basis.ok()) return basis.status();
  auto next = ReadPolicyBook(options.next, (*basis)->orgs());
  if (!next.ok()) return next.status();
  auto cases = options.files.empty() ? ReplicaCases(**basis)
                                     : ReadCases(options.files, **basis, options.org);
  if (!cases.ok()) return cases.status();

  const std::vector<domain::Case> all = CasesOf(*cases);
  const domain::RuleContext before = (*basis)->context();
  const domain::RuleContext after{before.orgs, *next, before.today};
  std::vector<domain::PolicyEffect> effects = domain::PreviewPolicy(all, before, after);

  FileTable table(*cases, out,
                  out.english() ? Columns{"archive", "change", "place", "what to do"}
                                : Columns{"档案", "变化", "位置", "问题与处理办法"});
  Json archives = Json::array();
  size_t added = 0;
  size_t removed = 0;
  auto c = cases->cases.begin();
  for (const domain::PolicyEffect& effect : effects) {
    while (&c->records.archive() != effect.archive) ++c;  // effects are in the order of the cases
    added += effect.added.size();
    removed += effect.removed.size();
    AddRows(out, *cases, *c, {"新增", "new"}, effect.added, table);
    AddRows(out, *cases, *c, {"不再", "gone"}, effect.removed, table);
    Json json = PlaceJson(*cases, *c);
    json["added"] = ToJson(effect.added);
    json["removed"] = ToJson(effect.removed);
    archives.push_back(std::move(json));
  }
  table.Print();
  const std::string day = domain::FormatDate(before.today);
  out.Line({absl::StrCat("检查日 ", day, "：档案 ", all.size(), " 份，", effects.size(),
                         " 份有变化，新增 ", added, " 条，不再有 ", removed, " 条。"),
            absl::StrCat("As of ", day, ": ", all.size(), " archives, ", effects.size(),
                         " with a difference, ", added, " findings new, ", removed, " gone.")});
  out.Print(Json{{"as_of", day},
                 {"archives", all.size()},
                 {"changed", std::move(archives)},
                 {"added", added},
                 {"removed", removed}});
  return kDone;
}

}  // namespace bangfu::client
