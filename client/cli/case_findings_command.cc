#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/as_of.h"
#include "client/cli/finding_place.h"
#include "client/cli/life_commands.h"
#include "client/cli/local_case.h"
#include "client/cli/rule_cells.h"
#include "client/cli/selection.h"
#include "domain/check/evaluate.h"
#include "domain/life/step.h"
#include "domain/record/record_type.h"
#include "domain/rules/case.h"
#include "domain/text/civil_date.h"

namespace bangfu::client {
namespace {

// What the rules say about archives, for people and for programs.
class CaseFindings {
 public:
  CaseFindings(const Session& session, absl::CivilDay day)
      : out_(session.out()),
        rules_{session.orgs(), session.policy(), day},
        table_(Row({out_.Say({"档案", "archive"}), out_.Say({"位置", "place"})},
                   FindingHeader(out_))) {}

  void Add(const LocalCase& local) {
    ++archives_;
    for (const v1::Finding& finding : domain::Evaluate(domain::CaseOf(local.records), rules_)) {
      ++(finding.severity() == v1::SEVERITY_WARNING ? warnings_ : errors_);
      table_.Add(Row({NameOf(local.record, local.records.archive()),
                      FieldPlace(finding.field(), out_.language())},
                     FindingCells(out_, finding)));
      if (!out_.json()) continue;
      Json json = {{"archive_id", local.record.id},
                   {"number", local.record.number},
                   {"worker", MaskedName(local.records.archive())}};
      json.update(ToJson(finding));
      findings_.push_back(std::move(json));
    }
  }

  ExitStatus Print() const {
    if (!table_.empty()) out_.Print(table_);
    const std::string day = domain::FormatDate(rules_.today);
    out_.Line({absl::StrCat("检查日 ", day, "：档案 ", archives_, " 份，错误 ", errors_,
                            " 条，提醒 ", warnings_, " 条。"),
               absl::StrCat("As of ", day, ": ", archives_, " archives, ", errors_, " errors, ",
                            warnings_, " warnings.")});
    out_.Print(Json{
        {"findings", findings_},
        {"summary",
         {{"as_of", day}, {"archives", archives_}, {"errors", errors_}, {"warnings", warnings_}}}});
    return errors_ > 0 ? kSomeRefused : kDone;
  }

 private:
  const Output& out_;
  const domain::RuleContext rules_;
  Table table_;
  Json findings_ = Json::array();
  int archives_ = 0;
  int errors_ = 0;
  int warnings_ = 0;
};

}  // namespace

absl::StatusOr<ExitStatus> CheckArchives(Session& session, const CheckArchivesOptions& options) {
  auto day = ReadAsOf(options.as_of, session.today());
  if (!day.ok()) return day.status();
  CaseFindings findings(session, *day);
  std::set<std::string> named;
  if (!options.selection.all || !options.selection.archives.empty()) {
    auto chosen = Choose(session, {options.selection.archives, false}, {});
    if (!chosen.ok()) return chosen.status();
    for (const Chosen& one : *chosen) {
      auto local = ReadCase(session.replica(), one.record);
      if (!local.ok()) return local.status();
      findings.Add(*local);
      named.insert(one.record.id);
    }
  }
  if (options.selection.all) {
    absl::Status status = ForEachCase(session.replica(), [&](LocalCase& local) {
      if (domain::IsLive(domain::StatusOf(local.records.archive())) &&
          named.count(local.record.id) == 0) {
        findings.Add(local);
      }
      return absl::OkStatus();
    });
    if (!status.ok()) return status;
  }
  return findings.Print();
}

}  // namespace bangfu::client
