#ifndef BANGFU_SERVER_SYNC_RECEIPTS_H_
#define BANGFU_SERVER_SYNC_RECEIPTS_H_

#include "absl/status/statusor.h"
#include "bangfu/v1/sync_service.pb.h"
#include "server/authz/principal.h"
#include "server/store/store.h"

namespace bangfu::server {

// How far up changes have got that came from the principal's subtree: the hop of `self` and those
// above it. Others are left out. Errors: INVALID_ARGUMENT BAD_REQUEST (too many, no UUID) ·
// UNAVAILABLE STORE_UNAVAILABLE
absl::StatusOr<v1::GetReceiptsResponse> ReadReceipts(Store& store, const Principal& self,
                                                     const Principal& principal,
                                                     const v1::GetReceiptsRequest& request);

// The hops above a node that follow from the parent's outcome of a change. Settled when the parent
// is the root or did not take the change.
v1::Receipt ReceiptOf(const v1::Outcome& outcome, const v1::HandshakeResponse& parent);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_RECEIPTS_H_
