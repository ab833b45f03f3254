#ifndef BANGFU_CLIENT_TRANSPORT_RETRY_DELAY_H_
#define BANGFU_CLIENT_TRANSPORT_RETRY_DELAY_H_

#include <google/protobuf/duration.pb.h>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace bangfu::client {

// How long a server asked to wait, between nothing and limits::kMaxBackoff whatever it says.
absl::Duration BoundedWait(const google::protobuf::Duration& wait);

// RetryInfo of a status; zero when it has none.
absl::Duration RetryDelayOf(const absl::Status& status);

// Whether the same call may succeed a little later: UNAVAILABLE, and RESOURCE_EXHAUSTED with a
// RetryInfo (without one it is about the size of a message).
bool MayPass(const absl::Status& status);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_TRANSPORT_RETRY_DELAY_H_
