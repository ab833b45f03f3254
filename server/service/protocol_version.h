#ifndef BANGFU_SERVER_SERVICE_PROTOCOL_VERSION_H_
#define BANGFU_SERVER_SERVICE_PROTOCOL_VERSION_H_

#include "absl/status/statusor.h"
#include "base/limits.h"

namespace bangfu::server {

// Versions of the protocol that a program speaks, both ends included.
struct VersionRange {
  int oldest = limits::kOldestProtocolVersion;
  int highest = limits::kProtocolVersion;
};

// The highest version that both speak. FAILED_PRECONDITION PROTOCOL_VERSION when there is none: its
// text says which side to update (metadata: supported, "1" or "1-3").
absl::StatusOr<int> HighestCommonVersion(const VersionRange& caller, const VersionRange& ours = {});

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_PROTOCOL_VERSION_H_
