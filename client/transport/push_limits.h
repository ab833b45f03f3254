#ifndef BANGFU_CLIENT_TRANSPORT_PUSH_LIMITS_H_
#define BANGFU_CLIENT_TRANSPORT_PUSH_LIMITS_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "bangfu/v1/change.pb.h"
#include "bangfu/v1/sync_service.pb.h"
#include "base/limits.h"

namespace bangfu::client {

// How much one push may carry.
struct PushLimits {
  int changes = limits::kMaxChangesPerPush;
  int64_t bytes = limits::kMaxPushBytes;  // of all changes, serialised
};

// What the server takes, never more than our own limits; a limit that the server left out is ours.
PushLimits PushLimitsOf(const v1::HandshakeResponse& handshake);

// How many of the first changes go into one push. 0 when there are none or when the first one alone
// is too large for this server.
size_t TakePush(absl::Span<const v1::Change> changes, const PushLimits& push_limits);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_TRANSPORT_PUSH_LIMITS_H_
