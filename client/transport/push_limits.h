#ifndef BANGFU_CLIENT_TRANSPORT_PUSH_LIMITS_H_
#define BANGFU_CLIENT_TRANSPORT_PUSH_LIMITS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "bangfu/v1/change.pb.h"
#include "bangfu/v1/sync_service.pb.h"
#include "base/limits.h"
#include "client/transport/server_link.h"

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

// The answer in place of the server's to a change that it has no room for: refused.
v1::Outcome TooLargeOutcome(const v1::Change& change, int64_t limit);

// Sends the first of `changes`, as many as the server has room for and can answer in one message:
// when it says TOO_MANY_CHANGES, half of them, and so on. A change that has no room alone is
// answered here (TooLargeOutcome). Returns the outcomes of the first changes, at least one; errors
// as ServerLink::Push. `changes` is not empty.
absl::StatusOr<std::vector<v1::Outcome>> PushFirst(ServerLink& link,
                                                   absl::Span<const v1::Change> changes,
                                                   const PushNote& note,
                                                   const PushLimits& push_limits);

// A first push that a fault of one change cannot stop.
struct FirstPush {
  std::vector<v1::Outcome> outcomes;  // of the first changes, at least one
  absl::Status set_aside;  // not OK: why the only change was refused here, not by the server
};

// As PushFirst, but when the server answers a whole push with an error that repeating will not mend
// (INVALID_ARGUMENT, OUT_OF_RANGE, INTERNAL), sends half of it, and so on; a change that fails
// alone is refused here, with a finding that quotes the server. Other errors are returned.
absl::StatusOr<FirstPush> PushFirstOrSetAside(ServerLink& link,
                                              absl::Span<const v1::Change> changes,
                                              const PushNote& note, const PushLimits& push_limits);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_TRANSPORT_PUSH_LIMITS_H_
