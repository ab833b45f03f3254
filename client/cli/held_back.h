#ifndef BANGFU_CLIENT_CLI_HELD_BACK_H_
#define BANGFU_CLIENT_CLI_HELD_BACK_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "client/cli/output.h"
#include "client/cli/session.h"

// Changes that stay at this desk until somebody signs in again.
namespace bangfu::client {

// How many, by account of the person whom they wait for.
using HeldBackChanges = std::map<std::string, int64_t>;

// As the sessions are now.
absl::StatusOr<HeldBackChanges> HeldBackNow(Session& session);

// Says how many, and what to do.
void PrintHeldBack(Session& session, const HeldBackChanges& held_back);

// [{"person_id": …, "changes": …}]
Json ToJson(const HeldBackChanges& held_back);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_CLI_HELD_BACK_H_
