#ifndef BANGFU_SERVER_UPSTREAM_PARENT_LOG_H_
#define BANGFU_SERVER_UPSTREAM_PARENT_LOG_H_

#include "absl/status/status.h"
#include "client/transport/server_link.h"
#include "server/store/store.h"
#include "server/sync/parent.h"

namespace bangfu::server {

// Takes the entries of the parent's conflict log that the node has not got, or has in another
// state. For a node that goes on from another place in the parent's feed: digests are of records,
// and entries that the feed told of in between would never come. Costs a page for a hundred entries
// and a call for each that is taken. Errors: those of the link and the store.
absl::Status TakeParentLog(client::ServerLink& parent, Store& store, ParentSync& apply);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_UPSTREAM_PARENT_LOG_H_
