#include <memory>
#include <string>
#include <vector>

#include "client/cli/command_groups.h"
#include "client/cli/commands.h"

namespace bangfu::client {

void AddSyncCommands(CLI::App& app, const BindSession& bind) {
  bind(app.add_subcommand("push", "上送 / send what was entered"),
       [](Session& session) { return Sync(session, SyncPart::kPush); });
  bind(app.add_subcommand("pull", "下载 / take what is new"),
       [](Session& session) { return Sync(session, SyncPart::kPull); });
  bind(app.add_subcommand("sync", "上送并下载 / send and take"),
       [](Session& session) { return Sync(session, SyncPart::kBoth); });
  bind(app.add_subcommand("watch", "持续同步，直到中断 / sync as things happen, until interrupted"),
       [](Session& session) { return Watch(session); });

  CLI::App* verify = app.add_subcommand(
      "verify", "与上级逐项比对本机档案，修复不同之处 / prove that this replica equals its scope");
  const auto check_only = std::make_shared<bool>(false);
  verify->add_flag("--check-only", *check_only, "只比对，不修复 / compare, mend nothing");
  bind(verify, [check_only](Session& session) { return Verify(session, *check_only); });

  CLI::App* status = app.add_subcommand(
      "status", "本机状态，或一项变更的去向 / state of this desktop or of a change");
  const auto change = std::make_shared<std::string>();
  status->add_option("change", *change, "变更标识 / change id");
  bind(status, [change](Session& session) {
    return change->empty() ? Status(session) : ChangeStatus(session, *change);
  });

  CLI::App* dismiss =
      app.add_subcommand("dismiss", "归置被拒绝、待裁定或有冲突的变更 / put away what was refused");
  const auto changes = std::make_shared<std::vector<std::string>>();
  dismiss->add_option("changes", *changes, "变更标识 / change ids")->required();
  bind(dismiss, [changes](Session& session) { return Dismiss(session, *changes); });
}

}  // namespace bangfu::client
