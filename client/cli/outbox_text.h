#ifndef BANGFU_CLIENT_CLI_OUTBOX_TEXT_H_
#define BANGFU_CLIENT_CLI_OUTBOX_TEXT_H_

#include <vector>

#include "client/cli/output.h"
#include "client/replica/replica.h"

namespace bangfu::client {

// An entry of the outbox for programs: state, findings, names of the fields in conflict, receipt.
Json ToJson(const OutboxEntry& entry);

// An entry for people, with the reasons.
void PrintEntry(const Output& out, const OutboxEntry& entry);

// The first entries that wait for the user, with what can be done about them.
void PrintAttention(const Output& out, const std::vector<OutboxEntry>& entries);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_CLI_OUTBOX_TEXT_H_
