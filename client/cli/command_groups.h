#ifndef BANGFU_CLIENT_CLI_COMMAND_GROUPS_H_
#define BANGFU_CLIENT_CLI_COMMAND_GROUPS_H_

#include <CLI/CLI.hpp>
#include <functional>

#include "absl/status/statusor.h"
#include "client/cli/output.h"
#include "client/cli/reading.h"
#include "client/cli/session.h"

// The command line of `bangfu`, group by group.
namespace bangfu::client {

using SessionAction = std::function<absl::StatusOr<ExitStatus>(Session&)>;

// Makes a command do something on the opened replica when it is chosen.
using BindSession = std::function<void(CLI::App* command, SessionAction action)>;

// --unmask and --reason of a command that shows details.
void AddSight(CLI::App& command, Sight& sight);

// `bangfu archive …`
void AddArchiveCommands(CLI::App& app, const BindSession& bind);

// The steps of `bangfu archive`.
void AddStepCommands(CLI::App& archive, const BindSession& bind);

// `bangfu aid …`, `bangfu visit …`
void AddEventCommands(CLI::App& app, const BindSession& bind);

// `bangfu push|pull|sync|watch|verify|status|dismiss`
void AddSyncCommands(CLI::App& app, const BindSession& bind);

// `bangfu conflict …`
void AddConflictCommands(CLI::App& app, const BindSession& bind);

// `bangfu node …`, `bangfu move …`
void AddNodeCommands(CLI::App& app, const BindSession& bind);

// `bangfu login|logout|whoami|password`, `bangfu account …`
void AddPeopleCommands(CLI::App& app, const BindSession& bind);

// `bangfu timers`, `bangfu worklist`
void AddTimerCommands(CLI::App& app, const BindSession& bind);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_CLI_COMMAND_GROUPS_H_
