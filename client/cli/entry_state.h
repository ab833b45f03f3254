#ifndef BANGFU_CLIENT_CLI_ENTRY_STATE_H_
#define BANGFU_CLIENT_CLI_ENTRY_STATE_H_

#include "base/error.h"
#include "client/replica/replica.h"

namespace bangfu::client {

// The word for what became of a change; the English one is also that of the JSON documents.
Text StateText(EntryState state);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_CLI_ENTRY_STATE_H_
