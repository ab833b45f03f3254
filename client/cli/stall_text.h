#ifndef BANGFU_CLIENT_CLI_STALL_TEXT_H_
#define BANGFU_CLIENT_CLI_STALL_TEXT_H_

#include <vector>

#include "bangfu/v1/sync_service.pb.h"
#include "client/cli/output.h"

namespace bangfu::client {

// Backlogs that do not move, one line each.
void PrintStalls(const Output& out, const std::vector<v1::Stall>& stalls);
Json ToJson(const std::vector<v1::Stall>& stalls);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_CLI_STALL_TEXT_H_
