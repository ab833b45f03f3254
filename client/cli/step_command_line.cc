#include <memory>

#include "client/cli/command_groups.h"
#include "client/cli/commands.h"
#include "client/cli/life_commands.h"

namespace bangfu::client {
namespace {

constexpr char kArchives[] = "档案编号或标识 / numbers or ids";
constexpr char kReason[] = "理由 / reason";

void AddSelection(CLI::App& command, Selection& selection, const char* all) {
  command.add_option("archives", selection.archives, kArchives);
  command.add_flag("--all", selection.all, all);
}

// A step of the three sign-offs.
std::shared_ptr<StepOptions> AddSignOff(CLI::App& archive, const BindSession& bind,
                                        const char* name, const char* description,
                                        absl::StatusOr<ExitStatus> (*action)(Session&,
                                                                             const StepOptions&),
                                        const char* opinion = "--opinion") {
  CLI::App* step = archive.add_subcommand(name, description);
  auto options = std::make_shared<StepOptions>();
  AddSelection(*step, options->selection, "所有处于相应状态的档案 / all in the right status");
  step->add_option(opinion, options->opinion, "意见 / opinion");
  bind(step, [options, action](Session& session) { return action(session, *options); });
  return options;
}

void AddEndings(CLI::App& archive, const BindSession& bind) {
  CLI::App* withdraw =
      archive.add_subcommand("withdraw", "退档（服务中心） / withdraw, service center");
  const auto withdrawn = std::make_shared<WithdrawOptions>();
  AddSelection(*withdraw, withdrawn->selection,
               "所有依据今天成立的档案 / all for which the basis holds today");
  withdraw
      ->add_option("--basis", withdrawn->basis,
                   "依据：no_aid（一年内没有输入帮扶信息）、no_new_cause（半年内没有上报新的致困"
                   "原因）、other（其他，须写理由） / basis")
      ->required();
  withdraw->add_option("--reason", withdrawn->reason, kReason);
  bind(withdraw, [withdrawn](Session& session) { return Withdraw(session, *withdrawn); });

  CLI::App* deregister =
      archive.add_subcommand("deregister", "注销（建档单位） / deregister, filing unit");
  const auto deregistered = std::make_shared<DeregisterOptions>();
  deregister->add_option("archives", deregistered->archives, kArchives)->required();
  deregister->add_option("--reason", deregistered->reason, kReason)->required();
  bind(deregister, [deregistered](Session& session) { return Deregister(session, *deregistered); });

  CLI::App* merge = archive.add_subcommand(
      "merge", "并入另一份档案（服务中心） / merge as a duplicate, service center");
  const auto merged = std::make_shared<MergeOptions>();
  merge->add_option("archive", merged->archive, "重复的档案 / the duplicate")->required();
  merge->add_option("--into", merged->into, "保留的档案 / the archive that stays")->required();
  merge->add_option("--reason", merged->reason, kReason);
  bind(merge, [merged](Session& session) { return Merge(session, *merged); });
}

}  // namespace

void AddStepCommands(CLI::App& archive, const BindSession& bind) {
  AddSignOff(archive, bind, "submit", "提交（经办） / submit, first sign-off", Submit);
  AddSignOff(archive, bind, "review", "审核 / review, second sign-off", Review);
  const auto approved =
      AddSignOff(archive, bind, "approve", "审批建档 / approve, third sign-off", Approve);
  archive.get_subcommand("approve")->add_option(
      "--category", approved->category,
      "认定类别，不给则同申报 / category, as claimed when left out");
  AddSignOff(archive, bind, "return", "退回补充 / return for supplement", Return, "--reason");

  CLI::App* report = archive.add_subcommand("report", "上报（服务中心） / report, service center");
  const auto reported = std::make_shared<ReportOptions>();
  AddSelection(*report, reported->selection, "所有已建档的一级档案 / all established of tier A");
  report->add_option("--package", reported->package, "上报批次 / report package")->required();
  bind(report, [reported](Session& session) { return Report(session, *reported); });

  CLI::App* decide = archive.add_subcommand(
      "decide", "审定新的致困原因（服务中心） / decide on a reported cause, service center");
  const auto decided = std::make_shared<DecideOptions>();
  decide->add_option("archive", decided->archive, kArchives)->required();
  decide
      ->add_option("--cause", decided->cause,
                   "上报标识，或 latest（最近一次） / id of the report, or latest")
      ->required();
  decide
      ->add_option("--qualifies", decided->qualifies,
                   "是否符合意外致困户条件：是、否 / whether it qualifies: yes, no")
      ->required();
  decide->add_option("--opinion", decided->opinion, "意见 / opinion");
  bind(decide, [decided](Session& session) { return Decide(session, *decided); });

  AddEndings(archive, bind);
}

}  // namespace bangfu::client
