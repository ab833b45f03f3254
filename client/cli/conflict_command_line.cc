#include <memory>
#include <string>

#include "client/cli/command_groups.h"
#include "client/cli/commands.h"

namespace bangfu::client {
namespace {

constexpr char kConflict[] = "冲突标识 / conflict id";

struct ListedConflicts {
  bool open_only = false;
  std::string archive;
};

struct ShownConflict {
  std::string id;
  Sight sight;
};

}  // namespace

void AddConflictCommands(CLI::App& app, const BindSession& bind) {
  CLI::App* conflict = app.add_subcommand("conflict", "冲突记录 / conflict log");
  conflict->require_subcommand(1);

  CLI::App* list = conflict->add_subcommand("list", "列表 / list");
  const auto listed = std::make_shared<ListedConflicts>();
  list->add_flag("--open", listed->open_only, "只看待处理的 / only those that wait");
  list->add_option("--archive", listed->archive, "档案编号或标识 / number or id");
  bind(list, [listed](Session& session) {
    return ListConflicts(session, listed->open_only, listed->archive);
  });

  CLI::App* show = conflict->add_subcommand("show", "查看 / show");
  const auto shown = std::make_shared<ShownConflict>();
  show->add_option("conflict", shown->id, kConflict)->required();
  AddSight(*show, shown->sight);
  bind(show, [shown](Session& session) { return ShowConflict(session, shown->id, shown->sight); });

  CLI::App* resolve = conflict->add_subcommand("resolve", "裁定 / decide");
  const auto resolved = std::make_shared<ResolveOptions>();
  resolve->add_option("conflict", resolved->conflict, kConflict)->required();
  resolve->add_flag("--keep", resolved->keep, "保留现值 / our values stay");
  resolve->add_flag("--theirs", resolved->theirs,
                    "采用对方的值，或办理留存的变更 / take theirs, or apply what was parked");
  resolve->add_option("--set", resolved->assignments, "栏目=内容 / field=value");
  resolve->add_option("--reason", resolved->reason, "理由 / reason");
  bind(resolve, [resolved](Session& session) { return ResolveConflict(session, *resolved); });
}

}  // namespace bangfu::client
