#ifndef BANGFU_BASE_RETRY_DELAY_H_
#define BANGFU_BASE_RETRY_DELAY_H_

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace bangfu {

// How long whoever said `status` asks to wait before the next try (google.rpc.RetryInfo, see
// ErrorBuilder::RetryAfter); zero when it asks for nothing.
absl::Duration RetryDelayOf(const absl::Status& status);

}  // namespace bangfu

#endif  // BANGFU_BASE_RETRY_DELAY_H_
