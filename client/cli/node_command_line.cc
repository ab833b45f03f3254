#include <memory>

#include "client/cli/command_groups.h"
#include "client/cli/commands.h"

namespace bangfu::client {

void AddNodeCommands(CLI::App& app, const BindSession& bind) {
  CLI::App* node = app.add_subcommand("node", "上级节点 / the server");
  node->require_subcommand(1);
  bind(node->add_subcommand("status", "上级节点及其下级的状态 / the server and its children"),
       [](Session& session) { return NodeStatus(session); });

  CLI::App* move = app.add_subcommand("move", "档案转移 / moves of records");
  move->require_subcommand(1);
  CLI::App* preview = move->add_subcommand(
      "preview", "转移之前：哪些节点少多少条，有哪些未上送的修改 / who would lose what");
  const auto options = std::make_shared<MoveOptions>();
  CLI::Option* archives =
      preview->add_option("archives", options->archives, "档案编号或标识 / numbers or ids");
  preview->add_option("--from", options->from, "整个单位的路径 / path of a whole org")
      ->excludes(archives);
  preview->add_option("--to", options->to, "转入单位的路径 / path of the org to come")->required();
  bind(preview, [options](Session& session) { return PreviewMove(session, *options); });
}

}  // namespace bangfu::client
