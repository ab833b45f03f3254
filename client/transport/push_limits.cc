#include "client/transport/push_limits.h"

#include <algorithm>

namespace bangfu::client {
namespace {

// A repeated message costs its tag and its length beside its own bytes; 5 bytes hold any length.
constexpr int64_t kFramingBytes = 1 + 5;

}  // namespace

PushLimits PushLimitsOf(const v1::HandshakeResponse& handshake) {
  PushLimits result;
  if (handshake.max_changes_per_push() > 0) {
    result.changes = std::min(result.changes, handshake.max_changes_per_push());
  }
  if (handshake.max_push_bytes() > 0) {
    result.bytes = std::min<int64_t>(result.bytes, handshake.max_push_bytes());
  }
  return result;
}

size_t TakePush(absl::Span<const v1::Change> changes, const PushLimits& push_limits) {
  const size_t most = std::min(changes.size(), static_cast<size_t>(push_limits.changes));
  int64_t bytes = 0;
  size_t count = 0;
  while (count < most) {
    bytes += static_cast<int64_t>(changes[count].ByteSizeLong()) + kFramingBytes;
    if (bytes > push_limits.bytes) break;
    ++count;
  }
  return count;
}

}  // namespace bangfu::client
