#include "server/main/org_commands.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "server/main/operator_call.h"
#include "server/main/org_file.h"

namespace bangfu::server {
namespace {

struct OrgOptions {
  OperatorOptions line;
  std::string file;
  std::string reason;
};

absl::Status Apply(const OrgOptions& options) {
  auto tree = ReadOrgFile(options.file);
  if (!tree.ok()) return tree.status();
  auto line = ConnectAsOperator(options.line);
  if (!line.ok()) return line.status();
  v1::ReplaceOrgTreeRequest request;
  *request.mutable_tree() = *std::move(tree);
  request.set_reason(options.reason);
  const auto applied = (*line)->ReplaceOrgTree({}, request);
  if (!applied.ok()) return applied.status();
  std::cout << "组织字典第 " << applied->version() << " 版已生效，随单位变更移交记录 "
            << applied->moved_records() << " 条。\n"
            << "Edition " << applied->version() << " of the dictionary is in force; "
            << applied->moved_records() << " records moved with their orgs.\n";
  return absl::OkStatus();
}

}  // namespace

void AddOrgCommands(CLI::App& app, std::function<absl::Status()>& run) {
  const auto options = std::make_shared<OrgOptions>();
  CLI::App* orgs = app.add_subcommand("orgs", "组织字典 / the dictionary of orgs");
  orgs->require_subcommand(1);
  CLI::App* apply = orgs->add_subcommand(
      "apply",
      "市级节点启用新一版组织字典，无须重启 / bring a new edition into force at the running root");
  AddOperatorOptions(*apply, options->line);
  apply->add_option("file", options->file, "组织字典（JSON） / org tree")->required();
  apply->add_option("--reason", options->reason, "变更理由 / why")->required();
  apply->callback([options, &run] { run = [options] { return Apply(*options); }; });
}

}  // namespace bangfu::server
