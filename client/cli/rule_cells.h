#ifndef BANGFU_CLIENT_CLI_RULE_CELLS_H_
#define BANGFU_CLIENT_CLI_RULE_CELLS_H_

#include <string>
#include <vector>

#include "bangfu/v1/finding.pb.h"
#include "bangfu/v1/timer.pb.h"
#include "client/cli/output.h"

// Findings and timers as rows of tables for people, the same in every command.
namespace bangfu::client {

// "R49 提醒", last day, what is wrong and what to do.
std::vector<std::string> FindingHeader(const Output& out);
std::vector<std::string> FindingCells(const Output& out, const v1::Finding& finding);

// Rule, duty, what started it and when, last day, state, how far it is met, next action; "-" for
// what there is none of.
std::vector<std::string> TimerHeader(const Output& out);
std::vector<std::string> TimerCells(const Output& out, const v1::Timer& timer);

// A row of `front`, `cells` and `back`.
std::vector<std::string> Row(std::vector<std::string> front, std::vector<std::string> cells,
                             std::vector<std::string> back = {});

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_CLI_RULE_CELLS_H_
