#include <memory>

#include "client/cli/command_groups.h"
#include "client/cli/life_commands.h"

namespace bangfu::client {
namespace {

constexpr int kMaxDaysAhead = 366;  // of a worklist

constexpr char kArchive[] = "档案编号或标识 / number or id";
constexpr char kAsOf[] = "截至日，默认今天 / day as of which, today if none";

// The commands for one kind of record beside the archive.
void AddEvents(CLI::App& app, const BindSession& bind, v1::RecordType type, const char* name,
               const char* description, const char* example) {
  CLI::App* group = app.add_subcommand(name, description);
  group->require_subcommand(1);
  const auto options = std::make_shared<EventOptions>();
  options->type = type;

  CLI::App* add = group->add_subcommand("add", "录入 / enter");
  add->add_option("archive", options->archive, kArchive)->required();
  add->add_option("--set", options->assignments, example)->required();
  bind(add, [options](Session& session) { return AddEvent(session, *options); });

  CLI::App* list = group->add_subcommand("list", "列表 / list");
  list->add_option("archive", options->archive, kArchive)->required();
  bind(list, [options](Session& session) { return ListEvents(session, *options); });

  CLI::App* show = group->add_subcommand("show", "查看 / show");
  show->add_option("id", options->id, "标识 / id")->required();
  AddSight(*show, options->sight);
  bind(show, [options](Session& session) { return ShowEvent(session, *options); });

  CLI::App* edit = group->add_subcommand("edit", "修改 / change");
  edit->add_option("id", options->id, "标识 / id")->required();
  edit->add_option("--set", options->assignments, example)->required();
  edit->add_option("--reason", options->reason,
                   "更正理由（服务中心必填） / reason of a correction");
  bind(edit, [options](Session& session) { return EditEvent(session, *options); });
}

}  // namespace

void AddEventCommands(CLI::App& app, const BindSession& bind) {
  AddEvents(app, bind, v1::RECORD_TYPE_AID_EVENT, "aid", "帮扶信息 / aid events",
            "栏目=内容，如 帮扶日期=2014-03-10 帮扶类型=生活救助 帮扶金额=500 / field=value");
  AddEvents(app, bind, v1::RECORD_TYPE_VISIT, "visit", "走访 / visits",
            "栏目=内容，如 走访日期=2014-03-10 走访人员=李某 是否仍符合条件=是 / field=value");
}

void AddTimerCommands(CLI::App& app, const BindSession& bind) {
  CLI::App* timers = app.add_subcommand("timers", "各项期限 / timers of the rules");
  const auto asked = std::make_shared<TimerOptions>();
  timers->add_option(
      "archives", asked->archives,
      "档案编号或标识，不给则为所有有效的档案 / numbers or ids, all live ones if none");
  timers->add_option("--as-of", asked->as_of, kAsOf);
  timers->add_option("--kind", asked->kinds, "期限的种类或规则，如 visits、R52 / kinds or rules")
      ->allow_extra_args(false);
  timers->add_flag("--overdue", asked->overdue, "只看已逾期的 / only those overdue");
  bind(timers, [asked](Session& session) { return Timers(session, *asked); });

  CLI::App* worklist =
      app.add_subcommand("worklist", "待办：退档、审定、注销、通报、走访等 / what is to be done");
  const auto wanted = std::make_shared<WorklistOptions>();
  worklist->add_option("--as-of", wanted->as_of, kAsOf);
  worklist
      ->add_option("--within", wanted->within,
                   "也列出多少天内到期的 / last days that are so near, in days")
      ->check(CLI::Range(0, kMaxDaysAhead))
      ->capture_default_str();
  bind(worklist, [wanted](Session& session) { return Worklist(session, *wanted); });
}

}  // namespace bangfu::client
