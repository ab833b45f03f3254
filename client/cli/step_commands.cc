#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "client/cli/code_word.h"
#include "client/cli/commands.h"
#include "client/cli/life_commands.h"
#include "client/cli/local_case.h"
#include "client/cli/person_rights.h"
#include "client/cli/selection.h"
#include "domain/life/step.h"
#include "domain/life/step_actor.h"
#include "domain/life/step_check.h"
#include "domain/record/record_type.h"
#include "domain/rules/case.h"
#include "domain/rules/cause_decision.h"
#include "domain/rules/finding.h"
#include "domain/timers/timers.h"

namespace bangfu::client {
namespace {

using domain::Findings;

constexpr char kLatestCause[] = "latest";

// Archives whose approval was entered here and is not answered yet: the step stays invisible until
// then.
absl::StatusOr<std::set<std::string>> AwaitingApproval(Session& session) {
  auto pending = session.replica().Outbox({EntryState::kPending});
  if (!pending.ok()) return pending.status();
  std::set<std::string> ids;
  for (const OutboxEntry& entry : *pending) {
    if (entry.change.has_approve()) ids.insert(entry.change.record_id());
  }
  return ids;
}

absl::Status AwaitingError() {
  return UserError(
      absl::StatusCode::kFailedPrecondition,
      {"审批尚未上送或答复；请先同步。", "The approval is not answered yet; sync first."});
}

domain::RuleContext RulesOf(const Session& session) {
  return {session.orgs(), session.policy(), session.today()};
}

// What a step is checked with that is about the archive alone.
domain::Case ArchiveAlone(const Chosen& chosen) {
  domain::Case c;
  c.archive = &chosen.archive;
  return c;
}

Findings NothingElse(const Chosen&) { return {}; }

// One step to be taken on several archives.
struct Step {
  Text done;  // "已提交"
  absl::FunctionRef<void(const v1::Archive&, v1::Change&)> fill;
  // The records that the step is checked with.
  absl::FunctionRef<domain::Case(const Chosen&)> case_of = ArchiveAlone;
  // What stands against it beside CheckStep.
  absl::FunctionRef<Findings(const Chosen&)> check = NothingElse;
};

// Takes the same step on the chosen archives; each is checked here first, so that what the server
// would refuse is said at once, also without a line.
absl::StatusOr<ExitStatus> TakeSteps(Session& session, const std::vector<Chosen>& chosen,
                                     const Step& step) {
  auto signed_in = session.Signed();
  if (!signed_in.ok()) return signed_in.status();
  auto actor = session.Actor();
  if (!actor.ok()) return actor.status();
  auto awaiting = AwaitingApproval(session);
  if (!awaiting.ok()) return awaiting.status();
  const domain::RuleContext rules = RulesOf(session);
  StepReport report(session);
  absl::Status status;
  for (const Chosen& one : chosen) {
    if (awaiting->count(one.record.id) > 0) {
      if (one.named) report.Refused(one, AwaitingError());
      continue;
    }
    v1::Change change = session.NewChange(v1::RECORD_TYPE_ARCHIVE, one.record.id, *actor);
    step.fill(one.archive, change);
    Findings findings = domain::CheckStep(step.case_of(one), change, rules);
    domain::Append(findings, step.check(one));
    const auto missing = FindMissingRole(session, signed_in->person, domain::ActionOf(change),
                                         {one.record.org, one.archive.tier()});
    if (missing.has_value()) findings.push_back(*missing);
    if (domain::HasErrors(findings)) {
      report.Refused(one, findings);
      continue;
    }
    status = report.Enter(one, change, findings);
    if (!status.ok()) break;
  }
  return report.Print(step.done, status);
}

absl::StatusOr<ExitStatus> TakeSteps(Session& session, const Selection& selection,
                                     const std::set<v1::ArchiveStatus>& from, const Step& step) {
  auto chosen = Choose(session, selection, from);
  if (!chosen.ok()) return chosen.status();
  return TakeSteps(session, *chosen, step);
}

// The archives of a withdrawal with their cases, by id.
struct ToWithdraw {
  std::vector<Chosen> chosen;
  std::map<std::string, v1::CaseFile> cases;
};

// The named ones, and with --all those that may be withdrawn for `basis` as of today.
absl::StatusOr<ToWithdraw> ChooseToWithdraw(Session& session, const Selection& selection,
                                            v1::WithdrawalBasis basis) {
  ToWithdraw result;
  if (!selection.all || !selection.archives.empty()) {
    auto named = Choose(session, {selection.archives, false}, {});
    if (!named.ok()) return named.status();
    for (const Chosen& one : *named) {
      auto local = ReadCase(session.replica(), one.record);
      if (!local.ok()) return local.status();
      result.cases.emplace(one.record.id, std::move(local->records));
    }
    result.chosen = *std::move(named);
  }
  if (!selection.all) return result;
  v1::Change change;
  change.mutable_withdraw()->set_basis(basis);
  const domain::RuleContext rules = RulesOf(session);
  absl::Status status = ForEachCase(session.replica(), [&](LocalCase& local) {
    const v1::Archive& archive = local.records.archive();
    if (domain::StatusAllows(archive, change) &&
        domain::IsDue(domain::CaseOf(local.records), rules, basis) &&
        result.cases.count(archive.id()) == 0) {
      result.chosen.push_back({std::move(local.record), archive, false});
      result.cases.emplace(archive.id(), std::move(local.records));
    }
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return result;
}

// Id of the cause report that `word` names: an id, or "latest" for the last undecided one. Empty
// when there is none.
std::string CauseReportOf(const v1::Archive& archive, const std::string& word) {
  if (word != kLatestCause) return word;
  const auto rank = [](const v1::CauseReport& report) {
    return std::make_tuple(domain::IsUndecided(report), report.reported_on(), report.id());
  };
  const auto& reports = archive.cause_reports();
  const auto latest =
      std::max_element(reports.begin(), reports.end(),
                       [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  return latest == reports.end() ? "" : latest->id();
}

Findings CheckStays(const v1::Archive& into) {
  if (domain::IsLive(domain::StatusOf(into))) return {};
  return {domain::Error("R39", v1::FINDING_CODE_WRONG_STATUS, "merged_into",
                        {"要保留的档案本身已终止；请选择一份有效的档案。",
                         "The archive that is to stay has ended itself; choose a live one."})};
}

}  // namespace

absl::StatusOr<ExitStatus> Submit(Session& session, const StepOptions& options) {
  return TakeSteps(session, options.selection,
                   {v1::ARCHIVE_STATUS_DRAFT, v1::ARCHIVE_STATUS_RETURNED},
                   {{"已提交", "submitted"}, [&](const v1::Archive&, v1::Change& change) {
                      change.mutable_submit()->set_opinion(options.opinion);
                    }});
}

absl::StatusOr<ExitStatus> Review(Session& session, const StepOptions& options) {
  return TakeSteps(session, options.selection, {v1::ARCHIVE_STATUS_SUBMITTED},
                   {{"已审核", "reviewed"}, [&](const v1::Archive&, v1::Change& change) {
                      change.mutable_review()->set_opinion(options.opinion);
                    }});
}

absl::StatusOr<ExitStatus> Approve(Session& session, const StepOptions& options) {
  v1::HardshipCategory category = v1::HARDSHIP_CATEGORY_UNSPECIFIED;
  if (!options.category.empty()) {
    auto code = ReadCodeWord(*v1::HardshipCategory_descriptor(), options.category);
    if (!code.ok()) return code.status();
    category = static_cast<v1::HardshipCategory>(*code);
  }
  return TakeSteps(
      session, options.selection, {v1::ARCHIVE_STATUS_REVIEWED},
      {{"已审批", "approved"}, [&](const v1::Archive& archive, v1::Change& change) {
         v1::Approve& approve = *change.mutable_approve();
         approve.set_determined_category(category != 0 ? category : archive.claimed_category());
         approve.set_opinion(options.opinion);
       }});
}

absl::StatusOr<ExitStatus> Return(Session& session, const StepOptions& options) {
  // Established and reported ones only when they are named.
  return TakeSteps(session, options.selection,
                   {v1::ARCHIVE_STATUS_SUBMITTED, v1::ARCHIVE_STATUS_REVIEWED},
                   {{"已退回", "returned"}, [&](const v1::Archive&, v1::Change& change) {
                      change.mutable_return_()->set_reason(options.opinion);
                    }});
}

absl::StatusOr<ExitStatus> Report(Session& session, const ReportOptions& options) {
  auto chosen = Choose(session, options.selection, {v1::ARCHIVE_STATUS_ESTABLISHED});
  if (!chosen.ok()) return chosen.status();
  chosen->erase(
      std::remove_if(chosen->begin(), chosen->end(),
                     [](const Chosen& one) { return !one.named && !domain::IsTierA(one.archive); }),
      chosen->end());
  return TakeSteps(session, *chosen,
                   {{"已上报", "reported"}, [&](const v1::Archive&, v1::Change& change) {
                      change.mutable_report()->set_package(options.package);
                    }});
}

absl::StatusOr<ExitStatus> Withdraw(Session& session, const WithdrawOptions& options) {
  auto basis = ReadCodeWord(*v1::WithdrawalBasis_descriptor(), options.basis);
  if (!basis.ok()) return basis.status();
  if (options.selection.all && *basis == v1::WITHDRAWAL_BASIS_OTHER) {
    return UserError(absl::StatusCode::kInvalidArgument,
                     {"依据为“其他”的退档须逐件写明档案，不能用 --all。",
                      "A withdrawal for another basis names its archives; --all is not possible."});
  }
  auto to_withdraw =
      ChooseToWithdraw(session, options.selection, static_cast<v1::WithdrawalBasis>(*basis));
  if (!to_withdraw.ok()) return to_withdraw.status();
  const auto fill = [&](const v1::Archive&, v1::Change& change) {
    change.mutable_withdraw()->set_basis(static_cast<v1::WithdrawalBasis>(*basis));
    change.mutable_withdraw()->set_reason(options.reason);
  };
  const auto case_of = [&](const Chosen& one) {
    return domain::CaseOf(to_withdraw->cases.at(one.record.id));
  };
  return TakeSteps(session, to_withdraw->chosen, {{"已退档", "withdrawn"}, fill, case_of});
}

absl::StatusOr<ExitStatus> Deregister(Session& session, const DeregisterOptions& options) {
  return TakeSteps(session, {options.archives, false}, {},
                   {{"已注销", "deregistered"}, [&](const v1::Archive&, v1::Change& change) {
                      change.mutable_deregister()->set_reason(options.reason);
                    }});
}

absl::StatusOr<ExitStatus> Merge(Session& session, const MergeOptions& options) {
  auto record = session.FindArchive(options.into);
  if (!record.ok()) return record.status();
  auto into = ArchiveOf(*record);
  if (!into.ok()) return into.status();
  const auto fill = [&](const v1::Archive&, v1::Change& change) {
    change.mutable_merge_into()->set_archive_id(into->id());
    change.mutable_merge_into()->set_reason(options.reason);
  };
  const auto check = [&](const Chosen&) { return CheckStays(*into); };
  return TakeSteps(session, {{options.archive}, false}, {},
                   {{"已合并", "merged"}, fill, ArchiveAlone, check});
}

absl::StatusOr<ExitStatus> Decide(Session& session, const DecideOptions& options) {
  auto qualifies = ReadCodeWord(*v1::YesNo_descriptor(), options.qualifies);
  if (!qualifies.ok()) return qualifies.status();
  return TakeSteps(session, {{options.archive}, false}, {},
                   {{"已审定", "decided"}, [&](const v1::Archive& archive, v1::Change& change) {
                      v1::DecideCause& decide = *change.mutable_decide_cause();
                      decide.set_cause_report_id(CauseReportOf(archive, options.cause));
                      decide.set_qualifies(static_cast<v1::YesNo>(*qualifies));
                      decide.set_opinion(options.opinion);
                    }});
}

}  // namespace bangfu::client
