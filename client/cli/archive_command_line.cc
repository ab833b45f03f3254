#include <memory>

#include "client/cli/command_groups.h"
#include "client/cli/commands.h"
#include "client/cli/life_commands.h"

namespace bangfu::client {
namespace {

constexpr int kMaxListed = 100000;  // archives of one listing

constexpr char kArchive[] = "档案编号或标识 / number or id";
constexpr char kReason[] = "更正理由（服务中心必填） / reason of a correction";

constexpr char kSet[] = "栏目=内容，如 联系电话=13800000000 / field=value";

void AddReading(CLI::App& archive, const BindSession& bind) {
  CLI::App* list = archive.add_subcommand("list", "列表 / list");
  const auto listed = std::make_shared<ListOptions>();
  list->add_option("--status", listed->status, "状态 / status");
  list->add_option("--org", listed->org, "单位路径 / org path");
  list->add_option("--limit", listed->limit, "最多件数 / most archives")
      ->check(CLI::Range(1, kMaxListed));
  bind(list, [listed](Session& session) { return ListArchives(session, *listed); });

  CLI::App* show = archive.add_subcommand("show", "查看 / show");
  const auto shown = std::make_shared<ShowOptions>();
  show->add_option("archive", shown->archive, kArchive)->required();
  AddSight(*show, shown->sight);
  bind(show, [shown](Session& session) { return ShowArchive(session, *shown); });

  CLI::App* check =
      archive.add_subcommand("check", "按通知检查本机档案 / check archives against the rules");
  const auto checked = std::make_shared<CheckArchivesOptions>();
  check->add_option("archives", checked->selection.archives, kArchive);
  check->add_flag("--all", checked->selection.all, "所有有效的档案 / all live ones");
  check->add_option("--as-of", checked->as_of, "检查日，默认今天 / day as of which, today if none");
  bind(check, [checked](Session& session) { return CheckArchives(session, *checked); });
}

void AddWriting(CLI::App& archive, const BindSession& bind) {
  CLI::App* edit = archive.add_subcommand("edit", "修改栏目 / change fields");
  const auto edited = std::make_shared<EditOptions>();
  edit->add_option("archive", edited->archive, kArchive)->required();
  edit->add_option("--element", edited->element,
                   "家庭成员、材料等的标识 / id of a member, paper …");
  edit->add_option("--set", edited->assignments, kSet)->required();
  edit->add_option("--reason", edited->reason, kReason);
  bind(edit, [edited](Session& session) { return EditArchive(session, *edited); });

  CLI::App* add = archive.add_subcommand(
      "add", "新增家庭成员、纸质材料、公示、异议、新的致困原因等 / add a member, paper, posting …");
  const auto added = std::make_shared<ElementOptions>();
  add->add_option("archive", added->archive, kArchive)->required();
  add->add_option("list", added->list, "栏目，如 家庭成员 / list")->required();
  add->add_option("--set", added->assignments, kSet)->required();
  add->add_option("--reason", added->reason, kReason);
  bind(add, [added](Session& session) { return AddElement(session, *added); });

  CLI::App* remove = archive.add_subcommand("remove", "删去其中一项 / remove such an element");
  const auto removed = std::make_shared<ElementOptions>();
  remove->add_option("archive", removed->archive, kArchive)->required();
  remove->add_option("element", removed->id, "该项的标识 / id of the element")->required();
  remove->add_option("--reason", removed->reason, kReason);
  bind(remove, [removed](Session& session) { return RemoveElement(session, *removed); });

  CLI::App* paper =
      archive.add_subcommand("paper", "材料清单与登记 / checklist and receipt of papers");
  const auto papers = std::make_shared<PaperOptions>();
  paper->add_option("archives", papers->selection.archives, kArchive);
  paper->add_flag("--all", papers->selection.all,
                  "所有处于相应状态的档案 / all in the right status");
  paper->add_flag("--complete", papers->complete,
                  "应交材料均已收齐 / every paper that is due was received");
  paper->add_option("--received", papers->received_on, "收到日期 / day of receipt");
  bind(paper, [papers](Session& session) { return Papers(session, *papers); });
}

}  // namespace

void AddArchiveCommands(CLI::App& app, const BindSession& bind) {
  CLI::App* archive = app.add_subcommand("archive", "档案 / archives");
  archive->require_subcommand(1);
  AddReading(*archive, bind);
  AddWriting(*archive, bind);
  AddStepCommands(*archive, bind);
}

}  // namespace bangfu::client
